"""The usual range: by one's own days, silent when there are too few or all alike."""

from datetime import date, timedelta
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.progress.bands import AT_LEAST, WITHIN_DAYS, band
from api.progress.trend import trend

FIRST = date(2026, 3, 2)
STEADY = [4.0, 5.0, 6.0] * 5


def daily(values: list[float]) -> list[tuple[date, float]]:
    return [(FIRST + timedelta(days=at), value) for at, value in enumerate(values)]


def test_middle_and_limits_by_hand() -> None:
    """15 days of 4, 5, 6: median 5, deviations 1 0 1, MAD 1, width 3 x 1.4826."""
    found = band(FIRST, range(15), STEADY)
    assert (found.n, found.middle, found.reason) == (15, 5.0, None)
    assert found.low == pytest.approx(5 - 4.4478)
    assert found.high == pytest.approx(5 + 4.4478)
    assert found.window == (FIRST, FIRST + timedelta(days=14))
    assert found.newest == "inside"


@pytest.mark.parametrize(("newest", "where"), [(10.0, "above"), (0.0, "below")])
def test_a_day_outside_the_range_is_named(newest: float, where: str) -> None:
    assert band(FIRST, range(16), [*STEADY, newest]).newest == where


def test_one_hard_day_does_not_widen_the_range() -> None:
    calm = band(FIRST, range(15), STEADY)
    hard = band(FIRST, range(15), [*STEADY[:-1], 100.0])
    assert (hard.low, hard.high) == (calm.low, calm.high)


def test_below_fourteen_days_there_is_none() -> None:
    found = band(FIRST, range(13), STEADY[:13])
    assert (found.n, found.low, found.reason) == (13, None, "insufficient_points")


def test_only_the_last_sixty_days_count() -> None:
    found = band(FIRST, [0, *range(60, 74)], [0.0, *STEADY[:14]])
    assert found.n == 14
    weekly = [7 * at for at in range(20)]
    assert band(FIRST, weekly, STEADY + STEADY[:5]).reason == "insufficient_points"


def test_days_that_are_all_alike_have_no_range() -> None:
    found = band(FIRST, range(14), [3.0] * 14)
    assert (found.middle, found.low, found.reason) == (3.0, None, "no_spread")


def test_a_trend_carries_the_band() -> None:
    assert trend(daily(STEADY)).band == band(FIRST, range(15), STEADY)
    assert trend(daily([1.0, 2.0])).band is None


@given(values=st.lists(st.integers(0, 10).map(float), min_size=1, max_size=80))
def test_a_band_lies_around_the_median_or_says_why_not(values: list[float]) -> None:
    found = band(FIRST, range(len(values)), values)
    assert found.n == min(len(values), WITHIN_DAYS)
    assert (found.low is None) == (found.reason is not None)
    if found.low is not None and found.high is not None:
        assert found.n >= AT_LEAST
        assert found.middle == median(values[-WITHIN_DAYS:])
        assert found.low < found.middle < found.high
