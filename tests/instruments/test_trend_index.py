"""The Reliable Trend Index over real times, and the baseline."""

import math
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from api.instruments.trend_index import (
    Filling,
    baseline,
    reliable_trend,
    trend_index,
)
from tests.instruments.forms import ready

START = datetime(2026, 3, 1, 9, tzinfo=UTC)


def on(*points: tuple[float, float]) -> list[Filling]:
    return [(START + timedelta(days=day), score) for day, score in points]


def test_real_times_count_and_not_the_number_of_the_filling() -> None:
    even = reliable_trend(on((0, 20), (7, 16), (14, 12)), 2.44, "lower")
    late = reliable_trend(on((0, 20), (7, 16), (70, 12)), 2.44, "lower")
    assert even.slope_per_week == pytest.approx(-4)
    assert late.slope_per_week != pytest.approx(-4)


@pytest.mark.parametrize(
    ("direction", "trend"), [("lower", "improving"), ("higher", "worsening")]
)
def test_a_trend_is_named_by_the_direction(direction: str, trend: str) -> None:
    falling = on((0, 20), (7, 14), (14, 8))
    found = reliable_trend(falling, 2.44, direction)  # type: ignore[arg-type]
    assert found.reliable
    assert found.trend == trend
    assert found.rti is not None
    assert found.rti < 0
    assert reliable_trend(falling, 2.44, None).trend is None


@pytest.mark.parametrize(
    ("points", "sem", "reason"),
    [
        ([], 2.0, "insufficient_points"),
        ([(0, 1), (7, 9)], 2.0, "insufficient_points"),
        ([(0, 1), (0, 5), (0, 9)], 2.0, "same_time"),
        ([(0, 1), (7, 5), (14, math.nan)], 2.0, "not_finite"),
        ([(0, 1), (7, 5), (14, 9)], 0.0, "sem_not_positive"),
        ([(0, 1), (7, 5), (14, 9)], math.nan, "sem_not_positive"),
        ([(0, 1), (7, 5), (14, 9)], None, "sem_not_positive"),
    ],
)
def test_what_gives_no_index_gives_a_reason(
    points: list[tuple[float, float]], sem: float | None, reason: str
) -> None:
    found = reliable_trend(on(*points), sem, "lower")
    assert (found.rti, found.trend, found.reason) == (None, None, reason)
    assert found.n == len(points)


def test_a_set_without_reliability_gives_no_index() -> None:
    parameters = ready("phq9").parameter_set("phq9.nhs_tt")
    assert parameters is not None
    found = trend_index(on((0, 20), (7, 14), (14, 8)), parameters, "lower")
    assert (found.rti, found.reason) == (None, "no_reliability")
    assert found.parameter_set == "phq9.nhs_tt"


SERIES = st.lists(
    st.tuples(st.integers(0, 200), st.integers(0, 27)),
    min_size=3,
    max_size=15,
    unique_by=lambda point: point[0],
)


@given(SERIES)
def test_the_slope_is_that_of_least_squares(points: list[tuple[int, int]]) -> None:
    found = reliable_trend(on(*points), 2.44, "lower")
    weeks = [day / 7 for day, _ in points]
    slope = np.polyfit(weeks, [score for _, score in points], 1)[0]
    assert found.slope_per_week == pytest.approx(slope, abs=1e-6)


@given(SERIES, st.randoms(use_true_random=False))
def test_the_order_of_the_fillings_does_not_matter(
    points: list[tuple[int, int]], chance: object
) -> None:
    shuffled = points.copy()
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert reliable_trend(on(*shuffled), 2.44, "lower") == reliable_trend(
        on(*points), 2.44, "lower"
    )


@given(SERIES)
def test_a_mirrored_series_has_the_opposite_index(
    points: list[tuple[int, int]],
) -> None:
    one = reliable_trend(on(*points), 2.44, "lower")
    mirrored = [(day, 27 - score) for day, score in points]
    other = reliable_trend(on(*mirrored), 2.44, "higher")
    assert one.rti is not None
    assert other.rti == pytest.approx(-one.rti, abs=1e-9)
    assume(abs(abs(one.rti) - 1.96) > 1e-6)
    assert one.trend == other.trend or abs(one.rti) < 1e-9


@pytest.mark.parametrize(
    ("points", "value", "n", "method"),
    [
        ([(0, 18)], 18, 1, "first"),
        ([(14, 12), (0, 18)], 15, 2, "median_of_first_two"),
        ([(0, 18), (14.01, 12)], 18, 1, "first"),
        ([(0, 18), (3, 12), (5, 0)], 15, 2, "median_of_first_two"),
    ],
)
def test_the_baseline(
    points: list[tuple[float, float]], value: float, n: int, method: str
) -> None:
    found = baseline(on(*points))
    assert (found.value, found.n, found.method) == (value, n, method)
    assert found.at == START


def test_the_baseline_can_be_the_first_alone_or_nothing() -> None:
    assert baseline(on((0, 18), (3, 12)), "first").value == 18
    assert baseline([]).reason == "insufficient_points"
