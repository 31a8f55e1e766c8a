"""How questionnaires over time look on the wire, and what they say in words.

Every class carries its parameter set, because published thresholds disagree. Nothing here
says that there is no danger: an answer of 0 was not endorsed on that form, no more.
"""

from collections.abc import Mapping
from typing import Any

from api.instruments.change import Change, ChangeClass, Flags
from api.instruments.parameters import ParameterSet
from api.instruments.shape import Instrument
from api.instruments.trend_index import TrendIndex
from api.progress.figures import Window
from api.progress.outcomes import Administration, Outcome
from api.progress.views import Reader, client_trend, trend_view, window_view

NOISE = "not distinguishable from measurement noise"
_WAYS: Mapping[int, str] = {1: "improvement", 0: "none", -1: "worsening"}
_CROSSED: Mapping[int, str] = {1: "to_functional", 0: "none", -1: "to_clinical"}
_CLASS_WORDS: Mapping[ChangeClass, str] = {
    ChangeClass.RECOVERED: "better by more than measurement error, and past the cut",
    ChangeClass.IMPROVED: "better by more than measurement error",
    ChangeClass.UNCHANGED: NOISE,
    ChangeClass.DETERIORATED: "worse by more than measurement error",
    ChangeClass.HARMED: "worse by more than measurement error, and past the cut",
}
_CLIENT_WORDS: Mapping[ChangeClass, str] = {
    ChangeClass.RECOVERED: "Your answers are clearly better than at the start.",
    ChangeClass.IMPROVED: "Your answers are clearly better than at the start.",
    ChangeClass.UNCHANGED: "Your answers are about where they were. "
    "A questionnaire can't tell small steps apart.",
    ChangeClass.DETERIORATED: "Your answers are harder than at the start. "
    "That is worth talking about.",
    ChangeClass.HARMED: "Your answers are harder than at the start. "
    "That is worth talking about.",
}
_MIXED = "Published rules disagree about whether this is a change."
_NOT_YET = "One more filling is needed to tell a change."
WATCHED = (
    "An answer of 0 was not endorsed on this form. It does not say how safe someone is; "
    "many who are in danger answer 0."
)
SCREEN = "A positive screen is a reason to talk, and not a finding."


def outcome_view(found: Outcome, reader: Reader) -> dict[str, Any]:
    """One instrument: fillings first, then baseline, change, trend, words."""
    one = found.instrument
    return {
        "instrument": one.id,
        "title": one.title,
        "credit": one.credit,
        "scale": found.scale,
        "direction": found.direction,
        "least": _reading(found, "least"),
        "most": _reading(found, "most"),
        "n": sum(filling.counts for filling in found.administrations),
        "window": window_view(_window(found)),
        "administrations": [_filling(each, one) for each in found.administrations],
        "baseline": {
            "value": found.baseline.value,
            "at": found.baseline.at,
            "n": found.baseline.n,
            "method": found.baseline.method or found.rule,
            "reason": found.baseline.reason,
        },
        "latest": _filling(found.latest, one) if found.latest else None,
        "changes": [_change(each, found) for each in found.changes],
        "trend_indices": [_index(each, found) for each in found.indices],
        "trend": trend_view(found.trend),
        "words": _words(found, reader),
        "notes": _notes(one),
    }


def _reading(found: Outcome, key: str) -> Any:
    return found.administrations[-1].reading.get(key)


def _window(found: Outcome) -> Window | None:
    days = [one.day for one in found.administrations if one.counts]
    return (days[0], days[-1]) if days else None


def _filling(one: Administration, instrument: Instrument) -> dict[str, Any]:
    reading = one.reading
    labels = {
        (each.id, band.code): band.label
        for each in instrument.band_sets
        for band in each.bands
    }
    cuts = {each.id: each.label for each in instrument.cuts}
    bands: Mapping[str, str] = reading["bands"]
    met: Mapping[str, bool] = reading["cuts"]
    return {
        "at": one.at,
        "day": one.day,
        "stopped": one.stopped,
        "score": one.score,
        "prorated": reading["prorated"],
        "missing": reading["missing"],
        "reason": reading["reason"],
        "bands": [
            {"set": name, "code": code, "label": labels.get((name, code), code)}
            for name, code in bands.items()
        ],
        "cuts": [
            {"cut": name, "label": cuts.get(name, name), "met": yes}
            for name, yes in met.items()
        ],
        "subscales": dict(reading["subscales"]),
        "diagnoses": dict(reading["diagnoses"]),
    }


def _change(one: Change, found: Outcome) -> dict[str, Any]:
    known = found.instrument.parameter_set(one.parameter_set)
    told = one.change_class is not None
    return {
        "parameter_set": one.parameter_set,
        "source": _source(known),
        "evidence": known.evidence if known else None,
        "n": one.n,
        "window": window_view(_since(found)) if one.points is not None else None,
        "method": one.method,
        "points": one.points,
        "threshold": one.threshold,
        "strict": one.strict,
        "rc": one.rc,
        "reliable": None if one.reliable is None else _WAYS[one.reliable],
        "cut": one.cut,
        "cut_from": one.cut_from,
        "cut_reason": one.cut_reason,
        "crossed": None if one.crossed is None else _CROSSED[one.crossed],
        "change_class": one.change_class,
        "display": _CLASS_WORDS[one.change_class] if one.change_class else None,
        "mid_reached": one.mid_reached,
        "reason": None if told else (found.reason or one.reason),
        "notes": list(one.notes),
    }


def _source(known: ParameterSet | None) -> str | None:
    return known.source if known else None


def _since(found: Outcome) -> Window | None:
    if found.latest is None or found.baseline.at is None:
        return None
    start = next(
        one.day for one in found.administrations if one.at == found.baseline.at
    )
    return (start, found.latest.day)


def _index(one: TrendIndex, found: Outcome) -> dict[str, Any]:
    return {
        "parameter_set": one.parameter_set,
        "n": one.n,
        "window": window_view(_window(found)),
        "method": one.method,
        "sem": one.sem,
        "slope_per_week": one.slope_per_week,
        "error_per_week": one.error_per_week,
        "rti": one.rti,
        "p": one.p,
        "trend": one.trend,
        "reason": one.reason,
    }


def _words(found: Outcome, reader: Reader) -> list[str]:
    """By every set alike, or that they disagree; then the direction over time."""
    classes = [one.change_class for one in found.changes if one.change_class]
    if not found.changes:
        said = []
    elif not classes:
        said = [_NOT_YET]
    elif len(set(classes)) > 1:
        said = [_MIXED]
    elif reader == "client":
        said = [_CLIENT_WORDS[classes[0]]]
    else:
        said = [f"By every parameter set: {_CLASS_WORDS[classes[0]]}."]
    return said + client_trend(found.trend)


def _notes(one: Instrument) -> list[str]:
    notes = [WATCHED] if any(item.watch_from is not None for item in one.items) else []
    if one.setting == "in_session_only":
        notes.append(SCREEN)
    return notes


def flags_view(flags: Flags) -> dict[str, Any]:
    """NHS flags over both scales; null with a reason where they cannot be told."""
    return {
        "parameter_sets": list(flags.parameter_sets),
        "n": len(flags.parameter_sets),
        "method": "nhs_talking_therapies",
        "case_at_start": flags.case_at_start,
        "reliable_improvement": flags.reliable_improvement,
        "recovery": flags.recovery,
        "reliable_recovery": flags.reliable_recovery,
        "reliable_deterioration": flags.reliable_deterioration,
        "mixed": flags.mixed,
        "reason": flags.reason,
    }
