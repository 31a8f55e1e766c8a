"""Exercise documents for tests: a small one to break, and random sound ones."""

import copy
from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from api.exercises.claims import texts

Document = dict[str, Any]

OPTIONS = [{"code": "a", "label": "One"}, {"code": "b", "label": "Two"}]


def step(kind: str, name: str, **fields: Any) -> Document:
    """One step of a type with what it can't do without."""
    needed: dict[str, Document] = {
        "scale": {"max": 10},
        "breath": {"pace": {"in": 4, "out": 6}, "cycles": 6},
        "timer": {"usual": 30, "most": 60},
        "choice": {"options": copy.deepcopy(OPTIONS)},
        "checklist": {"options": copy.deepcopy(OPTIONS)},
    }
    base = {"id": name, "type": kind, "prompt": "What is it?"}
    return {**base, **needed.get(kind, {}), **fields}


def exercise(**fields: Any) -> Document:
    """A small sound exercise; fields replace its own."""
    return {
        "slug": "small-step",
        "title": "Small step",
        "purpose": "To try one small thing.",
        "modality": "self_trust",
        "phase": "any",
        "settings": ["solo"],
        "evidence": "D",
        "minutes": {"least": 1, "most": 2},
        "parts": [
            {
                "id": "main",
                "steps": [
                    step("text", "what", required=True),
                    step("list", "more"),
                    step("choice", "pick", other=True),
                    step("scale", "size"),
                    step("prediction", "expect"),
                    step("outcome", "came", of="main.expect"),
                    step("allocation", "shares", of=["main.what", "main.more"]),
                    step("person", "who"),
                ],
            },
            {"id": "after", "when": "later", "steps": [step("datetime", "when")]},
        ],
        "measures": [
            {
                "id": "size",
                "formula": "scale_value",
                "title": "Size",
                "from": {"value": "main.size"},
            }
        ],
        **fields,
    }


def in_other_words(document: Document, locale: str) -> Document:
    """The document with every text said otherwise, as a translation has it."""
    said = copy.deepcopy(document)
    for place, text in list(texts(document)):
        *path, last = place
        inner: Any = said
        for key in path:
            inner = inner[key]
        inner[last] = f"{text} ({locale})"
    return {**said, "locale": locale}


def broken(change: Callable[[Document], object], **fields: Any) -> Document:
    """A small exercise with one thing changed in place."""
    document = copy.deepcopy(exercise(**fields))
    change(document)
    return document


# --- random sound documents ---------------------------------------------------

codes = st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True)
labels = st.sampled_from(["A word", "Two words", "Ein Wort", "言葉", "it's"])
REFERABLE = ("consent", "state", "scale", "choice", "checklist", "timer", "outcome")


@st.composite
def options(draw: st.DrawFn) -> list[Document]:
    """Two to four options with distinct codes."""
    names = draw(
        st.lists(
            codes.filter(lambda c: c != "other"), min_size=2, max_size=4, unique=True
        )
    )
    return [{"code": name, "label": draw(labels)} for name in names]


@st.composite
def ranges(draw: st.DrawFn) -> Document:
    """A numeric range, of whole numbers or not."""
    low = draw(st.integers(-5, 50))
    return {
        "min": low,
        "max": low + draw(st.integers(1, 100)),
        "whole": draw(st.booleans()),
    }


@st.composite
def list_fields(draw: st.DrawFn) -> list[Document]:
    """Columns of a list, or none for a list of texts."""
    fields = []
    for at, kind in enumerate(
        draw(
            st.lists(
                st.sampled_from(["text", "choice", "scale", "datetime", "person"]),
                max_size=3,
            )
        )
    ):
        extra: Document = {}
        if kind == "choice":
            extra = {"options": draw(options()), "other": draw(st.booleans())}
        if kind == "scale":
            extra = draw(ranges())
        required = draw(st.booleans())
        one = {"id": f"f{at}", "label": draw(labels), "type": kind}
        fields.append({**one, "required": required, **extra})
    return fields


