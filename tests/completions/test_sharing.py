"""Levels, choices of several devices, and what each reader gets, exactly."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.completions import document, sharing
from api.completions.merge import State
from api.completions.sharing import Change, Facts, Level, PartFacts, Reader

AT = datetime(2026, 5, 4, 18, 0, tzinfo=UTC)
NOTHING: frozenset[str] = frozenset()


def ident(number: int) -> UUID:
    return UUID(int=number)


FACTS = Facts(
    id=ident(1),
    client_id=ident(2),
    assignment_id=ident(3),
    terms_revision=1,
    exercise_version_id=ident(4),
    occurrence="1",
    state=State.COMPLETED,
    ended_by_choice=False,
    started_at=AT,
    ended_at=AT + timedelta(minutes=5),
    zone="Europe/Berlin",
    received_at=AT + timedelta(days=2),
    save=3,
    fraction_done=1.0,
    points={"distress": {"before": 7, "after": 4, "change": -3}, "calm": 6},
    document=document.pack(
        {"before": {"distress": 7, "note": "the letter"}, "rounds": [{"calm": 6}, {}]}
    ),
    version=2,
    parts=(
        PartFacts(
            "later", AT, "UTC", AT, document.pack({"later": {"word": "rain", "how": 3}})
        ),
    ),
)
FACT = {
    "id": ident(1),
    "client_id": ident(2),
    "assignment_id": ident(3),
    "revision": 1,
    "exercise_version_id": ident(4),
    "occurrence": "1",
    "state": State.COMPLETED,
    "started_at": AT,
    "ended_at": AT + timedelta(minutes=5),
    "zone": "Europe/Berlin",
}
SCORES = FACT | {
    "ended_by_choice": False,
    "fraction_done": 1.0,
    "points": dict(FACTS.points),
}
FULL = SCORES | {
    "answers": {
        "before": {"distress": 7, "note": "the letter"},
        "rounds": [{"calm": 6}, {}],
    },
    "parts": [
        {
            "part": "later",
            "done_at": AT,
            "zone": "UTC",
            "answers": {"word": "rain", "how": 3},
        }
    ],
}


@pytest.mark.parametrize(
    ("level", "expected"),
    [
        (Level.SEALED, None),
        (Level.FACT, FACT),
        (Level.SCORES, SCORES),
        (Level.FULL, FULL),
    ],
)
def test_each_level_shows_others_exactly_its_own_projection(
    level: Level, expected: dict[str, object] | None
) -> None:
    assert sharing.project(FACTS, level, NOTHING, Reader.OTHER, AT) == expected


@pytest.mark.parametrize("level", list(Level))
def test_the_client_sees_all_of_their_own_at_every_level(level: Level) -> None:
    own = sharing.project(FACTS, level, frozenset({"before"}), Reader.OWN, AT)
    assert own == FULL | {
        "save": 3,
        "received_at": AT + timedelta(days=2),
        "sharing": {"level": level, "kept_back": ["before"], "seen": []},
        "version": 2,
    }


def test_steps_kept_back_are_left_out_together_with_their_readings() -> None:
    kept = frozenset({"before.distress", "rounds.calm", "later"})
    facts = replace(FACTS, hidden_points=frozenset({"distress", "calm"}))
    shown = sharing.project(facts, Level.FULL, kept, Reader.OTHER, AT)
    assert shown is not None
    assert shown["points"] == {}
    assert shown["answers"] == {"before": {"note": "the letter"}, "rounds": [{}, {}]}
    assert shown["parts"][0]["answers"] is None


@pytest.mark.parametrize("share", [None, "private", "therapist"])
def test_the_note_of_a_review_goes_out_only_when_it_is_shared_by_name(
    share: str | None,
) -> None:
    review = {"helpfulness": 2, "note": "hard", **({"share": share} if share else {})}
    given = {"closing": {"review": review}, "rounds": [{"review": review}]}
    part = PartFacts("later", AT, "UTC", AT, document.pack({"later": given["closing"]}))
    facts = replace(FACTS, document=document.pack(given), parts=(part,))
    others = sharing.project(facts, Level.FULL, NOTHING, Reader.OTHER, AT)
    own = sharing.project(facts, Level.FULL, NOTHING, Reader.OWN, AT)
    assert others is not None
    assert own is not None
    assert own["answers"] == given
    seen = {key: value for key, value in review.items() if key != "note"}
    told = review if share == "therapist" else seen
    assert others["answers"] == {
        "closing": {"review": told},
        "rounds": [{"review": told}],
    }
    assert others["parts"][0]["answers"] == {"review": told}


def test_a_reading_is_hidden_when_any_step_it_is_made_of_is_kept_back() -> None:
    measures: list[dict[str, Any]] = [
        {"id": "distress", "from": {"before": "before.distress", "after": "end.d"}},
        {"id": "calm", "from": {"value": "rounds.calm"}},
        {"id": "dose"},
    ]
    assert sharing.hidden_points(measures, frozenset({"end.d"})) == {"distress"}
    assert sharing.hidden_points(measures, frozenset({"rounds"})) == {"calm"}
    assert sharing.hidden_points(measures, NOTHING) == set()


@pytest.mark.parametrize("level", [Level.FACT, Level.SCORES, Level.FULL])
def test_a_run_under_way_shows_others_only_that_it_is(level: Level) -> None:
    facts = replace(FACTS, state=State.IN_PROGRESS, ended_at=None)
    shown = sharing.project(facts, level, NOTHING, Reader.OTHER, AT)
    assert shown == FACT | {"state": State.IN_PROGRESS, "ended_at": None}


def test_sharing_for_a_time_ends_by_itself() -> None:
    facts = replace(FACTS, until=AT)
    before = AT - timedelta(seconds=1)
    assert sharing.project(facts, Level.FULL, NOTHING, Reader.OTHER, before) == FULL
    assert sharing.project(facts, Level.FULL, NOTHING, Reader.OTHER, AT) is None


def test_answers_only_a_device_can_read_go_out_as_null() -> None:
    facts = replace(FACTS, document=document.SEALED_BY_DEVICE + b"...", parts=())
    shown = sharing.project(facts, Level.FULL, NOTHING, Reader.OTHER, AT)
    assert shown == FULL | {"answers": None, "parts": []}


# --- choices of several devices -----------------------------------------------


def change(
    number: int, level: Level, device: int = 1, at: int = 0, seen: tuple[int, ...] = ()
) -> Change:
    return Change(
        ident(number),
        ident(device),
        AT + timedelta(minutes=at),
        level,
        frozenset({f"part.step{number}"}),
        frozenset(map(ident, seen)),
    )


def test_without_a_choice_the_default_holds() -> None:
    assert sharing.settle([], Level.SCORES).level is Level.SCORES


def test_a_later_choice_of_the_same_device_replaces_the_earlier() -> None:
    choices = [change(1, Level.SEALED), change(2, Level.FULL, at=1)]
    settled = sharing.settle(choices, Level.FACT)
    assert settled.level is Level.FULL
    assert settled.kept_back == {"part.step2"}


def test_two_devices_that_did_not_know_of_each_other_end_at_the_lower_level() -> None:
    choices = [change(1, Level.SEALED), change(2, Level.FULL, device=2, at=5)]
    settled = sharing.settle(choices, Level.FACT)
    assert settled.level is Level.SEALED
    assert settled.kept_back == {"part.step1", "part.step2"}


def test_a_device_that_had_seen_the_other_choice_replaces_it() -> None:
    choices = [change(1, Level.SEALED), change(2, Level.FULL, device=2, seen=(1,))]
    assert sharing.settle(choices, Level.FACT).level is Level.FULL


def test_a_clock_that_runs_fast_does_not_undo_what_was_chosen_knowingly() -> None:
    fast = change(1, Level.SEALED, at=600)
    knowing = change(2, Level.SCORES, at=1, seen=(1,))
    assert sharing.settle([fast, knowing], Level.FACT).level is Level.SCORES


def test_choices_that_claim_to_know_each_other_end_at_the_lower_level() -> None:
    choices = [
        change(1, Level.FULL, seen=(2,)),
        change(2, Level.SEALED, device=2, seen=(1,)),
    ]
    assert sharing.settle(choices, Level.FACT).level is Level.SEALED


changes = st.lists(
    st.builds(
        change,
        st.integers(1, 6),
        st.sampled_from(Level),
        st.integers(1, 2),
        st.integers(0, 3),
        st.lists(st.integers(1, 6), max_size=2).map(tuple),
    ),
    max_size=8,
    unique_by=lambda one: one.id,
)


@given(changes, st.randoms())
def test_the_order_of_arrival_and_repetition_change_nothing(
    chosen: list[Change], random: object
) -> None:
    shuffled = [*chosen, *chosen[:2]]
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert sharing.settle(shuffled, Level.FACT) == sharing.settle(chosen, Level.FACT)


@given(changes)
def test_what_is_settled_was_chosen_by_somebody(chosen: list[Change]) -> None:
    settled = sharing.settle(chosen, Level.FACT)
    assert settled.level in {one.level for one in chosen} or not chosen
