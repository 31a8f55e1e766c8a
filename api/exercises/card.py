"""A plain-text card of a published version, to print or to read aloud.

Lines have at most 72 characters, in the language of the exercise. The card holds no codes, ids or addresses.
"""

import textwrap

from api.exercises.card_words import WORDS, CardWords, words_of
from api.exercises.protocol import Minutes, Part, Protocol
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
YOU_MAY_STOP = WORDS["en"].may_stop
NOT_AN_EMERGENCY = WORDS["en"].not_an_emergency


def card(protocol: Protocol, easier_titles: tuple[str, ...] = ()) -> str:
    """Write the card. `easier_titles` are the titles of the easier alternatives."""
    words = words_of(protocol.locale)
    places = _or([words.settings[one] for one in protocol.settings], words)
    lines = [protocol.title.upper(), *_wrapped(protocol.purpose), ""]
    lines += _wrapped(words.time.format(_minutes(protocol.minutes, words)))
    lines += _wrapped(words.where.format(places))
    lines += _list(words.needs, protocol.needs)
    lines += _list(words.safety, protocol.safety)
    lines += ["", *_wrapped(words.may_stop)]
    number = 0
    for part in protocol.parts:
        lines += ["", *_part_heading(part, words)]
        for step in part.steps:
            number += 1
            lines += _step(number, step, words)
    lines += _list(words.easier, easier_titles)
    for line, text in (
        (words.credit, protocol.credit),
        (words.licence, protocol.licence),
    ):
        lines += ["", *_wrapped(line.format(text))] if text else []
    lines += ["", *_wrapped(words.not_an_emergency)]
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


def _or(places: list[str], words: CardWords) -> str:
    *most, last = places
    return f"{', '.join(most)} {words.either} {last}" if most else last


def _number(value: float, words: CardWords) -> str:
    return f"{value:g}".replace(".", words.decimal)


def _minutes(minutes: Minutes, words: CardWords) -> str:
    least, most = _number(minutes.least, words), _number(minutes.most, words)
    if least == most:
        return words.one_minute if most == "1" else words.minutes.format(most)
    return words.minutes.format(words.range.format(least, most))


def _part_heading(part: Part, words: CardWords) -> list[str]:
    title = part.title or (words.later if part.when == "later" else words.now)
    if part.when == "later":
        title += words.another_day
    if part.repeat is not None:
        title += words.rounds.format(part.repeat.at_most)
    return _wrapped(f"{title}:")


def _step(number: int, step: StepBase, words: CardWords) -> list[str]:
    head = f"{number:>3}. "
    indent = " " * len(head)
    lines = _wrapped(step.prompt, head, indent)
    details = [step.help, _detail(step, words)]
    if step.only_if is not None:
        details.append(words.only_if)
    for detail in details:
        if detail:
            lines += _wrapped(detail, indent, indent)
    return lines


def _detail(step: StepBase, words: CardWords) -> str | None:
    match step:
        case OptionsBase():
            return _options(step, words)
        case ScaleStep():
            return _scale(step, words)
        case ItemStep():
            return _responses(step, words)
        case StateStep():
            return words.choose.format(words.states)
        case BreathStep():
            return words.breath.format(_pace(step.pace, words), step.cycles)
        case TimerStep():
            return words.timer.format(step.usual, step.most)
        case ListStep() if step.fields:
            return words.note.format("; ".join(field.label for field in step.fields))
        case _:
            return None


def _options(step: OptionsBase, words: CardWords) -> str:
    labels = [option.label for option in step.options]
    if step.other:
        labels.append(words.something_else)
    return words.choose.format("; ".join(labels))


def _responses(step: ItemStep, words: CardWords) -> str:
    """Say every response, or just both ends where the ones between are numbers."""
    first, *between, last = step.responses
    if len(between) > 8 and all(one.label == str(one.value) for one in between):
        ends = (f"{one.value} ({one.label})" for one in (first, last))
        return words.scale.format(*ends)
    labels = [one.label for one in step.responses]
    if step.may_not_apply:
        labels.append(words.not_applicable)
    return words.choose.format("; ".join(labels))


def _scale(step: ScaleStep, words: CardWords) -> str:
    unit = f" {step.unit}" if step.unit else ""
    low = f" ({step.low})" if step.low else ""
    high = f" ({step.high})" if step.high else ""
    least, most = _number(step.min, words), _number(step.max, words)
    return words.scale.format(f"{least}{low}", f"{most}{unit}{high}")


def _pace(pace: Pace, words: CardWords) -> str:
    said = [words.breathe_in.format(_number(pace.in_, words))]
    if pace.hold:
        said.append(words.hold.format(_number(pace.hold, words)))
    said.append(words.breathe_out.format(_number(pace.out, words)))
    if pace.hold_after:
        said.append(words.wait.format(_number(pace.hold_after, words)))
    return ", ".join(said)
