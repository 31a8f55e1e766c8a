"""What one run says as a whole: a line of phases, a map, a plan with a date.

Same contract as measures_rules: numbers and codes only, and nothing where an answer
is missing or has another shape.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from api.exercises.measures_counts import moment
from api.exercises.measures_rules import CODE, Context, Given, Reading, number
from api.exercises.step_codes import TIMER_ENDS

DOWN, UP = ("devalue", "discard"), ("idealise", "hoover")


def self_ended(given: Given, _: Context) -> Reading | None:
    """Who ended a timed round. Source: reference §2.2 E01, D-CHOICE."""
    answer = given["timer"]
    ended = answer.get("ended") if isinstance(answer, Mapping) else None
    return {"code": ended} if ended in TIMER_ENDS else None


def value_by_code(given: Given, ctx: Context) -> Reading | None:
    """A number beside what was chosen for it. Source: reference §2.2 E03."""
    value, code = number(given["value"]), ctx.meaning("code", given["code"])
    return None if value is None or code is None else {"value": value, "code": code}


def cycle_count(given: Given, ctx: Context) -> Reading | None:
    """How often a line turned up again after it went down. Source: reference §2.2 E39.

    A turn is idealise or hoover with devalue or discard anywhere between it and the
    turn before. Phases are read in the order of their dates where each has one, else
    in the order in which they were written.
    """
    phases = [ctx.meaning("phase", one) for one in given["phase"]]
    began = [moment(one) for one in given.get("began") or ()]
    dated = [at for at in began if at is not None]
    if len(dated) == len(phases):
        order = sorted(range(len(phases)), key=lambda at: dated[at])
        phases = [phases[at] for at in order]
    turns, down = 0, False
    for phase in phases:
        if down and phase in UP:
            turns += 1
        down = phase in DOWN or (down and phase not in UP)
    return turns if any(phases) else None


def coverage(given: Given, ctx: Context) -> Reading | None:
    """How many were written down, and of how many kinds. Source: reference §2.2 E47."""
    codes = _known(ctx.meaning("codes", one) for one in given["codes"])
    if not codes:
        return None
    return {"count": len(codes), "different": len(set(codes))}


def _known(codes: Any) -> list[str]:
    return [code for code in codes if isinstance(code, str) and CODE.fullmatch(code)]


def round_mean(given: Given, _: Context) -> Reading | None:
    """The mean of one question over all rounds of a run. Source: reference §2.2 E21."""
    values = _numbers(given["value"])
    if not values:
        return None
    return {"mean": sum(values) / len(values), "count": len(values)}


def _numbers(answers: Sequence[Any]) -> list[float]:
    found = (number(one) for one in answers)
    return [one for one in found if one is not None]


def review_date(given: Given, ctx: Context) -> Reading | None:
    """When a plan is to be looked at again, null where no day was named.

    In Unix seconds; a plan without a day still counts as a look at the one before.
    Source: reference §2.2 E34.
    """
    if ctx.ended == "stopped":
        return None
    at = moment(given.get("date"))
    return {"at": None if at is None else at.timestamp()}
