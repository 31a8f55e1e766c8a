"""W1-W11 of the reference, §3.4, at their stated tolerances."""

from datetime import UTC, datetime, timedelta

import pytest

from api.instruments.change import (
    Change,
    ChangeClass,
    change,
    cut_off,
    measurement_error,
    nhs_flags,
    reliable_change_index,
)
from api.instruments.parameters import Cut, Norm, Norms, ParameterSet, Threshold
from api.instruments.trend_index import reliable_trend, trend_index
from tests.instruments.forms import ready, score_of


def by_set(instrument_id: str, set_id: str, before: float, after: float) -> Change:
    one = ready(instrument_id)
    parameters = one.parameter_set(set_id)
    assert parameters is not None
    return change(before, after, parameters, one.direction)


def test_w1_jacobson_and_truax() -> None:
    error = measurement_error(7.5, 0.80)
    assert error.sem == pytest.approx(3.354, abs=5e-4)
    assert error.sdiff == pytest.approx(4.743, abs=5e-4)
    assert reliable_change_index(32.5, 47.5, error) == pytest.approx(3.162, abs=5e-4)


def test_w2_cut_offs_of_the_same_paper() -> None:
    norms = Norms(clinical=Norm(mean=40, sd=7.5), functional=Norm(mean=60, sd=7.5))
    assert cut_off("a", norms, "higher").value == 55
    assert cut_off("b", norms, "higher").value == 45
    assert cut_off("c", norms, "higher").value == 50


def test_w3_bischoff_on_the_gad7() -> None:
    assert measurement_error(5.59, 0.87).threshold == pytest.approx(5.59, abs=0.01)


def test_w4_the_us_core_example() -> None:
    found = score_of("phq9", [2, 2, 2, 2, 1, 1, 2, 0, 0])
    assert found.value == 12
    assert found.bands == {"phq9.severity": "moderate"}
    assert found.watched == {}


@pytest.mark.parametrize(
    ("before", "after", "recovery", "improved", "deteriorated"),
    [
        (18, 8, True, True, False),
        (12, 9, True, False, False),
        (18, 12, False, True, False),
        (9, 15, False, False, True),
    ],
)
def test_w5_nhs_flags_on_the_phq9(
    before: int, after: int, recovery: bool, improved: bool, deteriorated: bool
) -> None:
    flags = nhs_flags([by_set("phq9", "phq9.nhs_tt", before, after)])
    assert flags.parameter_sets == ("phq9.nhs_tt",)
    assert flags.recovery is recovery
    assert flags.reliable_improvement is improved
    assert flags.reliable_recovery is (recovery and improved)
    assert flags.reliable_deterioration is deteriorated


def test_w6_one_change_three_sources() -> None:
    first = by_set("pcl5", "pcl5.marx2022_s1", 50, 34)
    second = by_set("pcl5", "pcl5.marx2022_s2", 50, 34)
    third = by_set("pcl5", "pcl5.nhs", 50, 34)
    assert first.points == -16
    assert (first.reliable, first.clinical_after) == (1, True)
    assert (second.reliable, second.change_class) == (0, ChangeClass.UNCHANGED)
    assert third.reliable == 1


def test_w7_the_who5_is_raw_times_four() -> None:
    found = score_of("who5", [3, 2, 3, 2, 2])
    assert found.other_scales == {"raw_0_25": 12}
    assert found.value == 48
    assert found.bands == {"who5.wellbeing": "low"}


def test_w8_the_brs_is_a_mean_with_three_reversed() -> None:
    found = score_of("brs", [4, 2, 4, 2, 5, 1])
    assert found.value == pytest.approx(4.3333, abs=5e-5)
    assert found.display == 4.3
    assert found.bands == {"brs.phenx": "high"}


def test_w9_the_k10_says_which_counting() -> None:
    found = score_of("k10", [3, 2, 3, 2, 1, 2, 3, 2, 2, 2])
    assert (found.scale, found.value) == ("au_10_50", 22)
    assert found.other_scales == {"us_0_40": 12}
    assert found.bands == {"k10.abs": "high", "k10.clinical": "mild"}


def test_w10_two_missing_answers_are_prorated() -> None:
    found = score_of("phq9", [2, 2, None, 1, None, 2, 1, 0, 0])
    assert found.value == pytest.approx(10.286, abs=5e-4)
    assert found.rounded == 10
    assert found.prorated
    assert found.missing == ("phq9_3", "phq9_5")
    assert found.bands == {"phq9.severity": "moderate"}


def test_w11_the_rdas_of_anderson() -> None:
    rdas = ParameterSet(
        id="rdas.anderson2014",
        source="Anderson 2014, doi 10.1111/jmft.12095",
        evidence="seen",
        threshold=Threshold(points=11.58),
        cut=Cut(functional_at=47.31),
    )
    found = change(40, 52, rdas, "higher")
    assert found.gain == 12
    assert found.change_class is ChangeClass.RECOVERED


def test_the_public_trend_index_of_five_weeks() -> None:
    start = datetime(2026, 3, 1, 9, tzinfo=UTC)
    weekly = [
        (start + timedelta(weeks=at), score)
        for at, score in enumerate([14.0, 15.0, 13.0, 14.0, 12.0])
    ]
    found = reliable_trend(weekly, 2.44, "lower")
    assert found.slope_per_week == pytest.approx(-0.5)
    assert found.error_per_week == pytest.approx(0.7716, abs=5e-5)
    assert found.rti == pytest.approx(-0.648, abs=5e-4)
    assert found.p == pytest.approx(0.517, abs=5e-4)
    assert found.trend == "no_reliable_trend"
    parameters = ready("phq9").parameter_set("phq9.kroenke2001")
    assert parameters is not None
    same = trend_index(weekly, parameters, "lower")
    assert same.rti == pytest.approx(-0.648, abs=5e-4)
    assert same.parameter_set == "phq9.kroenke2001"


def test_the_public_two_point_change() -> None:
    found = by_set("phq9", "phq9.kroenke2001", 14, 12)
    assert found.rc == pytest.approx(-0.580, abs=5e-4)


@pytest.mark.parametrize(
    ("instrument_id", "set_id", "threshold", "cut"),
    [
        ("phq9", "phq9.kroenke2001", 6.763, 8.597),
        ("gad7", "gad7.spitzer2006", 5.37, 9.70),
        ("pcl5", "pcl5.blevins2015", 17.31, None),
        ("rses", "rses.retest_82", 6.82, None),
        ("brs", "brs.smith2008", 1.08, None),
    ],
)
def test_computed_sets_give_the_numbers_of_the_reference(
    instrument_id: str, set_id: str, threshold: float, cut: float | None
) -> None:
    found = by_set(instrument_id, set_id, 10, 10)
    assert found.method == "jacobson_truax"
    assert found.threshold == pytest.approx(threshold, abs=5e-3)
    assert found.cut == (None if cut is None else pytest.approx(cut, abs=5e-3))
