"""A plain-text card of a published version, to print or to read aloud.

Lines have at most 72 characters. The card holds no codes, ids or addresses.
"""

import textwrap
from collections.abc import Iterator

from api.exercises.protocol import Minutes, Part, Protocol, Setting
from api.exercises.steps import (
    BreathStep,
    ItemStep,
    ListStep,
    OptionsBase,
    Pace,
    ScaleStep,
    StateStep,
    StepBase,
    TimerStep,
)

WIDTH = 72
YOU_MAY_STOP = (
    "You may stop at any moment, skip what you like, or not begin at all. "
    "You owe nobody a reason."
)
NOT_AN_EMERGENCY = (
    "This is not an emergency service. If you are in danger now, call your local "
    "emergency number."
)
_SETTINGS: dict[Setting, str] = {
    "solo": "by yourself",
    "therapist": "with your therapist",
    "trusted": "with a person you trust",
    "group": "in a group",
}
_STATES = (
    "settled and connected, revved up, shut down, mixed, not sure, or rather not say"
)


def card(protocol: Protocol, easier_titles: tuple[str, ...] = ()) -> str:
    """Write the card. `easier_titles` are the titles of the easier alternatives."""
    lines = [protocol.title.upper(), *_wrapped(protocol.purpose), ""]
    lines += _wrapped(f"Time: {_minutes(protocol.minutes)}.")
    lines += _wrapped(f"Where: {_or(_SETTINGS[one] for one in protocol.settings)}.")
    lines += _list("What you need", protocol.needs)
    lines += _list("To keep it safe", protocol.safety)
    lines += ["", *_wrapped(YOU_MAY_STOP)]
    number = 0
    for part in protocol.parts:
        lines += ["", *_part_heading(part)]
        for step in part.steps:
            number += 1
            lines += _step(number, step)
    lines += _list("If today calls for something easier", easier_titles)
    for name, text in (("Credit", protocol.credit), ("Licence", protocol.licence)):
        lines += ["", *_wrapped(f"{name}: {text}")] if text else []
    lines += ["", *_wrapped(NOT_AN_EMERGENCY)]
    return "\n".join(lines) + "\n"


def _wrapped(text: str, first: str = "", rest: str = "") -> list[str]:
    # A word longer than a line is broken, so that no line ever runs off the paper.
    return textwrap.wrap(
        " ".join(text.split()), WIDTH, initial_indent=first, subsequent_indent=rest
    )


def _list(heading: str, items: tuple[str, ...]) -> list[str]:
    if not items:
        return []
    lines = ["", f"{heading}:"]
    for item in items:
        lines += _wrapped(item, "  - ", "    ")
    return lines


def _or(words: Iterator[str]) -> str:
    *most, last = words
    return f"{', '.join(most)} or {last}" if most else last


def _minutes(minutes: Minutes) -> str:
    if minutes.least == minutes.most:
        return "1 minute" if minutes.most == 1 else f"{minutes.most:g} minutes"
    return f"{minutes.least:g} to {minutes.most:g} minutes"


def _part_heading(part: Part) -> list[str]:
    title = part.title or ("Later" if part.when == "later" else "Now")
    if part.when == "later":
        title += " (on another day)"
    if part.repeat is not None:
        title += f" (up to {part.repeat.at_most} times)"
    return _wrapped(f"{title}:")


def _step(number: int, step: StepBase) -> list[str]:
    head = f"{number:>3}. "
    indent = " " * len(head)
    lines = _wrapped(step.prompt, head, indent)
    details = [step.help, _detail(step)]
    if step.only_if is not None:
        details.append("Only if it fits what you answered before.")
    for detail in details:
        if detail:
            lines += _wrapped(detail, indent, indent)
    return lines


def _detail(step: StepBase) -> str | None:
    match step:
        case OptionsBase():
            return _options(step)
        case ScaleStep():
            return _scale(step)
        case ItemStep():
            return _responses(step)
        case StateStep():
            return f"Choose: {_STATES}."
        case BreathStep():
            return f"{_pace(step.pace)}, {step.cycles} times."
        case TimerStep():
            return f"About {step.usual} seconds, at most {step.most}."
        case ListStep() if step.fields:
            return f"Note: {'; '.join(field.label for field in step.fields)}."
        case _:
            return None


def _options(step: OptionsBase) -> str:
    labels = [option.label for option in step.options]
    if step.other:
        labels.append("something else")
    return f"Choose: {'; '.join(labels)}."


def _responses(step: ItemStep) -> str:
    """Say every response, or just both ends where the ones between are numbers."""
    first, *between, last = step.responses
    if len(between) > 8 and all(one.label == str(one.value) for one in between):
        return f"From {first.value} ({first.label}) to {last.value} ({last.label})."
    labels = [one.label for one in step.responses]
    if step.may_not_apply:
        labels.append("this does not apply to me")
    return f"Choose: {'; '.join(labels)}."


def _scale(step: ScaleStep) -> str:
    unit = f" {step.unit}" if step.unit else ""
    low = f" ({step.low})" if step.low else ""
    high = f" ({step.high})" if step.high else ""
    return f"From {step.min:g}{low} to {step.max:g}{unit}{high}."


def _pace(pace: Pace) -> str:
    words = [f"In for {pace.in_:g} seconds"]
    if pace.hold:
        words.append(f"hold for {pace.hold:g}")
    words.append(f"out for {pace.out:g}")
    if pace.hold_after:
        words.append(f"wait for {pace.hold_after:g}")
    return ", ".join(words)
