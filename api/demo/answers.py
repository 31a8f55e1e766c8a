"""What the demo's client answers: plausible, varied, the same for the same seed.

Pure: reads a published exercise and a source of chance, nothing else. It names no
person and shares out no percents: exercises that require these are not for the demo.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from api.demo.texts import EVENTS, TEXTS

Step = Mapping[str, Any]
Given = dict[str, Any]

_STATES_HEAVY = ("revved_up", "shut_down", "mixed", "unsure")
_STATES_LIGHT = ("settled", "settled", "mixed", "revved_up")
WATCHED = frozenset({"phq9_9"})
"""The item that somebody has to hear of."""
_REFUSED_CODES = frozenset({"misused", "tighter", "intruded"})


@dataclass(frozen=True)
class Run:
    """One run to be answered: when, and how things are by then.

    `ease` grows from 0 (the first week) to 1 (the last). `weather` makes one day harder
    (above 0) or lighter than another, before and after alike. `stops_after` ends the
    run after so many steps, or never. `ends` is the body state after it, if told.
    """

    at: datetime
    ease: float
    weather: float = 0.0
    stops_after: int | None = None
    ends: str | None = None


def answer_today(document: Mapping[str, Any], run: Run, chance: Random) -> Given:
    """Answer the parts of today, in order, up to where the run stops."""
    left = run.stops_after
    answers: Given = {}
    for part in document["parts"]:
        if part.get("when") == "later":
            continue
        rounds = 1 if part.get("repeat") is None else 2
        given = [
            _answer_part(document, part, answers, run, chance) for _ in range(rounds)
        ]
        if left is not None:
            given = [dict(list(one.items())[: max(0, left)]) for one in given]
            left -= len(given[0])
        answers[part["id"]] = given[0] if part.get("repeat") is None else given
        if left is not None and left <= 0:
            break
    return {part: given for part, given in answers.items() if given}


def answer_later(
    document: Mapping[str, Any], part_id: str, before: Given, run: Run, chance: Random
) -> Given:
    """Answer one follow-up part, given the answers of the day."""
    part = next(part for part in document["parts"] if part["id"] == part_id)
    return _answer_part(document, part, before, run, chance)


def _answer_part(
    document: Mapping[str, Any],
    part: Mapping[str, Any],
    before: Given,
    run: Run,
    chance: Random,
) -> Given:
    given: Given = {}
    for step in part["steps"]:
        so_far = before | {part["id"]: given}
        if not _is_asked(step, so_far):
            continue
        may_be_left = not step.get("required") and not _is_told(step, run)
        if may_be_left and _is_skipped(step, chance):
            continue
        ref = f"{document['slug']}:{part['id']}.{step['id']}"
        value = _ANSWERS[step["type"]](step, ref, run, chance)
        if value is not None:
            given[step["id"]] = value
    return given


def _is_told(step: Step, run: Run) -> bool:
    """Whether the story says how this is answered."""
    return (
        run.ends is not None and step["type"] == "state" and step.get("role") == "post"
    )


def _is_skipped(step: Step, chance: Random) -> bool:
    """Free text is left out more often than a number; both often enough to show."""
    if step["type"] == "item":
        return chance.random() < 0.01
    return chance.random() < (0.35 if step["type"] in ("text", "list") else 0.06)


def _is_asked(step: Step, so_far: Given) -> bool:
    condition = step.get("only_if")
    if condition is None:
        return True
    part, name = condition["step"].split(".")
    value = so_far.get(part, {}).get(name)
    if "is" in condition:
        named = value if isinstance(value, list) else [value]
        return any(code in condition["is"] for code in named)
    least, most = condition.get("at_least"), condition.get("at_most")
    return (
        isinstance(value, int | float)
        and (least is None or value >= least)
        and (most is None or value <= most)
    )


def _distress(step: Step, run: Run, chance: Random) -> int:
    """Upset before falls from about 7 to about 5; what is gained grows, unevenly."""
    upset = 7.0 - 2.0 * run.ease + run.weather
    if step.get("role") == "post":
        upset -= 0.4 + 2.0 * run.ease + chance.gauss(0, 0.8)
    return _clamped(upset * float(step["max"]) / 10, step)


def _clamped(value: float, step: Step) -> int:
    least, most = float(step.get("min", 0)), float(step["max"])
    return round(min(most, max(least, value)))


def _scale(step: Step, _ref: str, run: Run, chance: Random) -> int:
    if step.get("kind") == "suds":
        return _distress(step, run, chance)
    least, most = float(step.get("min", 0)), float(step["max"])
    middle = 0.35 + 0.3 * run.ease
    if any(word in step["id"] for word in ("guilt", "watchful", "size")):
        middle = 0.55 - 0.25 * run.ease
    share = middle + chance.gauss(0, 0.12)
    step_by = 10 if most == 100 else 1
    value = least + share * (most - least)
    return _clamped(round(value / step_by) * step_by, step)


def _consent(_step: Step, _ref: str, _run: Run, _chance: Random) -> str:
    return "given"


def _state(step: Step, _ref: str, run: Run, chance: Random) -> str:
    if run.ends is not None and _is_told(step, run):
        return run.ends
    light = run.ease * 0.7 + (0.25 if step.get("role") == "post" else 0.0)
    return chance.choice(_STATES_LIGHT if chance.random() < light else _STATES_HEAVY)


def _instruction(_step: Step, _ref: str, _run: Run, _chance: Random) -> bool:
    return True


def _breath(step: Step, _ref: str, run: Run, chance: Random) -> Given:
    most = int(step.get("cycles_at_most") or step["cycles"])
    cycles = int(step["cycles"]) + round(run.ease * (most - int(step["cycles"])))
    cycles = max(1, min(most, cycles + chance.randint(-3, 3)))
    pace = step["pace"]
    slower = round(run.ease * 1.5 + chance.random()) / 2
    return {"in": pace["in"], "out": pace["out"] + slower, "cycles": cycles}


def _timer(step: Step, _ref: str, _run: Run, chance: Random) -> Given:
    seconds = min(
        int(step["most"]), max(0, int(step["usual"]) + chance.randint(-15, 15))
    )
    reached = seconds >= int(step["usual"])
    return {"seconds": seconds, "ended": "by_time" if reached else "by_choice"}


def _choice(step: Step, _ref: str, run: Run, chance: Random) -> str:
    """Earlier options are likelier; an unkind answer stays rare but does happen."""
    codes = [str(option["code"]) for option in step["options"]]
    weights = [3.0 / (at + 1) + 0.5 for at in range(len(codes))]
    for at, code in enumerate(codes):
        if code in _REFUSED_CODES:
            weights[at] = 0.4 - 0.2 * run.ease
    return chance.choices(codes, weights)[0]


def _checklist(step: Step, _ref: str, _run: Run, chance: Random) -> list[str]:
    codes = [str(option["code"]) for option in step["options"]]
    most = min(len(codes), int(step.get("at_most") or 3), 3)
    return sorted(chance.sample(codes, chance.randint(0, most)))


def _text(_step: Step, ref: str, _run: Run, chance: Random) -> str:
    return chance.choice(TEXTS.get(ref, TEXTS["*"]))


def _list(step: Step, ref: str, run: Run, chance: Random) -> list[Any]:
    least, most = int(step.get("at_least", 0)), int(step.get("at_most", 3))
    count = chance.randint(least, max(least, min(most, least + 2)))
    if step.get("fields"):
        return [_item(step, ref, run, chance) for _ in range(max(1, count))]
    words = TEXTS.get(ref, TEXTS["*"])
    return chance.sample(words, min(count, len(words)))


def _item(step: Step, ref: str, run: Run, chance: Random) -> Given:
    item: Given = {}
    for one in step["fields"]:
        if one["type"] == "person":
            continue
        value = _ANSWERS[one["type"]](one, f"{ref}.{one['id']}", run, chance)
        item[one["id"]] = value
    return item


def _allocation(_step: Step, _ref: str, _run: Run, _chance: Random) -> None:
    """Shares depend on how many things were listed; the demo leaves them out."""


def _datetime(step: Step, _ref: str, run: Run, chance: Random) -> Given:
    hours = chance.randint(20, 70)
    future = step.get("direction") == "future"
    at = run.at + timedelta(hours=hours if future else -hours / 10)
    return {"at": at.isoformat(timespec="seconds"), "approximate": True}


def _prediction(_step: Step, _ref: str, run: Run, chance: Random) -> Given:
    """Belief in the feared outcome falls from about 80 to about 35."""
    belief = round((80 - 45 * run.ease + chance.gauss(0, 8)) / 5) * 5
    return {"event": chance.choice(EVENTS), "belief": min(100, max(0, belief))}


def _outcome(_step: Step, _ref: str, run: Run, chance: Random) -> Given:
    results = ("did_not_happen", "partly", "happened", "unknown")
    result = chance.choices(results, (7 + 3 * run.ease, 2, 1, 0.4))[0]
    found: Given = {"result": result}
    if result in ("partly", "happened"):
        found["severity"] = chance.randrange(20, 65, 5)
    belief = round((50 - 35 * run.ease + chance.gauss(0, 8)) / 5) * 5
    found["belief_now"] = min(100, max(0, belief))
    return found


def _person(_step: Step, _ref: str, _run: Run, _chance: Random) -> None:
    """A person is the client's own alias; the demo names none in its answers."""


