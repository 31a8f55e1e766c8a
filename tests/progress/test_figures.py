"""Shares, calibration and discernment: public examples and null rules."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from api.progress.calibration import calibrate
from api.progress.discernment import discern
from api.progress.ratios import RULES, share, tally, weighted_share, wilson

DAY = date(2026, 3, 1)


def coded(*codes: str, days: int = 99) -> list[tuple[date, str]]:
    return [(DAY + timedelta(days=at % days), code) for at, code in enumerate(codes)]


def test_the_public_wilson_example() -> None:
    found = share(coded(*["kept"] * 7, *["not_kept"] * 2), RULES["promise_keeping"])
    assert found.value == pytest.approx(0.778, abs=5e-4)
    assert found.interval == pytest.approx((0.453, 0.937), abs=5e-4)


@given(st.integers(1, 60), st.data())
def test_wilson_is_that_of_scipy(n: int, data: st.DataObject) -> None:
    k = data.draw(st.integers(0, n))
    known = stats.binomtest(k, n).proportion_ci(method="wilson")
    assert wilson(k, n) == pytest.approx((known.low, known.high), abs=1e-9)


def test_a_share_of_too_little_is_not_told() -> None:
    found = share(coded("kept", "kept"), RULES["promise_keeping"])
    assert (found.value, found.n, found.reason) == (None, 2, "insufficient_runs")
    assert share([], RULES["promise_keeping"]).window is None


def test_released_promises_change_nothing_and_are_counted() -> None:
    before = coded("kept", "kept_in_part", "not_kept")
    after = [*before, *coded("released", "released")]
    rule = RULES["promise_keeping"]
    assert share(before, rule).value == share(after, rule).value == pytest.approx(1 / 3)
    weighted = weighted_share(after, rule)
    assert weighted is not None
    assert weighted.value == pytest.approx(0.5)
    assert tally(after)["released"] == 2


def test_consistency_wants_five_looks_on_three_days() -> None:
    codes = ["matched", "matched", "mended", "not_matched", "matched"]
    rule = RULES["consistency"]
    assert share(coded(*codes, days=2), rule).reason == "insufficient_days"
    assert share(coded(*codes, days=3), rule).value == pytest.approx(3.5 / 5)
    assert share(coded(*codes[:4]), rule).reason == "insufficient_runs"


@pytest.mark.parametrize("name", RULES)
def test_codes_outside_a_ratio_never_move_it(name: str) -> None:
    rule = RULES[name]
    inside = coded(*list(rule.weights) * 3)
    outside = coded("unclear", "not_safe", "not_safe_to", "none_planned", "unknown")
    assert share(inside, rule).value == share(inside + outside, rule).value


FORECASTS = [(0.8, 0), (0.6, 0), (0.5, 1), (0.4, 0), (0.3, 0), (0.2, 0)]


def test_the_public_brier_example() -> None:
    found = calibrate([(DAY, p, o) for p, o in FORECASTS])
    assert found.brier.value == pytest.approx(0.2567, abs=5e-5)
    assert found.bias.value == pytest.approx(0.3)
    assert found.brier.n == 6


def test_partly_is_left_out_and_counted() -> None:
    forecasts = [(DAY, p, o) for p, o in FORECASTS]
    with_partly = calibrate([*forecasts, (DAY, 0.9, None)])
    assert with_partly.partly == 1
    assert with_partly.brier == calibrate(forecasts).brier
    few = calibrate([*forecasts[:4], (DAY, 0.9, None)])
    assert (few.brier.value, few.brier.reason) == (None, "insufficient_outcomes")


@given(
    st.lists(
        st.tuples(st.integers(0, 10).map(lambda p: p / 10), st.integers(0, 1)),
        min_size=5,
        max_size=29,
    )
)
def test_the_parts_of_brier_add_up(pairs: list[tuple[float, int]]) -> None:
    found = calibrate([(DAY, p, o) for p, o in pairs])
    parts = (found.reliability.value, found.resolution.value, found.uncertainty.value)
    assert None not in parts
    reliability, resolution, uncertainty = (float(one or 0) for one in parts)
    assert found.brier.value == pytest.approx(reliability - resolution + uncertainty)


def test_many_forecasts_are_binned_by_ten_points() -> None:
    pairs = [(DAY, at % 100 / 100, at % 2) for at in range(40)]
    assert calibrate(pairs).reliability.method == "murphy, ten-point bins"


def cells(hit: int, miss: int, fa: int, cr: int) -> list[tuple[date, str]]:
    names = ("hit", "miss", "false_alarm", "correct_rejection")
    counts = zip(names, (hit, miss, fa, cr), strict=True)
    return coded(*[name for name, count in counts for _ in range(count)])


def test_the_public_discernment_example() -> None:
    found = discern(cells(6, 2, 3, 9))
    assert found.hit_rate.value == pytest.approx(0.7222, abs=5e-5)
    assert found.false_alarm_rate.value == pytest.approx(0.2692, abs=5e-5)
    assert found.d_prime.value == pytest.approx(1.2046, abs=5e-5)
    assert found.criterion.value == pytest.approx(0.0128, abs=5e-5)


@pytest.mark.parametrize("counts", [(2, 0, 4, 4), (5, 3, 1, 1), (3, 0, 3, 3)])
def test_discernment_wants_ten_with_three_of_each(
    counts: tuple[int, int, int, int],
) -> None:
    assert discern(cells(*counts)).d_prime.reason == "insufficient_outcomes"


def test_cannot_tell_is_left_out_of_discernment() -> None:
    known = cells(6, 2, 3, 9)
    more = [*known, *coded("cannot_tell")]
    assert discern(known) == discern(more)
