"""Series of every formula: points, figures, gaps, and law 1 over stopped runs."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.exercises.measures import FORMULAS
from api.progress.readers import READERS, build
from api.progress.recovery import Spell, median_hours, settle_hours
from api.progress.series import Measure, Plan, Run, Series, Setting

START = datetime(2026, 3, 1, 9, tzinfo=UTC)
SETTING = Setting(as_of=START + timedelta(days=100))


def runs(*readings: Any, every: int = 1, stopped: bool = False) -> list[Run]:
    moments = (START + timedelta(days=at * every) for at in range(len(readings)))
    return [
        Run(at, at.date(), reading, stopped)
        for at, reading in zip(moments, readings, strict=True)
    ]


def series(formula: str, given_runs: list[Run], plan: Plan | None = None) -> Series:
    return build(Measure("it", formula, "It"), given_runs, SETTING, plan)


def distress(before: float, after: float, top: int = 10) -> dict[str, float]:
    return {"before": before, "after": after, "change": after - before, "max": top}


def test_every_formula_has_a_reader() -> None:
    assert set(READERS) == set(FORMULAS)


@pytest.mark.parametrize("formula", FORMULAS)
def test_an_empty_series_tells_nothing_and_why(formula: str) -> None:
    found = series(formula, [])
    assert (found.n, found.window, found.sparse, found.gaps) == (0, None, False, False)
    for figure in found.figures.values():
        assert figure.value is None
        assert figure.reason


@pytest.mark.parametrize("formula", FORMULAS)
def test_readings_of_a_strange_shape_are_left_out(formula: str) -> None:
    assert series(formula, runs("text", None, {"odd": 1}, True, [])).n <= 1


def test_distress_is_the_median_of_deltas() -> None:
    found = series(
        "distress_change", runs(distress(7, 4), distress(8, 8), distress(5, 4))
    )
    figure = found.figures["median_change"]
    assert (figure.value, figure.n) == (-1, 3)
    assert [point.value for point in found.points] == [-3, 0, -1]
    assert found.window == (START.date(), START.date() + timedelta(days=2))


def test_distress_scales_are_never_mixed() -> None:
    found = series("distress_change", runs(distress(70, 40, 100), distress(7, 4)))
    assert (found.n, found.counts) == (1, {"other_scale": 1})
    assert found.figures["median_change"].value == -3


def test_states_are_counted_and_never_averaged() -> None:
    shift = {"before": "revved_up", "after": "settled", "shift": "toward_settled"}
    other = {"before": "mixed", "after": "mixed", "shift": "unknown"}
    found = series("state_shift", runs(shift, shift, other))
    assert found.counts == {"toward_settled": 2, "unknown": 1}
    assert (found.figures, found.trend) == ({}, None)
    assert [point.value for point in found.points] == [2, 2, None]


def test_expectancy_reports_change_beside_learning() -> None:
    def expected(ev: Any, ec: Any, lr: Any) -> dict[str, Any]:
        return {"belief": 80, "result": "happened", "ev": ev, "ec": ec, "lr": lr}

    found = series("expectancy", runs(expected(80, 40, 0.5), expected(5, 20, None)))
    figures = {name: one.value for name, one in found.figures.items()}
    assert figures == {
        "median_expectancy_change": 30,
        "median_learning_rate": 0.5,
        "median_expectancy_violation": 42.5,
    }
    assert found.figures["median_learning_rate"].n == 1


def test_belief_is_followed_across_runs_and_its_change_within() -> None:
    def belief(before: float, after: float | None) -> dict[str, Any]:
        change = None if after is None else after - before
        return {"before": before, "after": after, "change": change}

    found = series("belief_change", runs(belief(80, 70), belief(75, 55)))
    assert [point.value for point in found.points] == [70, 55]
    assert found.figures["median_change"].value == -15
    alone = series("belief_change", runs(belief(80, None), belief(60, None)))
    assert [point.value for point in alone.points] == [80, 60]


def test_a_resource_that_turned_is_counted_apart() -> None:
    reached = {"before": 3, "after": 6, "change": 3, "code": "reached"}
    found = series("resource_gain", runs(reached, reached, {"code": "soured"}))
    assert found.figures["reach_rate"].value == pytest.approx(2 / 3)
    assert found.counts["soured"] == 1
    assert found.figures["median_change"].n == 2


def test_needs_have_no_total() -> None:
    first = {"autonomy_satisfaction": 6, "autonomy_frustration": 2}
    found = series("needs", runs(first, {"autonomy_satisfaction": 8}))
    assert {name: one.value for name, one in found.figures.items()} == {
        "mean_autonomy_frustration": 2,
        "mean_autonomy_satisfaction": 7,
    }


def test_rounds_of_one_run_are_points_of_one_day() -> None:
    found = series("scale_value", runs([3, 5], 8))
    assert (found.n, found.trend and found.trend.n) == (3, 2)


def test_choices_are_listed_without_direction() -> None:
    found = series("choice_count", runs({"count": 2, "kinds": ["skipped", "said_no"]}))
    assert found.figures["total"].value == 2
    assert found.counts == {"skipped": 1, "said_no": 1}
    assert found.trend is None


def test_a_long_pause_interrupts_the_line() -> None:
    points = runs(1, 2, 3) + [
        Run(START + timedelta(days=at), (START + timedelta(days=at)).date(), 4)
        for at in (5, 7)
    ]
    assert series("scale_value", points, Plan(interval_days=1)).breaks == (3,)
    assert series("scale_value", points, Plan(interval_days=2)).breaks == ()
    assert series("scale_value", points).breaks is None


def test_a_stop_fills_no_gap() -> None:
    plan = Plan(interval_days=1)
    ends = [
        Run(START + timedelta(days=at), (START + timedelta(days=at)).date(), 1)
        for at in (0, 6)
    ]
    middle = START + timedelta(days=3)
    stopped = Run(middle, middle.date(), 1, stopped=True)
    assert series("scale_value", ends, plan).breaks == (1,)
    assert series("scale_value", [*ends, stopped], plan).breaks == (2,)


def test_fewer_than_half_of_the_planned_days_is_sparse() -> None:
    assert series("scale_value", runs(1, 2), Plan(1, 5)).sparse
    assert not series("scale_value", runs(1, 2), Plan(1, 4)).sparse
    assert not series("scale_value", runs(1, 2)).sparse


def test_open_setbacks_are_censored_and_not_dropped() -> None:
    spells = [Spell(2, True), Spell(4, True), Spell(30, False), Spell(50, False)]
    assert median_hours(spells, None).value == 4
    assert median_hours([Spell(2, True), *spells[2:]], None).reason == "still_open"
    started = START.timestamp()
    found = series(
        "recovery",
        runs({"started": started, "hours": 3.0}, {"started": started, "hours": None}),
    )
    assert found.counts == {"settled": 1, "open": 1}


def test_a_setback_settles_at_the_first_calm_value() -> None:
    before = [(START - timedelta(days=at), 3.0) for at in (1, 2, 20)]
    after = [(START + timedelta(hours=5), 6.0), (START + timedelta(hours=9), 4.0)]
    assert settle_hours(START, before + after) == 9
    assert settle_hours(START, after) is None
    assert settle_hours(START, before + after[:1]) is None


READINGS: dict[str, st.SearchStrategy[Any]] = {
    "scale_value": st.integers(0, 10),
    "dose": st.integers(0, 600),
    "distress_change": st.builds(distress, st.integers(0, 10), st.integers(0, 10)),
    "choice_count": st.just({"count": 1, "kinds": ["skipped"]}),
    "promise_keeping": st.builds(
        lambda code: {"code": code},
        st.sampled_from(["kept", "kept_in_part", "not_kept", "released"]),
    ),
    "calibration": st.builds(
        lambda p, o: {"p": p / 10, "o": o}, st.integers(0, 10), st.integers(0, 1)
    ),
    "belief_change": st.builds(
        lambda before, after: {
            "before": before,
            "after": after,
            "change": after - before,
        },
        st.integers(0, 100),
        st.integers(0, 100),
    ),
}


@pytest.mark.parametrize("formula", READINGS)
@given(data=st.data())
def test_law_1_a_stopped_run_lowers_no_number(
    formula: str, data: st.DataObject
) -> None:
    readings = data.draw(st.lists(READINGS[formula], max_size=8))
    more = data.draw(st.lists(READINGS[formula], min_size=1, max_size=4))
    done = runs(*readings)
    old = series(formula, done)
    new = series(formula, done + runs(*more, stopped=True))
    assert new.n == old.n + len(more)
    assert new.trend == old.trend
    for name, figure in old.figures.items():
        if figure.value is not None:
            value = new.figures[name].value
            assert value is not None
            assert value >= figure.value
            assert name.startswith("total") or value == figure.value
