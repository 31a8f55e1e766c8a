"""Adherence by the table, and law 1: no choice ever lowers a number."""

from dataclasses import asdict
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.assignments.occurrences import Status
from api.progress.adherence import (
    COUNTED,
    Adherence,
    Effort,
    Occurrence,
    OccurrenceStatus,
    adherence,
    dose,
)

DAY = date(2026, 3, 1)
S = OccurrenceStatus


def history(*statuses: OccurrenceStatus, share: float = 0.5) -> list[Occurrence]:
    return [
        Occurrence(
            DAY + timedelta(days=at), status, share if status is S.PARTIAL else 0
        )
        for at, status in enumerate(statuses)
    ]


def test_the_ratios_of_a_plain_history() -> None:
    found = adherence(
        history(S.COMPLETED, S.COMPLETED, S.PARTIAL, S.MISSED, S.SKIPPED_OTHER)
    )
    assert found.strict.value == pytest.approx(2 / 5)
    assert found.weighted.value == pytest.approx(2.5 / 5)
    assert found.denominator == 5


@pytest.mark.parametrize("count", [0, 1, 2])
def test_below_three_there_is_no_ratio(count: int) -> None:
    found = adherence(history(*[S.COMPLETED] * count))
    for figure in (found.strict, found.weighted, found.choice_rate):
        assert (figure.value, figure.reason) == (None, "insufficient_occurrences")


@pytest.mark.parametrize("status", sorted(set(S) - COUNTED))
def test_excluded_occurrences_leave_both_ratios_alone(status: OccurrenceStatus) -> None:
    before = history(S.COMPLETED, S.MISSED, S.COMPLETED, S.PARTIAL)
    after = adherence([*before, *history(*[status] * 5)])
    assert after.strict == adherence(before).strict
    assert after.weighted == adherence(before).weighted


def test_choices_are_counted_and_set_beside_what_counted() -> None:
    found = adherence(
        history(S.COMPLETED, S.MISSED, S.COMPLETED, S.DECLINED, S.STOPPED_BY_CHOICE)
    )
    assert found.choices_exercised == 2
    assert found.choice_rate.value == pytest.approx(2 / 5)


def test_stopping_where_stopping_is_the_aim_counts_as_done() -> None:
    found = adherence([Occurrence(DAY, S.COMPLETED, stop_is_success=True)] * 3)
    assert (found.strict.value, found.stops_that_complete) == (1.0, 3)


def test_only_as_needed_has_no_ratio_but_a_frequency() -> None:
    found = adherence(history(*[S.AS_NEEDED] * 6))
    assert (found.strict.value, found.as_needed, found.denominator) == (None, 6, 0)


CHOICES = (S.DECLINED, S.STOPPED_BY_CHOICE, S.PAUSED, S.NOT_SAFE_TO, S.SAFETY_HOLD)
HISTORIES = st.lists(
    st.builds(
        Occurrence,
        st.dates(date(2026, 1, 1), date(2026, 6, 1)),
        st.sampled_from(list(S)),
        st.floats(0, 1),
        st.booleans(),
    ),
    max_size=25,
)


def numbers(found: Adherence) -> dict[str, float]:
    flat = {}
    for name, value in asdict(found).items():
        value = value["value"] if isinstance(value, dict) else value
        if isinstance(value, int | float):
            flat[name] = float(value)
    return flat


@given(HISTORIES, st.lists(st.tuples(st.integers(0, 25), st.sampled_from(CHOICES))))
def test_law_1_a_choice_changes_no_ratio_and_lowers_no_number(
    before: list[Occurrence], choices: list[tuple[int, OccurrenceStatus]]
) -> None:
    after = list(before)
    for at, status in choices:
        after.insert(at, Occurrence(DAY, status))
    old, new = adherence(before), adherence(after)
    assert (new.strict, new.weighted) == (old.strict, old.weighted)
    for name, value in numbers(old).items():
        assert numbers(new)[name] >= value, name


@given(HISTORIES)
def test_ratios_stay_between_nothing_and_all(before: list[Occurrence]) -> None:
    found = adherence(before)
    for figure in (found.strict, found.weighted, found.choice_rate):
        assert figure.value is None or 0 <= figure.value <= 1
    if found.strict.value is not None and found.weighted.value is not None:
        assert found.strict.value <= found.weighted.value


def test_dose_is_minutes_runs_and_days() -> None:
    runs = [
        Effort(DAY, 90, 3),
        Effort(DAY, 30, None),
        Effort(DAY + timedelta(days=1), None, 2),
    ]
    found = dose(runs)
    assert (found.minutes.value, found.runs, found.distinct_days) == (2.0, 3, 2)
    assert found.engagement.value == 2.5
    assert dose([]).minutes.reason == "no_data"


def test_the_effort_of_a_stopped_run_does_not_lower_engagement() -> None:
    kept = [Effort(DAY, 60, 3), Effort(DAY, 60, 4)]
    stopped = Effort(DAY, 20, 0, stopped=True)
    assert dose([*kept, stopped]).engagement == dose(kept).engagement
    assert (dose([*kept, stopped]).minutes.value or 0) > (dose(kept).minutes.value or 0)


def test_adherence_knows_every_status_that_assignments_give_and_as_needed() -> None:
    assert {one.value for one in S} == {one.value for one in Status} | {"as_needed"}
