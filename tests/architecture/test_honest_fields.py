"""No schema has a place for a streak, a rank, a mark of compliance or a verdict on anyone.

Walks the whole OpenAPI document: names of properties and parameters, values of enums and
constants, keys in examples, and what descriptions say. Source: design law 1 and 7;
reference §4.3, §4.6, §6.
"""

import re
from collections.abc import Iterator
from copy import deepcopy
from functools import cache
from typing import Any, NamedTuple

import pytest

from api.foundation.settings import Settings
from api.main import create_app


class Found(NamedTuple):
    """A word in the document: where, as what, and for whom."""

    place: str
    kind: str
    word: str


NOWHERE = re.compile(
    r"(^|_)(streaks?|ranks?|ranking|ranked|leaderboards?|badges?|trophy|points_earned|"
    r"compliance|compliant|non_?compliant|noncompliance|abandoned|overdue|failed|failure|"
    r"composite|overall|total_score|trust_score|trust_level|safety_score|risk|"
    r"no_risk|low_risk|high_risk|is_safe|is_unsafe|safe_person|unsafe_person|"
    r"narcissist|abuser|victim|cured|punish\w*|percentile|peers?|benchmark)($|_)"
)
"""Names and codes that nobody's view may hold."""

NOT_FOR_CLIENTS = re.compile(
    r"(^|_)(missed|not_done|undone|skipped|lapsed_count|days_since|countdown|"
    r"completion_rate|done_rate|denominator)($|_)"
)
"""Counters of what was left undone: never a field of the client's own view."""

NOT_A_COUNTER = {"missed_alarm"}
"""An alarm that stayed quiet while something was there: a read, not a task undone."""

SAID = re.compile(
    r"\b(streaks?|leaderboards?|badges?|compliance|non-compliant|overdue|trust score|"
    r"risk (?:level|score)|no risk|rank(?:s|ed|ing)?)\b",
    re.IGNORECASE,
)
DENIED = re.compile(r"\b(no|not|never|nor|neither|nothing|nobody|without)\b", re.I)


@cache
def document() -> dict[str, Any]:
    return create_app(Settings(demo=True)).openapi()


def walk(value: Any, place: str = "") -> Iterator[Found]:
    """Every name, code and description of a part of the document."""
    if isinstance(value, list):
        for at, one in enumerate(value):
            yield from walk(one, f"{place}/{at}")
    elif isinstance(value, dict):
        yield from here(value, place)
        for name, one in value.items():
            deeper = keys if name in ("example", "examples") else walk
            yield from deeper(one, f"{place}/{name}")


def here(value: dict[str, Any], place: str) -> Iterator[Found]:
    """What one object of the document names by itself."""
    properties = value.get("properties")
    for name in properties if isinstance(properties, dict) else ():
        yield Found(f"{place}/properties/{name}", "name", name)
    if isinstance(value.get("in"), str) and isinstance(value.get("name"), str):
        yield Found(f"{place}/name", "name", value["name"])
    codes = value.get("enum")
    for code in [*(codes if isinstance(codes, list) else ()), value.get("const")]:
        if isinstance(code, str):
            yield Found(f"{place}/enum", "code", code)
    if isinstance(value.get("description"), str):
        yield Found(f"{place}/description", "text", value["description"])


def keys(value: Any, place: str) -> Iterator[Found]:
    """Every key of an example: maps are open there, and closed nowhere else."""
    if isinstance(value, dict):
        for name, one in value.items():
            yield Found(f"{place}/{name}", "name", str(name))
            yield from keys(one, f"{place}/{name}")
    elif isinstance(value, list):
        for at, one in enumerate(value):
            yield from keys(one, f"{place}/{at}")


def says(text: str) -> bool:
    """Whether a sentence speaks of such a thing without denying it."""
    return any(
        SAID.search(sentence) and not DENIED.search(sentence)
        for sentence in re.split(r"(?<=[.;:!?])\s+|\n\n", text)
    )


