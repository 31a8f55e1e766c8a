"""What one run says in codes, moments and counts: the rest of the closed set.

Same contract as measures_rules: numbers and codes only, and nothing where an answer
is missing or has another shape.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from api.exercises.measures_rules import Context, Given, Reading, number

NEEDS = ("autonomy", "competence", "relatedness")
FOLLOW_THROUGH = ("enacted", "planned_not_enacted", "none_planned", "not_safe")

# --- codes that progress counts -----------------------------------------------


def follow_through(given: Given, ctx: Context) -> Reading | None:
    """What followed a crossed boundary. Source: reference §2.3 D-CFT."""
    if "response" in ctx.steps:
        response = ctx.meaning("response", given.get("response"))
        if response != "crossed":
            return None
    return one_code("consequence", given, ctx, FOLLOW_THROUGH)


def one_code(
    name: str, given: Given, ctx: Context, known: Sequence[str]
) -> Reading | None:
    """The formula's own word for a chosen code, or nothing."""
    code = ctx.meaning(name, given[name])
    return {"code": code} if code in known else None


def window_share(given: Given, ctx: Context) -> Reading | None:
    """Was this check-in inside the client's own range? Source: §2.3 D-WINDOW."""
    if "within" in given:
        code = ctx.meaning("within", given["within"])
        return {"code": code} if code in ("inside", "outside") else None
    rating = number(given.get("rating"))
    low = number(given.get("low", ctx.options.get("at_least")))
    high = number(given.get("high", ctx.options.get("at_most")))
    if rating is None or (low is None and high is None):
        return None
    inside = (low is None or rating >= low) and (high is None or rating <= high)
    return {"code": "inside" if inside else "outside"}


def values_met(given: Given, ctx: Context) -> Reading | None:
    """Values met out of values observed. Source: reference §2.3 D-VAL."""
    met = observed = 0
    for answer in given["met"]:
        code = ctx.meaning("met", answer)
        met += code == "met"
        observed += code in ("met", "not_met")
    return {"met": met, "observed": observed} if observed else None


# --- time ---------------------------------------------------------------------


def moment(answer: Any) -> datetime | None:
    """The aware moment of a date-time answer, or None."""
    at = answer.get("at") if isinstance(answer, Mapping) else None
    if not isinstance(at, str):
        return None
    try:
        parsed = datetime.fromisoformat(at)
    except ValueError:
        return None
    return parsed if parsed.tzinfo is not None else None


def delay(given: Given, _: Context) -> Reading | None:
    """Minutes from an event to the action taken. Source: §2.3 D-DELAY."""
    event, action = moment(given["event"]), moment(given["action"])
    if event is None or action is None or action < event:
        return None
    return {"minutes": (action - event).total_seconds() / 60}


def recovery(given: Given, _: Context) -> Reading | None:
    """Hours from a setback to "settled"; open while not. Source: §2.3 D-RECOV.

    `started` is in Unix seconds, so that progress can look for the first calm value.
    """
    started = moment(given["started"])
    settled = moment(given.get("settled"))
    if started is None:
        return None
    hours = None
    if settled is not None and settled >= started:
        hours = (settled - started).total_seconds() / 3600
    return {"started": started.timestamp(), "hours": hours}


# --- generic ------------------------------------------------------------------


def needs(given: Given, _: Context) -> Reading | None:
    """Satisfaction and frustration per need, never a total. Source: §2.3 D-NEEDS."""
    found = {name: number(answer) for name, answer in given.items()}
    return {name: value for name, value in found.items() if value is not None} or None


def _codes(answers: Sequence[Any], name: str, ctx: Context) -> list[str]:
    flat = [
        one
        for answer in answers
        for one in (answer if isinstance(answer, list) else [answer])
    ]
    found = (ctx.meaning(name, one) for one in flat)
    return [code for code in found if code is not None]


def code_mix(given: Given, ctx: Context) -> Reading | None:
    """The chosen codes; free words become the code "other"."""
    codes = _codes(given["codes"], "codes", ctx)
    return {"codes": codes} if codes else None


def item_count(given: Given, ctx: Context) -> Reading | None:
    """How many things were named; codes in options.exclude do not count."""
    lists = [one for one in given["items"] if isinstance(one, list)]
    ignored = set(ctx.options.get("exclude", ()))
    named = [one for items in lists for one in items]
    return sum(1 for one in named if not (isinstance(one, str) and one in ignored))


def completeness(given: Given, ctx: Context) -> Reading | None:
    """Share (0-1) of the named steps that carry an answer.

    A conditional step counts only when it was answered: who was never asked a
    question has left nothing open.
    """
    answered = {name for name, answers in given.items() if any(map(_said, answers))}
    asked = answered | {
        name for name, step in ctx.steps.items() if not step.get("only_if")
    }
    return len(answered) / len(asked) if asked else None


def _said(answer: Any) -> bool:
    return answer is not None and answer not in ("", [], {})
