"""The rules that look back, over plain data."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.exercises.hearing import Heard
from api.foundation.ids import new_id
from api.safety.alerts import Priority, Rule
from api.safety.thresholds import DEFAULTS, Thresholds
from api.safety.watch import Finding, Run, Score
from api.safety.watch_past import NO_PAST, Past, findings, needs, stretches

AT = datetime(2026, 5, 4, 18, tzinfo=UTC)
DAY = timedelta(days=1)


def run(days: float, **more: Any) -> Run:
    return Run(new_id(), "trying-out", AT + days * DAY, **more)


def rising(days: float, rise: float) -> Run:
    return run(days, before=3.0, after=3.0 + rise)


def pressed(days: float, *, is_so: bool = True) -> Run:
    return run(days, has_review=True, choice=1 if is_so else 3)


def scored(days: float, value: float, instrument: str = "phq9") -> Run:
    return run(days, score=Score(instrument, value, "lower"))


def told(found: Sequence[Finding]) -> list[tuple[Rule, Any]]:
    return [(one.rule, one.source) for one in found]


def same(run: Run, runs: Sequence[Run]) -> list[Finding]:
    return findings(run, Past(same=runs), DEFAULTS)


def test_distress_that_rose_in_two_of_three_runs_is_told_once_for_the_last() -> None:
    runs = [rising(0, 3), rising(1, 0), rising(2, 4)]
    [found] = same(runs[2], runs)
    assert found.rule is Rule.DISTRESS_RISES
    assert (found.source, found.priority) == (runs[2].id, Priority.MEDIUM)
    assert found.payload["deltas"] == [3, 0, 4]
    assert same(runs[0], runs[:1]) == []


def test_a_rise_just_below_the_threshold_tells_nothing() -> None:
    runs = [rising(0, 2.9), rising(1, 3)]
    assert same(runs[1], runs) == []


def test_a_run_that_comes_late_is_weighed_in_later_stretches_too() -> None:
    runs = [rising(0, 3), rising(1, 3), rising(2, 0)]
    late = same(runs[0], runs)
    assert told(late) == [
        (Rule.DISTRESS_RISES, runs[1].id),
        (Rule.DISTRESS_RISES, runs[2].id),
    ]


@given(st.permutations(range(5)), st.lists(st.sampled_from([0, 3]), min_size=5))
def test_whatever_the_order_of_arrival_no_stretch_is_missed(
    order: list[int], rises: list[int]
) -> None:
    runs = [rising(at, rise) for at, rise in enumerate(rises[:5])]
    wanted = {
        one for at, last in enumerate(runs) for one in told(same(last, runs[: at + 1]))
    }
    got: set[tuple[Rule, Any]] = set()
    here: list[Run] = []
    for place in order:
        here = sorted([*here, runs[place]], key=lambda one: one.at)
        got |= set(told(same(runs[place], here)))
    assert wanted <= got


@given(st.lists(st.integers(0, 10), max_size=6), st.data())
def test_each_stretch_holds_the_run_and_is_no_longer_than_asked(
    rises: list[int], data: st.DataObject
) -> None:
    runs = [rising(at, rise) for at, rise in enumerate([0, *rises])]
    one = data.draw(st.sampled_from(runs))
    for stretch in stretches(runs, one, 3):
        assert one in stretch
        assert 1 <= len(stretch) <= 3


def test_two_ends_shut_down_of_three_suggest_a_hold() -> None:
    runs = [run(at, state_after=state) for at, state in enumerate(["shut_down"] * 2)]
    [found] = same(runs[1], runs)
    assert (found.rule, found.payload["runs"]) == (Rule.ENDS_SHUT_DOWN, 2)


def test_unreal_is_medium_and_high_the_second_time_within_a_week() -> None:
    one = run(0, heard=(Heard("unreal", "today.unreal", answer="yes"),))
    [alone] = findings(one, NO_PAST, DEFAULTS)
    assert alone.priority is Priority.MEDIUM
    near, far = (new_id(), AT - 7 * DAY), (new_id(), AT - 8 * DAY)
    assert findings(one, Past(unreal=[far]), DEFAULTS)[0].priority is Priority.MEDIUM
    assert findings(one, Past(unreal=[near]), DEFAULTS)[0].priority is Priority.HIGH
    itself = Past(unreal=[(one.id, one.at)])
    assert findings(one, itself, DEFAULTS)[0].priority is Priority.MEDIUM


def past(*runs: Run) -> Past:
    return Past(scored=runs)


def test_a_reliable_loss_since_the_first_form_names_its_parameter_sets() -> None:
    first, later = scored(0, 8), scored(60, 14)
    [found] = findings(later, past(first, later), DEFAULTS)
    assert found.rule is Rule.WORSE_THAN_AT_FIRST
    assert {"id": "phq9.nhs_tt", "points": 6} in found.payload["parameter_sets"]
    assert found.payload["n"] == 2


def test_a_gain_and_a_small_loss_tell_nothing() -> None:
    first = scored(0, 12)
    for value in (5, 12, 13):
        later = scored(60, value)
        assert findings(later, past(first, later), DEFAULTS) == []


def test_a_first_form_that_comes_late_is_held_against_the_later_ones() -> None:
    first, later = scored(0, 8), scored(60, 16)
    assert findings(later, past(later), DEFAULTS) == []
    assert told(findings(first, past(first, later), DEFAULTS)) == [
        (Rule.WORSE_THAN_AT_FIRST, later.id)
    ]


def test_higher_is_better_where_the_form_says_so() -> None:
    worse = [
        run(at, score=Score("rses", value, "higher"))
        for at, value in ((0, 35), (30, 10))
    ]
    found = findings(worse[1], past(*worse), DEFAULTS)
    better = findings(worse[0], past(worse[1], worse[0]), DEFAULTS)
    assert {one.rule for one in found} <= {Rule.WORSE_THAN_AT_FIRST}
    assert better == []


@pytest.mark.parametrize(("value", "tells"), [(19, False), (20, True), (27, True)])
def test_a_mood_score_of_twenty_is_told(value: float, tells: bool) -> None:
    one = scored(0, value)
    rules = [found.rule for found in findings(one, past(one), DEFAULTS)]
    assert rules == ([Rule.LOW_MOOD] if tells else [])


def test_five_points_within_two_weeks_are_told_and_later_not() -> None:
    first, soon, late = scored(0, 9), scored(14, 14), scored(30, 14)
    [found] = findings(soon, past(first, soon), DEFAULTS)
    assert found.payload == {"score": 14, "rise": 5, "days": 14}
    assert findings(late, past(first, late), DEFAULTS) == []


@given(
    st.lists(st.integers(0, 27), min_size=2, max_size=6),
    st.integers(1, 10),
)
def test_a_higher_mood_score_never_finds_less(values: list[int], more: int) -> None:
    earlier = [scored(at * 3, value) for at, value in enumerate(values[:-1])]
    low = scored(len(values) * 3, values[-1])
    high = run(
        len(values) * 3, score=Score("phq9", min(27, values[-1] + more), "lower")
    )
    before = {one.rule for one in findings(low, past(*earlier, low), DEFAULTS)}
    after = {one.rule for one in findings(high, past(*earlier, high), DEFAULTS)}
    assert before <= after


def test_pressure_in_three_of_five_reviews_becomes_a_low_card() -> None:
    reviews = [pressed(at, is_so=at in (0, 2, 4)) for at in range(5)]
    [found] = findings(reviews[4], Past(reviews=reviews), DEFAULTS)
    assert (found.rule, found.priority) == (Rule.FELT_LIKE_PRESSURE, Priority.LOW)
    assert found.payload == {"reviews": 3, "of": 5}
    assert findings(reviews[2], Past(reviews=reviews[:3]), DEFAULTS) == []


@given(st.lists(st.booleans(), min_size=1, max_size=5), st.integers(2, 5))
def test_a_practice_that_asks_for_less_finds_no_less(
    shape: list[bool], least: int
) -> None:
    reviews = [pressed(at, is_so=is_so) for at, is_so in enumerate(shape)]
    strict, loose = (
        findings(
            reviews[-1],
            Past(reviews=reviews),
            Thresholds(pressure_reviews=number),
        )
        for number in (least, 2)
    )
    assert len(strict) <= len(loose)


def test_a_run_that_says_nothing_needs_none_of_the_past() -> None:
    wanted = needs(run(0), DEFAULTS)
    assert not any(
        (wanted.same, wanted.reviews, wanted.scored, wanted.unreal, wanted.prior)
    )
