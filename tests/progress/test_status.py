"""One occurrence, from its window, its answer, its runs and the pauses around it."""

from datetime import UTC, datetime, timedelta

import pytest

from api.progress.adherence import OccurrenceStatus as S
from api.progress.status import Answer, Done, Opening, Spell, status_of

DUE = datetime(2026, 3, 1, 18, tzinfo=UTC)
HOUR = timedelta(hours=1)
OPENING = Opening(DUE - 12 * HOUR, DUE + 12 * HOUR, DUE + 60 * HOUR)
AFTER = DUE + 100 * HOUR


def run(
    at: datetime = DUE,
    *,
    completed: bool = False,
    stopped: bool = False,
    by_choice: bool = True,
    fraction: float = 0.0,
    shared: bool = True,
) -> Done:
    return Done(at, completed, stopped, by_choice, fraction, shared)


COMPLETED = run(completed=True, fraction=1.0)
STOPPED = run(stopped=True, fraction=0.5)


def status(
    *runs: Done,
    answer: Answer | None = None,
    spells: tuple[Spell, ...] = (),
    now: datetime = AFTER,
    stop_is_success: bool = False,
) -> S:
    found, _ = status_of(
        OPENING, runs, answer, spells, now, stop_is_success=stop_is_success
    )
    return found


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (DUE - 13 * HOUR, S.NOT_DUE),
        (DUE, S.WINDOW_OPEN),
        (DUE + 50 * HOUR, S.WINDOW_OPEN),
        (AFTER, S.MISSED),
    ],
)
def test_silence_is_waited_for_until_the_grace_is_over(
    now: datetime, expected: S
) -> None:
    assert status(now=now) is expected


def test_a_late_run_within_the_grace_counts() -> None:
    late = run(DUE + 59 * HOUR, completed=True)
    assert status(late) is S.COMPLETED
    assert status(run(DUE + 61 * HOUR, completed=True)) is S.MISSED


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (Answer.DONE, S.COMPLETED),
        (Answer.NOT_TODAY, S.DECLINED),
        (Answer.NOT_SAFE_TO, S.NOT_SAFE_TO),
        (Answer.OTHER_REASON, S.SKIPPED_OTHER),
    ],
)
def test_what_the_client_said_is_the_status(answer: Answer, expected: S) -> None:
    assert status(answer=answer) is expected
    assert status(COMPLETED, answer=answer) is S.COMPLETED


def test_a_stop_is_a_choice_and_where_that_is_the_aim_it_is_done() -> None:
    assert status(STOPPED) is S.STOPPED_BY_CHOICE
    assert status(STOPPED, stop_is_success=True) is S.COMPLETED


def test_an_interrupted_run_counts_in_part() -> None:
    interrupted = run(stopped=True, by_choice=False, fraction=0.5)
    assert status_of(OPENING, [interrupted], None, [], AFTER) == (S.PARTIAL, 0.5)
    assert status(run(fraction=0.25)) is S.PARTIAL
    assert status(run(fraction=0.25), now=DUE) is S.WINDOW_OPEN


def test_pauses_and_holds_excuse_what_lies_in_them() -> None:
    pause = Spell(S.PAUSED, DUE - 20 * HOUR, DUE)
    assert status(spells=(pause,)) is S.PAUSED
    assert status(COMPLETED, spells=(pause,)) is S.COMPLETED
    earlier = Spell(S.SAFETY_HOLD, DUE - 40 * HOUR, DUE - 20 * HOUR)
    assert status(spells=(earlier,)) is S.MISSED
    ended = Spell(S.CANCELLED, DUE)
    assert status(spells=(ended,)) is S.CANCELLED


def test_a_run_that_is_not_shared_takes_its_occurrence_out() -> None:
    assert status(COMPLETED, run(shared=False)) is S.NOT_SHARED
