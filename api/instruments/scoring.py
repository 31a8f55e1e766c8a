"""Scores one filling of an instrument from its item answers, by its own definition.

A score that may not be computed is None with a reason, never 0. It takes no total from
anybody and scores nothing whose words are missing. Source: reference §3.2.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from api.instruments.answers import Answered, read_answers
from api.instruments.diagnosis import outcome
from api.instruments.shape import BandSet, Instrument, Item, Scale

MISSING_ITEMS = "missing_items"
TOO_MANY_MISSING = "too_many_missing"
GATE_UNANSWERED = "gate_unanswered"
NO_TOTAL = "no_total_by_design"


class TextNeeded(ValueError):
    """An instrument whose words no operator has supplied yet can't be scored."""


@dataclass(frozen=True, slots=True)
class ScaleScore:
    """The score of one scale. `value` is unrounded; None comes with a `reason`."""

    value: float | None
    n_items: int
    answered: int
    prorated: bool = False
    missing: tuple[str, ...] = ()
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Score:
    """What one filling says.

    `value` is unrounded and what bands and cuts look at; `rounded` is whole, `display` has
    one decimal at most; both round halves up. `scale` says which counting this is,
    `other_scales` gives it in the others. `watched` holds answers that are reported even
    from an incomplete form. Keys of bands, cuts and diagnostics are ids of their sources.
    """

    instrument: str
    scale: str | None
    value: float | None
    rounded: int | None
    display: float | None
    least: float | None
    most: float | None
    n_items: int
    answered: int
    prorated: bool
    missing: tuple[str, ...]
    not_applicable: tuple[str, ...]
    reason: str | None
    subscales: Mapping[str, ScaleScore] = field(default_factory=dict)
    other_scales: Mapping[str, float] = field(default_factory=dict)
    bands: Mapping[str, str] = field(default_factory=dict)
    cuts: Mapping[str, bool] = field(default_factory=dict)
    diagnostics: Mapping[str, str] = field(default_factory=dict)
    watched: Mapping[str, int] = field(default_factory=dict)


def score(instrument: Instrument, answers: Any) -> Score:
    """Score the answers to one instrument.

    `answers` as in `read_answers`. Raises TextNeeded for an instrument without words,
    UnsoundAnswers with every fault for answers that can't be read.
    """
    if not instrument.has_text:
        raise TextNeeded(f"{instrument.id} needs its words from the operator first.")
    return score_shown(instrument, answers)


def score_shown(instrument: Instrument, answers: Any) -> Score:
    """Score answers to questions that somebody was shown, wherever their words are kept.

    A published version keeps its own words, so it can be scored when the operator's file
    is long gone. Raises UnsoundAnswers as `score`.
    """
    read = read_answers(instrument, answers)
    counted = _counted(instrument, read)
    subscales = {
        scale.id: scale_score(scale, counted, read.not_applicable)
        for scale in instrument.subscales
    }
    total = _total(instrument, counted, read, subscales)
    scale, value = instrument.total, total.value
    return Score(
        instrument=instrument.id,
        scale=scale.id if scale else None,
        value=value,
        rounded=None if value is None else int(_rounded(value, "1")),
        display=None if value is None else _rounded(value, "0.1"),
        least=scale.least if scale else None,
        most=scale.most if scale else None,
        n_items=total.n_items,
        answered=total.answered,
        prorated=total.prorated or any(one.prorated for one in subscales.values()),
        missing=total.missing,
        not_applicable=tuple(sorted(read.not_applicable)),
        reason=total.reason,
        subscales=subscales,
        diagnostics={
            rule.id: outcome(rule, read.values) for rule in instrument.diagnostics
        },
        watched=_watched(instrument.items, read.values),
        **_readings(instrument, value),
    )


def reverse(value: int, values: Sequence[int]) -> int:
    """Count an answer from the other end of its options; twice gives it back."""
    return min(values) + max(values) - value