def is_clients_own(schema: dict[str, Any]) -> bool:
    """Whether a schema says that it is the client's own view."""
    view = (schema.get("properties") or {}).get("view") or {}
    return "client" in (view.get("enum") or []) or view.get("const") == "client"


def own_views(found: dict[str, Any]) -> dict[str, Any]:
    """The client's own views, with everything they are made of."""
    schemas: dict[str, Any] = found["components"]["schemas"]
    todo = [name for name, one in schemas.items() if is_clients_own(one)]
    todo += [name for name in ("ProgressOut", "SeriesOut") if name in schemas]
    seen: set[str] = set()
    while todo:
        name = todo.pop()
        if name in seen:
            continue
        seen.add(name)
        todo += re.findall(r"#/components/schemas/([\w.-]+)", repr(schemas[name]))
    return {name: schemas[name] for name in seen}


def violations(found: dict[str, Any]) -> list[Found]:
    """Everything in a document that must not be there."""
    wrong = [
        one
        for part in (found["paths"], found["components"]["schemas"])
        for one in walk(part)
        if (says(one.word) if one.kind == "text" else NOWHERE.search(one.word))
    ]
    return wrong + [
        one
        for one in walk(own_views(found))
        if one.kind == "name"
        and NOT_FOR_CLIENTS.search(one.word)
        and one.word not in NOT_A_COUNTER
    ]


def test_no_schema_has_a_place_for_a_verdict() -> None:
    assert violations(document()) == []


def test_the_walk_sees_names_codes_texts_examples_and_parameters() -> None:
    kinds = {one.kind for one in walk(document())}
    names = {one.word for one in walk(document()) if one.kind == "name"}
    assert kinds == {"name", "code", "text"}
    assert {"adherence_strict", "numbers", "looks_with_present"} <= names
    assert {"ClientAdherence", "CalibrationOut", "FigureOut"} <= own_views(
        document()
    ).keys()


@pytest.mark.parametrize(
    "seed",
    [
        {"properties": {"current_streak": {"type": "integer"}}},
        {"properties": {"trust_score": {"type": "number"}}},
        {"properties": {"compliance": {"type": "number"}}},
        {"properties": {"x": {"enum": ["low_risk", "high_risk"]}}},
        {"properties": {"x": {"anyOf": [{"properties": {"rank": {}}}]}}},
        {"properties": {"x": {"items": {"const": "overdue"}}}},
        {"properties": {"x": {}}, "examples": [{"inner": [{"risk_level": 3}]}]},
        {"properties": {"x": {"description": "How long the streak is."}}},
        {"properties": {"view": {"const": "client"}, "missed": {}}},
        {"properties": {"view": {"enum": ["client", "x"]}, "a_denominator": {}}},
    ],
)
def test_a_seeded_violation_is_caught(seed: dict[str, Any]) -> None:
    spoiled = deepcopy(document())
    spoiled["components"]["schemas"]["Seeded"] = seed
    assert violations(spoiled)


@pytest.mark.parametrize("what", ["streak", "rank_among_clients"])
def test_a_seeded_parameter_is_caught(what: str) -> None:
    spoiled = deepcopy(document())
    spoiled["paths"]["/x"] = {"get": {"parameters": [{"in": "query", "name": what}]}}
    assert violations(spoiled)


@pytest.mark.parametrize(
    "text",
    [
        "There is no streak and no rank.",
        "It never becomes a trust score.",
        "A drop is shown as an ordinary note.",
    ],
)
def test_a_description_may_say_what_there_is_not(text: str) -> None:
    assert not says(text)


def test_a_missed_counter_deep_inside_the_clients_view_is_caught() -> None:
    spoiled = deepcopy(document())
    dose = spoiled["components"]["schemas"]["DoseOut"]
    dose["properties"]["missed"] = {"type": "integer"}
    assert violations(spoiled)
