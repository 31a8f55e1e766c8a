"""Where occurrences stand, and the times in which nothing was asked."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.assignments.merge import Said
from api.assignments.occurrences import (
    Agreement,
    Answer,
    Run,
    RunState,
    Spell,
    Stands,
    Status,
    agreements,
    key_of,
    quiet_spells,
    stands,
)
from api.assignments.schedule import Planned
from api.assignments.standing import Actor, Grants, Move, Verb

DUE = datetime(2026, 11, 22, 19, tzinfo=UTC)
HOUR = timedelta(hours=1)
ONE = Planned(
    ordinal=1,
    opens_at=DUE - 2 * HOUR,
    due_at=DUE,
    closes_at=DUE + 2 * HOUR,
    grace_until=DUE + 50 * HOUR,
    local=DUE.replace(tzinfo=None),
    zone="UTC",
)
LONG_AFTER = DUE + timedelta(days=30)
DONE = Run(RunState.COMPLETED, DUE, 1.0)
STOPPED = Run(RunState.STOPPED, DUE, 0.5)
HALF = Run(RunState.IN_PROGRESS, DUE, 0.5)
PAUSE = Spell(Status.PAUSED, DUE - 9 * HOUR, DUE - HOUR)


@pytest.mark.parametrize(
    ("runs", "answer", "spells", "now", "expected"),
    [
        ([DONE], None, [], LONG_AFTER, Stands(Status.COMPLETED, 1.0)),
        ([DONE], Answer.NOT_TODAY, [], DUE, Stands(Status.COMPLETED, 1.0, True)),
        ([DONE, STOPPED], None, [PAUSE], DUE, Stands(Status.COMPLETED, 1.0)),
        ([STOPPED], None, [], LONG_AFTER, Stands(Status.STOPPED_BY_CHOICE)),
        (
            [Run(RunState.STOPPED, DUE, 0.2, stop_is_success=True)],
            None,
            [],
            DUE,
            Stands(Status.COMPLETED, 1.0),
        ),
        ([HALF], None, [], DUE, Stands(Status.WINDOW_OPEN)),
        ([HALF], None, [], LONG_AFTER, Stands(Status.PARTIAL, 0.5)),
        ([HALF], Answer.NOT_TODAY, [], LONG_AFTER, Stands(Status.DECLINED, 0.0, True)),
        ([], Answer.NOT_SAFE_TO, [], DUE, Stands(Status.NOT_SAFE_TO, 0.0, True)),
        ([], Answer.OTHER_REASON, [], LONG_AFTER, Stands(Status.SKIPPED_OTHER)),
        ([], Answer.DONE, [], LONG_AFTER, Stands(Status.MISSED)),
        ([], None, [PAUSE], LONG_AFTER, Stands(Status.PAUSED)),
        (
            [],
            None,
            [PAUSE, Spell(Status.SAFETY_HOLD, DUE)],
            LONG_AFTER,
            Stands(Status.SAFETY_HOLD),
        ),
        ([], None, [Spell(Status.CANCELLED, DUE)], DUE, Stands(Status.CANCELLED)),
        ([], None, [Spell(Status.SUPERSEDED, DUE)], DUE, Stands(Status.SUPERSEDED)),
        (
            [],
            None,
            [Spell(Status.PAUSED, LONG_AFTER)],
            LONG_AFTER,
            Stands(Status.MISSED),
        ),
        ([], None, [], DUE - 3 * HOUR, Stands(Status.NOT_DUE)),
        ([], None, [], DUE + 49 * HOUR, Stands(Status.WINDOW_OPEN)),
        ([], None, [], LONG_AFTER, Stands(Status.MISSED)),
        (
            [Run(RunState.COMPLETED, DUE + 51 * HOUR, 1.0)],
            None,
            [],
            LONG_AFTER,
            Stands(Status.MISSED),
        ),
        (
            [Run(RunState.COMPLETED, DUE, 1.0, shared=False)],
            None,
            [],
            LONG_AFTER,
            Stands(Status.NOT_SHARED),
        ),
    ],
)
def test_where_an_occurrence_stands(
    runs: list[Run],
    answer: Answer | None,
    spells: list[Spell],
    now: datetime,
    expected: Stands,
) -> None:
    assert stands(ONE, runs, answer, spells, now) == expected


def test_an_occurrence_is_named_by_plan_and_number() -> None:
    assert key_of(2, 14) == "2.14"


def said(n: int, verb: Verb, actor: Actor = Actor.CLIENT, **rest: object) -> Said:
    return Said(UUID(int=n), Move(verb, actor, DUE + n * HOUR, **rest), n, n + 1)  # type: ignore[arg-type]


YES = Grants(do=True)
HISTORY = [
    said(0, Verb.OFFER, Actor.THERAPIST, revision=1),
    said(1, Verb.ACCEPT, revision=1, grants=YES),
    said(2, Verb.PAUSE),
    said(3, Verb.HOLD, Actor.THERAPIST),
    said(4, Verb.RESUME, Actor.THERAPIST),
    said(5, Verb.RESUME),
    said(6, Verb.REVISE, Actor.THERAPIST, revision=2),
    said(7, Verb.ACCEPT, revision=2, grants=YES),
    said(8, Verb.WITHDRAW),
]


def test_history_tells_which_terms_were_in_force() -> None:
    assert agreements(HISTORY) == [
        Agreement(1, DUE + HOUR, DUE + 7 * HOUR),
        Agreement(2, DUE + 7 * HOUR, DUE + 8 * HOUR),
    ]


def test_history_tells_when_nothing_was_asked() -> None:
    told = [
        (spell.status, spell.from_at, spell.to_at) for spell in quiet_spells(HISTORY)
    ]
    assert told == [
        (Status.CANCELLED, DUE, DUE + HOUR),
        (Status.PAUSED, DUE + 2 * HOUR, DUE + 3 * HOUR),
        (Status.SAFETY_HOLD, DUE + 3 * HOUR, DUE + 4 * HOUR),
        (Status.PAUSED, DUE + 4 * HOUR, DUE + 5 * HOUR),
        (Status.CANCELLED, DUE + 8 * HOUR, None),
    ]


COUNTED = {Status.COMPLETED, Status.PARTIAL, Status.MISSED, Status.SKIPPED_OTHER}
runs = st.lists(st.sampled_from([DONE, HALF, STOPPED]), max_size=2)
kinds = st.sampled_from(
    [Status.PAUSED, Status.SAFETY_HOLD, Status.CANCELLED, Status.SUPERSEDED]
)
spells = st.lists(
    st.builds(Spell, kinds, st.integers(-9, 9).map(lambda n: DUE + n * HOUR)),
    max_size=3,
)


@given(runs, spells, st.sampled_from([Answer.NOT_TODAY, Answer.NOT_SAFE_TO]))
def test_a_no_never_makes_an_occurrence_count_against_anyone(
    done: list[Run], quiet: list[Spell], no: Answer
) -> None:
    before = stands(ONE, done, None, quiet, LONG_AFTER)
    after = stands(ONE, done, no, quiet, LONG_AFTER)
    assert after.status is before.status or after.status not in COUNTED
    assert after.fraction in (before.fraction, 0.0)


@given(runs, spells, kinds)
def test_a_pause_or_an_end_never_counts_against_anyone(
    done: list[Run], quiet: list[Spell], kind: Status
) -> None:
    before = stands(ONE, done, None, quiet, LONG_AFTER)
    after = stands(ONE, done, None, [*quiet, Spell(kind, DUE)], LONG_AFTER)
    assert after.status is before.status or after.status not in COUNTED
