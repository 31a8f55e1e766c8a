"""What one run says: one small rule per formula of the closed set.

Each rule reads the answers of one run (or one round of a repeated part) and gives
a reading of numbers and codes. It refuses to guess: an answer that is missing or
has another shape gives no reading, and no rule ever copies words or names.
"""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

Ended = Literal["completed", "stopped"]
Reading = int | float | dict[str, Any] | list[Any]
Given = Mapping[str, Any]

CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")
STATES = frozenset(
    ("settled", "revved_up", "shut_down", "mixed", "unsure", "prefer_not")
)
RESULTS = frozenset(("happened", "partly", "did_not_happen", "unknown"))
STATE_RANK = {"shut_down": 0, "revved_up": 1, "settled": 2}


@dataclass(frozen=True, slots=True)
class Context:
    """What a rule knows besides the answers of its inputs."""

    steps: Mapping[str, Mapping[str, Any]]
    codes: Mapping[str, Mapping[str, str]]
    answers: Mapping[str, Any]
    ended: Ended
    options: Mapping[str, Any]

    def meaning(self, name: str, answer: Any) -> str | None:
        """Translate a chosen code of an input into the formula's own word."""
        if isinstance(answer, Mapping):
            answer = "other"
        if not isinstance(answer, str) or CODE.fullmatch(answer) is None:
            return None
        return self.codes.get(name, {}).get(answer, answer)


def number(value: Any) -> float | int | None:
    """Give back a finite number, anything else becomes None."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return value if math.isfinite(value) else None


def field(answer: Any, key: str) -> float | int | None:
    """Give back one finite number out of an answer that is an object."""
    return number(answer.get(key)) if isinstance(answer, Mapping) else None


def _percent(answer: Any, step: Mapping[str, Any], key: str) -> float | int | None:
    """A belief of 0-100 from a prediction, an outcome, or a scale of any range."""
    if isinstance(answer, Mapping):
        return field(answer, key)
    value = number(answer)
    low, high = number(step.get("min", 0)), number(step.get("max", 100))
    if value is None or low is None or high is None or high <= low:
        return None
    return value if (low, high) == (0, 100) else 100 * (value - low) / (high - low)


def rounds(answers: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Every round of every part, in the order the answers hold them."""
    for part in answers.values():
        for one in part if isinstance(part, Sequence) else (part,):
            if isinstance(one, Mapping):
                yield one


# --- change within a run ------------------------------------------------------


def change(given: Given, _: Context) -> Reading | None:
    """Closing minus opening value. Source: reference §2.3 D-BELIEF, §2.2."""
    before, after = number(given.get("before")), number(given.get("after"))
    if before is None or after is None:
        return None
    return {"before": before, "after": after, "change": after - before}


def scale_value(given: Given, _: Context) -> Reading | None:
    """The number the client gave."""
    return number(given["value"])


def distress_change(given: Given, ctx: Context) -> Reading | None:
    """Distress after minus before, on one scale. Source: reference §2.3 D-SUDS."""
    top = ctx.steps["before"].get("max", 10)
    reading = change(given, ctx)
    if not isinstance(reading, dict) or ctx.steps["after"].get("max", 10) != top:
        return None
    return reading | {"max": top}


def state_shift(given: Given, _: Context) -> Reading | None:
    """Direction between two body states, no size. Source: reference §2.3 D-STATE."""
    before, after = given["before"], given["after"]
    if not (isinstance(before, str) and isinstance(after, str)):
        return None
    if before not in STATES or after not in STATES:
        return None
    shift = "unknown"
    if before in STATE_RANK and after in STATE_RANK:
        step = STATE_RANK[after] - STATE_RANK[before]
        shift = "toward_settled" if step > 0 else "away" if step < 0 else "same"
    return {"before": before, "after": after, "shift": shift}


