"""What one filling of a standard questionnaire says: its published scoring, nothing else.

It scores item answers and takes no total from anybody. The rules are those of the
instruments room; a reading holds numbers and codes. Source: reference §3.2.
"""

from typing import Any

from api.exercises.measures_rules import Context, Given, Reading
from api.instruments.answers import UnsoundAnswers
from api.instruments.definitions import library
from api.instruments.scoring import Score, score_shown
from api.instruments.shape import Instrument


def instrument_score(given: Given, ctx: Context) -> Reading | None:
    """Score one filling by the instrument that `options.instrument` names.

    A run that was stopped before any question has no reading. A score that may not be
    computed is null with a reason, never 0. Source: reference §3.2.
    """
    instrument = library().get(str(ctx.options.get("instrument")))
    if instrument is None or (not given and ctx.ended == "stopped"):
        return None
    answers = {item: rounds[0] for item, rounds in given.items()}
    try:
        return reading(instrument, score_shown(instrument, answers))
    except UnsoundAnswers:
        return None


def reading(instrument: Instrument, score: Score) -> dict[str, Any]:
    """Write a score as it is kept with a run. `score` in it is unrounded.

    `scale` names the counting, so that 10-50 is never taken for 0-40; `missing` is how
    many needed answers are not there. Keys of bands, cuts and diagnoses name their source.
    """
    return {
        "instrument": instrument.id,
        "scale": score.scale,
        "score": score.value,
        "least": score.least,
        "most": score.most,
        "direction": instrument.direction,
        "prorated": score.prorated,
        "missing": len(score.missing),
        "reason": score.reason,
        "bands": dict(score.bands),
        "cuts": dict(score.cuts),
        "subscales": {name: one.value for name, one in score.subscales.items()},
        "diagnoses": dict(score.diagnostics),
    }