def _counted(instrument: Instrument, read: Answered) -> dict[str, int]:
    """Give the answers as they count: reversed items from the other end."""
    counted = dict(read.values)
    for item in instrument.items:
        if item.reverse and item.id in counted:
            ends = [option.value for option in instrument.options[item.options]]
            counted[item.id] = reverse(counted[item.id], ends)
    return counted


def scale_score(
    scale: Scale,
    counted: Mapping[str, int],
    not_applicable: frozenset[str] = frozenset(),
) -> ScaleScore:
    """Score one scale over answers that are already reversed.

    Missing answers follow the scale's own rule; where the mean of the answered items
    stands in for others, `prorated` is True. A question that does not apply is stood in
    for and not missing.
    """
    items = [item for item in scale.items if item not in not_applicable]
    given = [counted[item] for item in items if item in counted]
    missing = tuple(item for item in items if item not in counted)
    n = len(scale.items)
    reason = _unscored(scale, given, missing)
    if reason is not None:
        return ScaleScore(None, n, len(given), missing=missing, reason=reason)
    counts = scale.missing.rule == "count"
    if scale.method == "mean":
        value = sum(given) / len(given)
    else:
        value = float(sum(given)) if counts else sum(given) * n / len(given)
    prorated = len(given) < n and not counts
    return ScaleScore(value * scale.multiply, n, len(given), prorated, missing)


def _unscored(scale: Scale, given: Sequence[int], missing: Sequence[str]) -> str | None:
    if not given:
        return MISSING_ITEMS
    rule = scale.missing
    if rule.rule == "prorate":
        return TOO_MANY_MISSING if len(missing) > rule.at_most else None
    if rule.rule == "count" and sum(given) > 0:
        return None
    return MISSING_ITEMS if missing else None


def _total(
    instrument: Instrument,
    counted: Mapping[str, int],
    read: Answered,
    subscales: Mapping[str, ScaleScore],
) -> ScaleScore:
    scale, gate = instrument.total, instrument.gate
    if scale is None:
        return _without_total(instrument, counted)
    if gate is not None and gate.item not in counted:
        n = len(scale.items)
        return ScaleScore(None, n, 0, missing=(gate.item,), reason=GATE_UNANSWERED)
    if gate is not None and counted[gate.item] == gate.closed_by:
        return ScaleScore(gate.value, len(scale.items), 0)
    total = scale_score(scale, counted, read.not_applicable)
    each = scale.missing.each_subscale
    if each is not None and any(len(one.missing) > each for one in subscales.values()):
        return ScaleScore(
            None,
            total.n_items,
            total.answered,
            missing=total.missing,
            reason=TOO_MANY_MISSING,
        )
    return total


def _without_total(instrument: Instrument, counted: Mapping[str, int]) -> ScaleScore:
    items = [item for scale in instrument.subscales for item in scale.items]
    missing = tuple(item for item in items if item not in counted)
    answered = len(items) - len(missing)
    return ScaleScore(None, len(items), answered, missing=missing, reason=NO_TOTAL)


def _readings(instrument: Instrument, value: float | None) -> dict[str, Any]:
    """Everything that is read off the unrounded total."""
    if value is None:
        return {}
    return {
        "other_scales": {
            one.id: value * one.multiply + one.add for one in instrument.other_scales
        },
        "bands": {one.id: band(one, value) for one in instrument.band_sets},
        "cuts": {one.id: value >= one.at_least for one in instrument.cuts},
    }


def band(bands: BandSet, value: float) -> str:
    """Give the code of the band an unrounded score lies in."""
    found = bands.bands[0].code
    for one in bands.bands:
        begins = (one.at_least is not None and value >= one.at_least) or (
            one.above is not None and value > one.above
        )
        found = one.code if begins else found
    return found


def _watched(items: Sequence[Item], values: Mapping[str, int]) -> dict[str, int]:
    return {
        item.id: values[item.id]
        for item in items
        if item.watch_from is not None and values.get(item.id, -1) >= item.watch_from
    }


def _rounded(value: float, step: str) -> float:
    return float(Decimal(repr(value)).quantize(Decimal(step), ROUND_HALF_UP))
