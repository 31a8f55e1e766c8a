"""Classes of change: signs by direction, thresholds, cuts, and numbers that make no sense."""

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.instruments.change import (
    DISPLAY,
    Change,
    ChangeClass,
    change,
    cut_off,
    is_clinical,
    measurement_error,
    nhs_flags,
)
from api.instruments.definitions import library
from api.instruments.parameters import Cut, Norm, Norms, ParameterSet
from api.instruments.words import Direction
from tests.instruments.forms import ready

POINTS = st.integers(0, 60)


def made(**parts: Any) -> ParameterSet:
    return ParameterSet.model_validate(
        {"id": "test.set", "source": "Test", "evidence": "chosen", **parts}
    )


PUBLISHED = made(threshold={"points": 6}, cut={"case_at": 10})
COMPUTED = made(
    reliability={"sd": 7.5, "r": 0.8, "type": "test_retest"},
    norms={
        "clinical": {"mean": 40, "sd": 7.5},
        "functional": {"mean": 60, "sd": 7.5},
    },
)


def phq(before: float, after: float, **options: bool) -> Change:
    return change(before, after, PUBLISHED, "lower", **options)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (18, 9, ChangeClass.RECOVERED),
        (18, 12, ChangeClass.IMPROVED),
        (18, 13, ChangeClass.UNCHANGED),
        (12, 9, ChangeClass.UNCHANGED),
        (9, 3, ChangeClass.IMPROVED),
        (12, 18, ChangeClass.DETERIORATED),
        (9, 15, ChangeClass.DETERIORATED),
    ],
)
def test_the_classes(before: float, after: float, expected: ChangeClass) -> None:
    assert phq(before, after).change_class is expected


def test_harmed_is_only_said_when_asked_for() -> None:
    assert phq(9, 15, with_harmed=True).change_class is ChangeClass.HARMED
    assert phq(12, 18, with_harmed=True).change_class is ChangeClass.DETERIORATED


def test_unchanged_has_honest_words() -> None:
    assert (
        DISPLAY[ChangeClass.UNCHANGED] == "not distinguishable from measurement noise"
    )


def test_a_published_threshold_is_met_at_its_value() -> None:
    assert phq(18, 12).reliable == 1
    assert phq(18, 12.0001).reliable == 0


def test_a_strict_threshold_is_met_only_above_it() -> None:
    strict = made(threshold={"points": 5, "strict": True})
    assert change(20, 15, strict, "lower").reliable == 0
    assert change(20, 14, strict, "lower").reliable == 1


def test_a_computed_threshold_is_strict_and_uses_cut_c() -> None:
    found = change(32.5, 51, COMPUTED, "higher")
    assert (found.method, found.strict) == ("jacobson_truax", True)
    assert (found.cut, found.cut_from) == (50, "c")
    assert found.change_class is ChangeClass.RECOVERED
    threshold = measurement_error(7.5, 0.8).threshold
    assert threshold is not None
    assert change(0, threshold, COMPUTED, "higher").reliable == 0


def test_a_score_on_a_cut_has_one_side() -> None:
    case, functional = Cut(case_at=10), Cut(functional_at=28)
    assert is_clinical(10, case, "lower")
    assert not is_clinical(9.9, case, "lower")
    assert not is_clinical(28, functional, "lower")
    assert is_clinical(28.1, functional, "lower")
    assert is_clinical(10, case, "higher")
    assert not is_clinical(28, functional, "higher")


def test_without_a_cut_nothing_is_called_recovered() -> None:
    found = change(40, 10, made(threshold={"points": 7}), "lower")
    assert found.change_class is ChangeClass.IMPROVED
    assert (found.crossed, found.cut_reason) == (None, "no_cut")


def test_a_smallest_difference_is_its_own_idea() -> None:
    found = change(40, 48, made(mid={"least": 8, "most": 8}), "lower")
    assert found.mid_reached
    assert (found.change_class, found.reason) == (None, "no_reliability")


def test_internal_consistency_says_that_it_flatters() -> None:
    one = ready("phq9").parameter_set("phq9.kroenke2001_alpha")
    assert one is not None
    assert change(10, 5, one, "lower").notes == ("alpha_inflates_precision",)


@pytest.mark.parametrize(
    ("sd", "r", "reason"),
    [
        (0, 0.8, "sd_not_positive"),
        (-1, 0.8, "sd_not_positive"),
        (math.nan, 0.8, "sd_not_positive"),
        (math.inf, 0.8, "sd_not_positive"),
        (5, 1, "no_measurement_error"),
        (5, 1.1, "reliability_out_of_range"),
        (5, -0.1, "reliability_out_of_range"),
        (5, math.nan, "reliability_out_of_range"),
    ],
)
def test_degenerate_reliability_gives_a_reason(
    sd: float, r: float, reason: str
) -> None:
    found = measurement_error(sd, r)
    assert (found.sem, found.sdiff, found.threshold) == (None, None, None)
    assert found.reason == reason


def test_degenerate_parameters_give_no_class() -> None:
    one = made(reliability={"sd": 5, "r": 1, "type": "icc"})
    found = change(20, 5, one, "lower")
    assert (found.rc, found.reliable, found.change_class) == (None, None, None)
    assert found.reason == "no_measurement_error"
    assert found.parameter_set == "test.set"


@pytest.mark.parametrize("kind", ["a", "b", "c"])
def test_norms_that_contradict_the_direction_give_no_cut(kind: Any) -> None:
    norms = Norms(clinical=Norm(mean=40, sd=7.5), functional=Norm(mean=60, sd=7.5))
    assert cut_off(kind, norms, "lower").reason == "norms_contradict_direction"
    flat = Norms(clinical=Norm(mean=40, sd=0), functional=Norm(mean=60, sd=1))
    assert cut_off(kind, flat, "higher").reason == "sd_not_positive"
    assert change(40, 60, COMPUTED, "lower").cut_reason == "norms_contradict_direction"


