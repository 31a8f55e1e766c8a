"""Slope and test against scipy, the public examples, and what may be said when."""

import math
from datetime import date, timedelta
from itertools import permutations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from api.progress.trend import (
    exact_p,
    kendall_s,
    mann_kendall,
    normal_p,
    theil_sen,
    ties_variance,
    trend,
)

START = date(2026, 3, 1)


def on_days(values: list[float], every: int = 1) -> list[tuple[date, float]]:
    return [
        (START + timedelta(days=at * every), value) for at, value in enumerate(values)
    ]


def test_the_public_example_of_four_days() -> None:
    values = [9.0, 7.0, 6.0, 2.0]
    line, test = theil_sen([0, 1, 2, 3], values), mann_kendall(values)
    assert line is not None
    assert line.slope == pytest.approx(-2.1667, abs=5e-5)
    assert line.intercept == pytest.approx(9.75)
    assert test.s == -6
    assert test.method == "exact"
    assert test.p == pytest.approx(0.0833, abs=5e-5)
    assert normal_p(test.s, test.variance) == pytest.approx(0.0894, abs=5e-5)
    said = trend(on_days(values))
    assert said.provisional
    assert said.word is None


@given(
    st.lists(
        st.tuples(st.integers(0, 60), st.integers(0, 12)),
        min_size=2,
        max_size=40,
        unique_by=lambda row: row[0],
    )
)
def test_the_slope_and_its_interval_are_those_of_scipy(
    rows: list[tuple[int, int]],
) -> None:
    days, values = [float(d) for d, _ in rows], [float(v) for _, v in rows]
    line = theil_sen(days, values)
    known = stats.theilslopes(values, days, method="separate")
    assert line is not None
    assert line.slope == pytest.approx(known.slope)
    assert line.intercept == pytest.approx(known.intercept)
    if not math.isnan(known.low_slope):
        expected = (known.low_slope, known.high_slope)
        assert line.interval == pytest.approx(expected)


@given(st.lists(st.integers(-100, 100), min_size=2, max_size=10, unique=True))
def test_the_exact_p_is_that_of_scipy(values: list[int]) -> None:
    known = stats.kendalltau(range(len(values)), values, method="exact")
    test = mann_kendall([float(one) for one in values])
    assert test.p == pytest.approx(known.pvalue)
    assert test.tau == pytest.approx(known.statistic)


def test_the_exact_p_is_the_share_of_all_orders() -> None:
    every = [
        abs(kendall_s([float(one) for one in row])) for row in permutations(range(6))
    ]
    for s in range(1, 16, 2):
        share = sum(one >= s for one in every) / len(every)
        assert exact_p(s, 6) == pytest.approx(share)


@given(st.lists(st.integers(0, 5), min_size=2, max_size=25))
def test_s_and_its_variance_follow_their_definitions(values: list[int]) -> None:
    s = sum(
        int(np.sign(values[j] - values[i]))
        for i in range(len(values))
        for j in range(i + 1, len(values))
    )
    assert kendall_s([float(one) for one in values]) == s
    n = len(values)
    ties = [values.count(one) for one in set(values)]
    expected = (
        n * (n - 1) * (2 * n + 5) - sum(t * (t - 1) * (2 * t + 5) for t in ties)
    ) / 18
    assert ties_variance([float(one) for one in values]) == pytest.approx(expected)


@given(st.lists(st.integers(0, 5), min_size=11, max_size=30))
def test_the_normal_p_is_continuity_corrected(values: list[int]) -> None:
    assume(len(set(values)) > 1)
    test = mann_kendall([float(one) for one in values])
    z = (test.s - np.sign(test.s)) / math.sqrt(test.variance)
    expected = 1.0 if test.s == 0 else 2 * stats.norm.sf(abs(z))
    assert test.method == "normal"
    assert test.p == pytest.approx(expected)


def test_one_point_is_only_a_point() -> None:
    said = trend(on_days([4.0]))
    assert (said.n, said.change, said.slope_per_week, said.word) == (
        1,
        None,
        None,
        None,
    )
    assert said.reason == "insufficient_points"
    assert trend([]).window is None


def test_two_points_are_a_change_and_no_slope() -> None:
    said = trend(on_days([4.0, 6.0]))
    assert (said.change, said.slope_per_week, said.word) == (2.0, None, None)


def test_three_points_are_a_first_impression() -> None:
    said = trend(on_days([4.0, 5.0, 6.0]))
    assert said.slope_per_week == pytest.approx(7.0)
    assert said.provisional
    assert (said.p, said.word) == (None, None)


def test_five_rising_days_may_be_called_rising() -> None:
    said = trend(on_days([1.0, 2.0, 3.5, 4.0, 6.0]))
    assert (said.word, said.p_method, said.provisional) == ("going up", "exact", False)
    assert trend(on_days([6.0, 4.0, 3.5, 2.0, 1.0])).word == "going down"


def test_noise_is_no_direction() -> None:
    assert (
        trend(on_days([3.0, 5.0, 2.0, 6.0, 4.0, 3.5])).word == "no clear direction yet"
    )


def test_all_equal_is_no_change() -> None:
    said = trend(on_days([3.0] * 6))
    assert (said.word, said.p, said.slope_per_week) == ("no change", 1.0, 0.0)


def test_ties_on_few_days_name_no_direction_and_say_why() -> None:
    said = trend(on_days([1.0, 2.0, 3.0, 4.0, 5.0, 5.0, 6.0]))
    assert said.p is not None
    assert said.p < 0.05
    assert said.word == "no clear direction yet"
    assert any("equal values" in note for note in said.method_notes)


def test_several_points_on_a_day_count_once() -> None:
    points = [
        (START, 1.0),
        (START, 9.0),
        (START, 2.0),
        (START + timedelta(days=7), 5.0),
    ]
    said = trend(points)
    assert (said.n, said.points, said.change) == (2, 4, 3.0)


def test_autocorrelation_is_named() -> None:
    assert any(
        "alike" in note for note in trend(on_days([1, 2, 3, 4, 5.0])).method_notes
    )


@given(st.lists(st.integers(0, 10), min_size=3, max_size=30), st.integers(1, 9))
def test_time_runs_the_other_way_when_mirrored(values: list[int], every: int) -> None:
    there = trend(on_days([float(one) for one in values], every))
    back = trend(on_days([float(-one) for one in values], every))
    assert there.slope_per_week is not None
    assert back.slope_per_week == pytest.approx(-there.slope_per_week)
    assert there.p == back.p
