"""What a change between two scores may be called, by a named parameter set.

Every classification carries the id of its parameter set, because published thresholds
disagree. Parameters that make no sense give None with a reason, never a class. Signs
follow the direction of the instrument. Source: reference §3.3.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from api.instruments.parameters import Cut, Mid, Norms, ParameterSet
from api.instruments.words import Direction

Z95 = 1.96

SCORE_MISSING = "score_missing"
SCORE_NOT_FINITE = "score_not_finite"
NO_RELIABILITY = "no_reliability"
SD_NOT_POSITIVE = "sd_not_positive"
RELIABILITY_OUT_OF_RANGE = "reliability_out_of_range"
NO_MEASUREMENT_ERROR = "no_measurement_error"
NORMS_CONTRADICT_DIRECTION = "norms_contradict_direction"
NO_THRESHOLD = "no_threshold"
NO_CUT = "no_cut"
NO_DIRECTION = "no_direction"
NO_SCALES = "no_scales"

Method = Literal["published_threshold", "jacobson_truax"]
CutSource = Literal["published", "c"]
Way = Literal[-1, 0, 1]

NOTE_ALPHA = "alpha_inflates_precision"


class ChangeClass(StrEnum):
    """The classes of Jacobson & Truax, with one for crossing into the clinical range."""

    RECOVERED = "recovered"
    IMPROVED = "improved"
    UNCHANGED = "unchanged"
    DETERIORATED = "deteriorated"
    HARMED = "harmed"


DISPLAY = {ChangeClass.UNCHANGED: "not distinguishable from measurement noise"}
"""Words for people where the code alone would mislead."""


@dataclass(frozen=True, slots=True)
class MeasurementError:
    """SEM, the SD of a difference, and the change in points that 1.96 of it make."""

    sem: float | None
    sdiff: float | None
    threshold: float | None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class CutOff:
    """A cut-off in points of the scale, or why there is none."""

    value: float | None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """One change by one parameter set.

    `points` is after minus before; `gain` is the same with better as plus. `reliable` is
    +1, 0 or -1 for a reliable gain, none, a reliable loss. `crossed` is +1 for crossing to
    the functional side of the cut, -1 for crossing to the clinical side. None always comes
    with a reason.
    """

    parameter_set: str
    n: int
    error: MeasurementError
    mid: Mid | None
    reason: str | None
    cut_reason: str | None
    notes: tuple[str, ...]
    points: float | None = None
    gain: float | None = None
    method: Method | None = None
    threshold: float | None = None
    strict: bool | None = None
    rc: float | None = None
    reliable: Way | None = None
    cut: float | None = None
    cut_from: CutSource | None = None
    clinical_before: bool | None = None
    clinical_after: bool | None = None
    crossed: Way | None = None
    change_class: ChangeClass | None = None
    mid_reached: bool | None = None


@dataclass(frozen=True, slots=True)
class Flags:
    """NHS Talking Therapies flags over all tracked scales; None with a reason if unknown."""

    parameter_sets: tuple[str, ...]
    case_at_start: bool | None
    reliable_improvement: bool | None
    recovery: bool | None
    reliable_recovery: bool | None
    reliable_deterioration: bool | None
    mixed: bool | None
    reason: str | None = None


def measurement_error(sd: float, r: float) -> MeasurementError:
    """Give SEM = SD·√(1 − r), Sdiff = √2·SEM and 1.96·Sdiff.

    `sd` in points, positive; `r` from 0 to below 1. Otherwise all None, with a reason.
    Source: reference §3.3 (Jacobson & Truax 1991).
    """
    if not (math.isfinite(sd) and sd > 0):
        return MeasurementError(None, None, None, SD_NOT_POSITIVE)
    if not 0 <= r <= 1:
        return MeasurementError(None, None, None, RELIABILITY_OUT_OF_RANGE)
    sem = sd * math.sqrt(1 - r)
    if sem == 0:
        return MeasurementError(None, None, None, NO_MEASUREMENT_ERROR)
    sdiff = math.sqrt(2) * sem
    return MeasurementError(sem, sdiff, Z95 * sdiff)


def error_of(parameters: ParameterSet) -> MeasurementError:
    """Give the measurement error of a parameter set, or why it has none."""
    found = parameters.reliability
    if found is None:
        return MeasurementError(None, None, None, NO_RELIABILITY)
    return measurement_error(found.sd, found.r)


def reliable_change_index(
    before: float, after: float, error: MeasurementError
) -> float | None:
    """Give RC = (after − before) / Sdiff; None where there is no Sdiff."""
    return None if error.sdiff is None else (after - before) / error.sdiff


def cut_off(kind: Literal["a", "b", "c"], norms: Norms, direction: Direction) -> CutOff:
    """Give cut-off a, b or c of Jacobson & Truax.

    a: two SDs from the clinical mean, away from clinical. b: two SDs from the functional
    mean, towards clinical. c: between both, nearer to the narrower group.
    Source: reference §3.3.
    """
    clinical, functional = norms.clinical, norms.functional
    away = 1 if direction == "higher" else -1
    if min(clinical.sd, functional.sd) <= 0:
        return CutOff(None, SD_NOT_POSITIVE)
    if away * (functional.mean - clinical.mean) <= 0:
        return CutOff(None, NORMS_CONTRADICT_DIRECTION)
    if kind == "a":
        return CutOff(clinical.mean + away * 2 * clinical.sd)
    if kind == "b":
        return CutOff(functional.mean - away * 2 * functional.sd)
    weighted = functional.sd * clinical.mean + clinical.sd * functional.mean
    return CutOff(weighted / (functional.sd + clinical.sd))


def is_clinical(score: float, cut: Cut, direction: Direction) -> bool:
    """Tell whether a score lies on the clinical side of a cut."""
    sign = 1 if direction == "lower" else -1
    if cut.case_at is not None:
        return sign * score >= sign * cut.case_at
    if cut.functional_at is not None:
        return sign * score > sign * cut.functional_at
    raise ValueError("a cut has a side")


def _side(score: float, cut: Cut | None, direction: Direction) -> bool | None:
    return None if cut is None else is_clinical(score, cut, direction)


def change(
    before: float | None,
    after: float | None,
    parameters: ParameterSet,
    direction: Direction | None,
    *,
    with_harmed: bool = False,
) -> Change:
    """Name the change between two unrounded scores of one scale by one parameter set.

    A published threshold is met at its value (or above it, if strict); without one,
    |RC| > 1.96 decides. A published cut goes before cut-off c. Without a cut nothing is
    called recovered. `with_harmed` names a deterioration that crossed into the clinical
    range. Source: reference §3.2 (rounding), §3.3.
    """
    error = error_of(parameters)
    reason = _unusable(before, after, direction)
    if reason is not None or before is None or after is None or direction is None:
        return _unknown(parameters, error, reason)
    gain = before - after if direction == "lower" else after - before
    threshold, strict, method = _threshold(parameters, error)
    reliable = _reliable(gain, threshold, strict=strict)
    cut, cut_from, cut_reason = _cut(parameters, direction)
    was, now = (_side(score, cut, direction) for score in (before, after))
    mid = parameters.mid
    return Change(
        parameter_set=parameters.id,
        error=error,
        mid=mid,
        reason=(error.reason or NO_THRESHOLD) if reliable is None else None,
        cut_reason=cut_reason,
        notes=_notes(parameters),
        n=2,
        points=after - before,
        gain=gain,
        method=method,
        threshold=threshold,
        strict=None if threshold is None else strict,
        rc=reliable_change_index(before, after, error),
        reliable=reliable,
        cut=_points_of(cut),
        cut_from=cut_from,
        clinical_before=was,
        clinical_after=now,
        crossed=(crossed := _crossed(was, now)),
        change_class=_class(reliable, crossed, with_harmed=with_harmed),
        mid_reached=None if mid is None else abs(gain) >= mid.least,
    )


def _unusable(
    before: float | None, after: float | None, direction: Direction | None
) -> str | None:
    if before is None or after is None:
        return SCORE_MISSING
    if not (math.isfinite(before) and math.isfinite(after)):
        return SCORE_NOT_FINITE
    return NO_DIRECTION if direction is None else None


def _unknown(
    parameters: ParameterSet, error: MeasurementError, reason: str | None
) -> Change:
    return Change(
        parameter_set=parameters.id,
        error=error,
        mid=parameters.mid,
        reason=reason,
        cut_reason=reason,
        notes=_notes(parameters),
        n=0,
    )


def _threshold(
    parameters: ParameterSet, error: MeasurementError
) -> tuple[float | None, bool, Method | None]:
    published = parameters.threshold
    if published is not None:
        return published.points, published.strict, "published_threshold"
    if error.threshold is not None:
        return error.threshold, True, "jacobson_truax"
    return None, False, None


def _reliable(gain: float, threshold: float | None, *, strict: bool) -> Way | None:
    if threshold is None or threshold <= 0:
        return None
    met = abs(gain) > threshold if strict else abs(gain) >= threshold
    if not met:
        return 0
    return 1 if gain > 0 else -1


def _cut(
    parameters: ParameterSet, direction: Direction
) -> tuple[Cut | None, CutSource | None, str | None]:
    if parameters.cut is not None:
        return parameters.cut, "published", None
    if parameters.norms is None:
        return None, None, NO_CUT
    found = cut_off("c", parameters.norms, direction)
    if found.value is None:
        return None, None, found.reason
    return Cut(case_at=found.value), "c", None


def _points_of(cut: Cut | None) -> float | None:
    if cut is None:
        return None
    return cut.functional_at if cut.case_at is None else cut.case_at


def _crossed(before: bool | None, after: bool | None) -> Way | None:
    if before is None or after is None:
        return None
    if before == after:
        return 0
    return 1 if before else -1


def _class(
    reliable: Way | None,
    crossed: Way | None,
    *,
    with_harmed: bool,
) -> ChangeClass | None:
    if reliable is None:
        return None
    if reliable == 0:
        return ChangeClass.UNCHANGED
    if reliable > 0:
        return ChangeClass.RECOVERED if crossed == 1 else ChangeClass.IMPROVED
    harmed = with_harmed and crossed == -1
    return ChangeClass.HARMED if harmed else ChangeClass.DETERIORATED


def _notes(parameters: ParameterSet) -> tuple[str, ...]:
    found = parameters.reliability
    return (NOTE_ALPHA,) if found is not None and found.type == "alpha" else ()


def nhs_flags(changes: Sequence[Change]) -> Flags:
    """Give the NHS flags over the changes of all tracked scales, one change each.

    A case at the start is one on any scale; recovery is a case that is none on every
    scale at the end. Reliable improvement: one scale improves and none worsens reliably;
    deterioration mirrors it; both at once is neither, and `mixed`. Every change needs a
    threshold and a cut, else all is None. Source: reference §3.3.
    """
    sets = tuple(one.parameter_set for one in changes)
    reason = _incomplete(changes)
    if reason is not None:
        return Flags(sets, None, None, None, None, None, None, reason)
    better = any(one.reliable == 1 for one in changes)
    worse = any(one.reliable == -1 for one in changes)
    case = any(one.clinical_before for one in changes)
    recovery = case and not any(one.clinical_after for one in changes)
    improvement = better and not worse
    return Flags(
        parameter_sets=sets,
        case_at_start=case,
        reliable_improvement=improvement,
        recovery=recovery,
        reliable_recovery=improvement and recovery,
        reliable_deterioration=worse and not better,
        mixed=better and worse,
    )


def _incomplete(changes: Sequence[Change]) -> str | None:
    if not changes:
        return NO_SCALES
    for one in changes:
        if one.reliable is None:
            return one.reason
        if one.clinical_before is None or one.clinical_after is None:
            return one.cut_reason
    return None