@pytest.mark.parametrize(
    ("before", "after", "direction", "reason"),
    [
        (None, 3, "lower", "score_missing"),
        (3, None, "lower", "score_missing"),
        (3, math.nan, "lower", "score_not_finite"),
        (3, 4, None, "no_direction"),
    ],
)
def test_scores_that_are_none_are_not_compared(
    before: Any, after: Any, direction: Any, reason: str
) -> None:
    found = change(before, after, PUBLISHED, direction)
    assert (found.change_class, found.reliable, found.reason) == (None, None, reason)
    assert nhs_flags([found]).reason == reason


# --- NHS flags over two scales ------------------------------------------------


def nhs(phq9: tuple[int, int], gad7: tuple[int, int]) -> Any:
    found = []
    for name, (before, after) in (("phq9", phq9), ("gad7", gad7)):
        parameters = ready(name).parameter_set(f"{name}.nhs_tt")
        assert parameters is not None
        found.append(change(before, after, parameters, "lower"))
    return nhs_flags(found)


def test_a_case_on_either_scale_recovers_only_on_both() -> None:
    one = nhs((9, 3), (8, 7))
    assert (one.case_at_start, one.recovery, one.reliable_recovery) == (
        True,
        True,
        True,
    )
    assert not nhs((18, 9), (12, 8)).recovery
    assert one.parameter_sets == ("phq9.nhs_tt", "gad7.nhs_tt")


def test_who_was_no_case_does_not_recover() -> None:
    one = nhs((9, 3), (7, 7))
    assert (one.case_at_start, one.recovery, one.reliable_improvement) == (
        False,
        False,
        True,
    )


def test_one_better_and_one_worse_is_mixed() -> None:
    one = nhs((18, 12), (8, 12))
    assert one.mixed
    assert not one.reliable_improvement
    assert not one.reliable_deterioration


def test_one_worse_and_one_unchanged_is_deterioration() -> None:
    one = nhs((12, 13), (8, 12))
    assert (one.reliable_deterioration, one.mixed) == (True, False)


def test_flags_need_thresholds_and_cuts() -> None:
    assert nhs_flags([]).reason == "no_scales"
    bare = change(20, 5, made(threshold={"points": 6}), "lower")
    assert nhs_flags([bare]).reason == "no_cut"
    assert nhs_flags([bare]).recovery is None


# --- properties ---------------------------------------------------------------

MIRROR: dict[Direction, Direction] = {"lower": "higher", "higher": "lower"}
EVERY_SET = [
    (one, parameters)
    for one in library().values()
    for parameters in one.parameter_sets
    if one.direction
]


@pytest.mark.parametrize(
    ("one", "parameters"), EVERY_SET, ids=lambda each: str(each.id)
)
def test_every_shipped_set_classes_or_says_why_not(
    one: Any, parameters: ParameterSet
) -> None:
    assert parameters.id.startswith(f"{one.id}.")
    worst, best = one.total.most, one.total.least
    if one.direction == "higher":
        worst, best = best, worst
    found = change(worst, best, parameters, one.direction)
    assert found.parameter_set == parameters.id
    if found.reason is None:
        assert found.reliable == 1
    else:
        assert found.mid_reached
    assert found.cut_reason in (None, "no_cut")


@given(POINTS, POINTS, st.sampled_from(["lower", "higher"]))
def test_better_is_plus_in_either_direction(
    before: int, after: int, direction: Direction
) -> None:
    parameters = made(threshold={"points": 6})
    one = change(before, after, parameters, direction)
    other = change(before, after, parameters, MIRROR[direction])
    assert one.gain is not None
    assert other.gain == -one.gain
    assert one.reliable is not None
    assert other.reliable == -one.reliable
    assert one.points == other.points


@given(POINTS, POINTS)
def test_mirroring_the_scale_changes_no_class(before: int, after: int) -> None:
    mirrored = made(threshold={"points": 6}, cut={"case_at": 50})
    one = change(before, after, PUBLISHED, "lower", with_harmed=True)
    other = change(60 - before, 60 - after, mirrored, "higher", with_harmed=True)
    assert one.change_class is other.change_class
    assert one.gain == other.gain
    assert one.crossed == other.crossed


@given(POINTS, POINTS)
def test_going_back_turns_every_sign(before: int, after: int) -> None:
    there, back = phq(before, after), phq(after, before)
    assert there.reliable is not None
    assert there.crossed is not None
    assert back.reliable == -there.reliable
    assert back.crossed == -there.crossed


@given(st.floats(0.1, 50), st.floats(0, 0.99), st.floats(0, 0.99))
def test_a_better_measure_needs_a_smaller_change(
    sd: float, one: float, other: float
) -> None:
    worse, better = sorted((one, other))
    low, high = measurement_error(sd, better), measurement_error(sd, worse)
    assert low.threshold is not None
    assert high.threshold is not None
    assert low.threshold <= high.threshold


@given(st.lists(st.tuples(POINTS, POINTS), min_size=1, max_size=4))
def test_flags_never_contradict_each_other(pairs: list[tuple[int, int]]) -> None:
    flags = nhs_flags([phq(before, after) for before, after in pairs])
    said = (flags.reliable_improvement, flags.reliable_deterioration, flags.mixed)
    assert sum(bool(each) for each in said) <= 1
    assert flags.reliable_recovery == (flags.recovery and flags.reliable_improvement)
    assert not flags.recovery or flags.case_at_start