def belief_change(given: Given, ctx: Context) -> Reading | None:
    """Belief after minus before, 0-100. Source: reference §2.3 D-BELIEF."""
    before = _percent(given["before"], ctx.steps["before"], "belief")
    after = None
    if "after" in given:
        after = _percent(given["after"], ctx.steps["after"], "belief_now")
    if before is None:
        return None
    moved = None if after is None else after - before
    return {"before": before, "after": after, "change": moved}


def resource_gain(given: Given, ctx: Context) -> Reading | None:
    """Felt support gained, and whether it was reached. Source: §2.3 D-RES."""
    reading = change(given, ctx)
    reading = reading if isinstance(reading, dict) else {}
    code = ctx.meaning("reached", given.get("reached"))
    if code in ("reached", "not_reached", "soured"):
        reading = reading | {"code": code}
    return reading or None


# --- what was done ------------------------------------------------------------


def breath(given: Given, _: Context) -> Reading | None:
    """Pace really breathed: rate/min, seconds, out÷in. Source: §2.3 D-BREATH."""
    answer = given["breath"]
    inhale, exhale = field(answer, "in"), field(answer, "out")
    if inhale is None or exhale is None:
        return None
    holds = (field(answer, "hold") or 0) + (field(answer, "hold_after") or 0)
    cycle = inhale + exhale + holds
    if cycle <= 0:
        return None
    return {
        "rate": 60 / cycle,
        "seconds": cycle * (field(answer, "cycles") or 0),
        "ratio": exhale / inhale if inhale > 0 else None,
    }


def _seconds(answer: Any) -> float | int:
    timed = field(answer, "seconds")
    if timed is not None:
        return timed
    parts = ("in", "hold", "out", "hold_after")
    cycle = sum(field(answer, part) or 0 for part in parts)
    return cycle * (field(answer, "cycles") or 0)


def dose(given: Given, ctx: Context) -> Reading | None:
    """Seconds actually spent in timers and breathing. Source: §2.3 D-DOSE.

    With no input named, every timer and breath of the run counts.
    """
    if ctx.steps:
        found = [one for answers in given.values() for one in answers]
    else:
        found = [
            one
            for answers in rounds(ctx.answers)
            for one in answers.values()
            if isinstance(one, Mapping) and ("seconds" in one or "cycles" in one)
        ]
    return sum(_seconds(one) for one in found) if found else None


def _choice_kind(answer: Any) -> str | None:
    if answer is None:
        return "skipped"
    if isinstance(answer, Mapping):
        return "ended_early" if answer.get("ended") == "by_choice" else None
    return None


def choice_count(given: Given, ctx: Context) -> Reading | None:
    """Choices made in a run: how many, and of which kinds. Source: §2.3 D-CHOICE.

    Consents are read by their place in the document (ctx.options["consents"]), so
    that a code "no" of an ordinary question is never taken for a refusal.
    """
    kinds = [
        kind
        for answers in rounds(ctx.answers)
        for kind in map(_choice_kind, answers.values())
        if kind is not None
    ]
    for part, step in ctx.options.get("consents", ()):
        chosen = ctx.answers.get(part)
        for one in chosen if isinstance(chosen, Sequence) else (chosen,):
            said = one.get(step) if isinstance(one, Mapping) else None
            if said in ("no", "not_now"):
                kinds.append("said_no" if said == "no" else "not_now")
    for name, answers in given.items():
        meanings = (ctx.meaning(name, answer) for answer in answers)
        known = ("said_no", "ended_early", "changed_mind")
        kinds.extend(one for one in meanings if one in known)
    if ctx.ended == "stopped" and not {"said_no", "not_now"} & set(kinds):
        kinds.append("stopped")
    return {"count": len(kinds), "kinds": kinds}


# --- expecting and finding out ------------------------------------------------


def _severity(outcome: Mapping[str, Any]) -> float | int | None:
    """How much of what was expected came true, 0-100; None when unknown."""
    result, severity = outcome.get("result"), field(outcome, "severity")
    if result == "unknown":
        return None
    if severity is None:
        return {"happened": 100, "did_not_happen": 0}.get(str(result))
    return severity


