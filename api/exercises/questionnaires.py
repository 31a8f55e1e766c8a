"""Turns an instrument into an exercise: offered, consented to, answered like any other.

Questions, responses and instructions are the published ones, unchanged; the rest is ours.
Who may have which instrument is not decided here.
"""

from collections.abc import Container, Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from api.exercises.check import publish
from api.exercises.claims import FORM
from api.instruments import definitions
from api.instruments.registry import Registry
from api.instruments.shape import Instrument, Item

OPENING = "opening"
MEASURE = "score"
TEXTS = "questionnaire_texts.yaml"

_FREE = "There is no right answer. You may skip any question, or stop."
_READ_LATER = (
    "Nobody reads your answers as you give them. It may take hours or days. This is not "
    "an emergency service. In danger now, call your local emergency number."
)
_GATE = "If the answer is no, there are no more questions."
_TOLD = (
    "Your therapist is told if you pick anything but the first answer, so that you can "
    "talk about it. You can skip this question."
)


@cache
def _texts() -> Mapping[str, Mapping[str, Any]]:
    source = files("api.exercises").joinpath(TEXTS).read_text(encoding="utf-8")
    found: Mapping[str, Mapping[str, Any]] = yaml.safe_load(source)
    return found


def slug_of(instrument_id: str) -> str:
    """Give the name of an instrument's exercise."""
    return instrument_id.replace("_", "-")


@cache
def _bundled() -> Mapping[str, Mapping[str, Any]]:
    """The documents of instruments that bring their words, by instrument."""
    every = definitions.library().values()
    return {one.id: questionnaire(one) for one in every if one.has_text}


def document_of(one: Instrument) -> Mapping[str, Any]:
    """Give the document of an instrument with words; made once for what ships."""
    return _bundled()[one.id] if one.text_from == "bundled" else questionnaire(one)


def on_by_default(registry: Registry) -> dict[str, Mapping[str, Any]]:
    """Give what every practice has on its shelf: slug → document."""
    return {
        slug_of(one.id): document_of(one)
        for one in registry.available()
        if one.on_by_default
    }


def switched_on(registry: Registry, known: Container[str]) -> dict[str, Any]:
    """Give what a practice has once its owner wanted it, of the slugs it knows."""
    return {
        slug_of(one.id): document_of(one)
        for one in registry.available()
        if not one.on_by_default and slug_of(one.id) in known
    }


def is_reserved(slug: str) -> bool:
    """Tell whether a name belongs to an instrument's exercise, whoever may have it."""
    return slug in {slug_of(one) for one in definitions.library()}


def questionnaire(one: Instrument) -> dict[str, Any]:
    """Give the published document of an instrument that has its words.

    Parts are `opening` (consent) and `form` (one step per item, none required: what is
    missing is for the scoring to say); the measure `score` reads every item. Raises
    KeyError for an instrument we say nothing about.
    """
    ours = _texts()[one.id]
    in_session = one.setting == "in_session_only"
    return publish(
        {
            "slug": slug_of(one.id),
            "kind": "questionnaire",
            "instrument": one.id,
            "credit": one.credit,
            "licence": one.licence,
            **({"in_session_only": True} if in_session else {}),
            "title": ours.get("title", one.title),
            "purpose": ours["purpose"],
            "locale": one.locale,
            "modality": "questionnaire",
            "phase": "any",
            "settings": ["therapist"] if in_session else ["solo", "therapist"],
            "evidence": ours.get("evidence", "B"),
            "minutes": ours["minutes"],
            "safety": [*ours.get("safety", ()), _FREE, *_later(one)],
            "precautions": ours.get("precautions", []),
            "tags": ["questionnaire", *ours["tags"]],
            "intensity": ours.get("intensity", 1),
            "parts": [_opening(), {"id": FORM, "steps": list(_form(one))}],
            "measures": [_measure(one)],
            "signals": list(_signals(one)),
        }
    )


def _later(one: Instrument) -> list[str]:
    watched = any(item.watch_from is not None for item in one.items)
    return [_READ_LATER] if watched else []


def _opening() -> dict[str, Any]:
    return {
        "id": OPENING,
        "title": "Before you begin",
        "steps": [
            {
                "id": "consent",
                "type": "consent",
                "scope": "run",
                "role": "pre",
                "required": True,
                "prompt": "Do you want to answer these questions right now?",
                "help": "Any answer is a good answer. You can change it at any moment.",
            }
        ],
    }


def _form(one: Instrument) -> Iterator[dict[str, Any]]:
    if one.instructions is not None:
        yield _said("instructions", one.instructions)
    lead: str | None = None
    for item in one.items:
        if item.lead is not None and item.lead != lead:
            yield _said(f"lead_{item.lead}"[:40], str(one.leads[item.lead]))
        lead = item.lead
        yield _asked(one, item)


def _said(step_id: str, text: str) -> dict[str, Any]:
    return {"id": step_id, "type": "instruction", "prompt": text}


def _asked(one: Instrument, item: Item) -> dict[str, Any]:
    step: dict[str, Any] = {
        "id": item.id,
        "type": "item",
        "prompt": item.text,
        "responses": [
            {"value": option.value, "label": option.label}
            | ({"loinc": option.loinc} if option.loinc else {})
            for option in one.options[item.options]
        ],
        "may_not_apply": item.may_not_apply,
    }
    if item.loinc:
        step["loinc"] = item.loinc
    if item.watch_from is not None:
        step["help"] = _TOLD
    if one.gate and item.id == one.gate.item:
        step["help"] = _GATE
    elif one.gate:
        step["only_if"] = _gate_open(one)
    return step


def _gate_open(one: Instrument) -> dict[str, Any]:
    """Ask on only where the gate stays open: any answer but the one that closes it."""
    gate = one.gate
    assert gate is not None  # noqa: S101 - the caller looked
    item = one.item(gate.item)
    assert item is not None  # noqa: S101 - a definition agrees with itself
    values = sorted(option.value for option in one.options[item.options])
    above = gate.closed_by == values[0]
    bound = values[1] if above else values[-2]
    return {"step": f"{FORM}.{gate.item}", "at_least" if above else "at_most": bound}


def _measure(one: Instrument) -> dict[str, Any]:
    return {
        "id": MEASURE,
        "formula": "instrument_score",
        "title": one.total.title if one.total else "Scores",
        "from": {item.id: f"{FORM}.{item.id}" for item in one.items},
        **({"better": one.direction} if one.direction else {}),
        "options": {"instrument": one.id},
    }


def _signals(one: Instrument) -> Iterator[dict[str, Any]]:
    for item in one.items:
        if item.watch_from is not None:
            yield {
                "code": item.watch_as,
                "step": f"{FORM}.{item.id}",
                "at_least": item.watch_from,
            }