@st.composite
def own_fields(draw: st.DrawFn, kind: str) -> Document:
    """The fields that only this type of step has."""
    match kind:
        case "choice":
            return {"options": draw(options()), "other": draw(st.booleans())}
        case "checklist":
            found = draw(options())
            most = draw(st.none() | st.integers(1, len(found)))
            return {"options": found, "at_most": most} if most else {"options": found}
        case "scale":
            return draw(ranges())
        case "breath":
            return {"pace": {"in": 4, "hold": 1, "out": 5.5}, "cycles": 6}
        case "timer":
            return {"usual": 30, "most": 60}
        case "list":
            least = draw(st.integers(0, 3))
            most = least + draw(st.integers(1, 4))
            found = draw(list_fields())
            return {"at_least": least, "at_most": most, "fields": found}
        case "text":
            return {"size": draw(st.sampled_from(["short", "long"]))}
        case _:
            return {}


@st.composite
def conditions(draw: st.DrawFn, seen: list[tuple[str, Document]]) -> Document | None:
    """A condition on an earlier step that can be tested, or none."""
    testable = [
        (ref, one)
        for ref, one in seen
        if one["type"] in REFERABLE and "only_if" not in one
    ]
    if not testable or draw(st.booleans()):
        return None
    ref, one = draw(st.sampled_from(testable))
    if one["type"] == "scale":
        at_least = draw(st.integers(one["min"], one["max"]))
        return {"step": ref, "at_least": at_least}
    known = {
        "consent": ["given"],
        "state": ["settled", "mixed"],
        "timer": ["by_choice"],
        "outcome": ["happened", "partly"],
    }
    found = known.get(one["type"]) or [option["code"] for option in one["options"]]
    return {"step": ref, "is": [draw(st.sampled_from(found))]}


@st.composite
def parts(
    draw: st.DrawFn, at: int, when: str, before: list[tuple[str, Document]]
) -> Document:
    """One part; `before` are the steps that it may look back at."""
    name = f"p{at}"
    repeat = draw(st.none() | st.just({"at_least": draw(st.integers(0, 1))}))
    seen = list(before)
    steps: list[Document] = []
    kinds = draw(st.lists(st.sampled_from(KINDS), min_size=1, max_size=6))
    for number, kind in enumerate(kinds):
        one = step(kind, f"s{number}", required=draw(st.booleans()))
        one.update(draw(own_fields(kind)))
        if kind == "allocation":
            targets = [ref for ref, old in seen if old["type"] in ("text", "list")]
            if not targets:
                continue
            one["of"] = [draw(st.sampled_from(targets))]
        condition = draw(conditions(seen))
        if condition is not None:
            one["only_if"] = condition
        steps.append(one)
        seen.append((f"{name}.s{number}", one))
    part: Document = {"id": name, "when": when, "steps": steps or [step("text", "s0")]}
    if repeat is not None:
        part["repeat"] = {**repeat, "at_most": 3}
    return part


KINDS = (
    "consent",
    "state",
    "scale",
    "instruction",
    "breath",
    "timer",
    "choice",
    "checklist",
    "text",
    "list",
    "allocation",
    "datetime",
    "prediction",
    "outcome",
    "person",
    "review",
)


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """A random sound exercise, using every part of the language."""
    built: list[Document] = []
    before: list[tuple[str, Document]] = []
    for at in range(draw(st.integers(1, 3))):
        part = draw(parts(at, "now", before))
        built.append(part)
        if "repeat" not in part:
            before += [(f"{part['id']}.{one['id']}", one) for one in part["steps"]]
    if draw(st.booleans()):
        built.append(draw(parts(9, "later", before)))
    return exercise(
        title=draw(labels),
        frame=draw(st.sampled_from(["standard", "none"])),
        stop_is_success=draw(st.booleans()),
        tags=draw(st.lists(codes, max_size=2, unique=True)),
        parts=built,
        measures=[],
    )