def _item_of_form(step: Step, _ref: str, run: Run, chance: Random) -> int:
    """Heavy at first and lighter later; what is watched is answered early, and once."""
    values = sorted(int(one["value"]) for one in step["responses"])
    if step["id"] in WATCHED:
        return values[1] if run.ease < 0.1 else values[0]
    share = 0.62 - 0.4 * run.ease + 0.04 * run.weather + chance.gauss(0, 0.16)
    at = round(share * (len(values) - 1))
    return values[min(len(values) - 1, max(0, at))]


def _review(step: Step, _ref: str, run: Run, chance: Random) -> Given:
    said: Given = {
        "amount": chance.choice((2, 3, 4, 4)),
        "effort_quality": chance.choice((2, 3, 3, 4)),
        "difficulty": max(0, min(10, round(6 - 3 * run.ease + chance.gauss(0, 1.2)))),
        "understood_why": chance.choice((3, 3, 4)),
        "felt_like_my_choice": chance.choice((3, 4, 4)),
        "helpfulness": chance.choice((1, 2, 2, 3)),
        "next_time": chance.choice(("same", "same", "easier", "harder")),
    }
    asked = step.get("fields")
    return {key: value for key, value in said.items() if not asked or key in asked}


_ANSWERS: Mapping[str, Callable[[Step, str, Run, Random], Any]] = {
    "consent": _consent,
    "state": _state,
    "scale": _scale,
    "instruction": _instruction,
    "breath": _breath,
    "timer": _timer,
    "choice": _choice,
    "checklist": _checklist,
    "text": _text,
    "list": _list,
    "allocation": _allocation,
    "datetime": _datetime,
    "prediction": _prediction,
    "outcome": _outcome,
    "person": _person,
    "review": _review,
    "item": _item_of_form,
}