def expectancy(given: Given, ctx: Context) -> Reading | None:
    """How far events and belief moved from a prediction. Source: §2.3 D-EV/EC/LR.

    Learning rate is null while the surprise is under 10 points, and is not clipped.
    """
    outcome = given["outcome"]
    belief = _percent(given["prediction"], ctx.steps["prediction"], "belief")
    if belief is None or not isinstance(outcome, Mapping):
        return None
    result = outcome.get("result")
    if not isinstance(result, str) or result not in RESULTS:
        return None
    severity, now = _severity(outcome), field(outcome, "belief_now")
    if now is None and "belief_after" in given:
        now = _percent(given["belief_after"], ctx.steps["belief_after"], "belief_now")
    ev = None if severity is None else belief - severity
    ec = None if now is None else belief - now
    lr = None if ev is None or ec is None or abs(ev) < 10 else ec / ev
    return {
        "belief": belief,
        "result": outcome["result"],
        "severity": severity,
        "ev": ev,
        "ec": ec,
        "lr": lr,
    }


def calibration(given: Given, ctx: Context) -> Reading | None:
    """A stated probability beside what came. Source: §2.3 D-BRIER, D-CAL."""
    belief = _percent(given["belief"], ctx.steps["belief"], "belief")
    outcome = given["outcome"]
    if isinstance(outcome, Mapping) and "result" in outcome:
        outcome = outcome["result"]
    result = ctx.meaning("outcome", outcome)
    if belief is None:
        return None
    if result == "partly":
        return {"p": belief / 100, "partly": True}
    if result in ("happened", "did_not_happen"):
        return {"p": belief / 100, "o": 1 if result == "happened" else 0}
    return None


def discernment(given: Given, ctx: Context) -> Reading | None:
    """Alarm or not, problem or not: one of four cells. Source: §2.3 D-SDT."""
    alarm = ctx.meaning("alarm", given["alarm"])
    problem = ctx.meaning("problem", given["problem"])
    if problem == "cannot_tell" and alarm in ("alarm", "no_alarm"):
        return {"code": "cannot_tell"}
    cell = {
        ("alarm", "real"): "hit",
        ("no_alarm", "real"): "miss",
        ("alarm", "none"): "false_alarm",
        ("no_alarm", "none"): "correct_rejection",
    }.get((str(alarm), str(problem)))
    return {"code": cell} if cell else None


def no_penalty(given: Given, ctx: Context) -> Reading | None:
    """After a refusal: did the expected penalty come? Source: §2.3 D-NO."""
    if "refusal" in ctx.steps:
        said = ctx.meaning("refusal", given.get("refusal"))
        if said != "refused":
            return None
    outcome = given["outcome"]
    result = outcome.get("result") if isinstance(outcome, Mapping) else outcome
    code = {
        "did_not_happen": "no_penalty",
        "happened": "penalty",
        "partly": "partly",
        "unknown": "unknown",
    }.get(str(ctx.meaning("outcome", result)))
    return {"code": code} if code else None


def alternatives(given: Given, _: Context) -> Reading | None:
    """How many readings were held, how evenly (nats). Source: §2.3 D-ALT."""
    readings, shares = given["readings"], given.get("allocation")
    if not isinstance(readings, list):
        return None
    count = len(readings) + (1 if given.get("first") else 0)
    return {"count": count, "entropy": entropy(shares)}


def entropy(shares: Any) -> float | None:
    """Entropy in nats of a % allocation; None unless it sums to 100 ± 1."""
    if not isinstance(shares, list) or any(number(one) is None for one in shares):
        return None
    total: float = sum(shares)
    if abs(total - 100) > 1 or any(one < 0 for one in shares):
        return None
    parts: list[float] = [one / total for one in shares if one > 0]
    return max(0.0, -sum(part * math.log(part) for part in parts))
