"""The OpenAPI document: committed, valid, and every operation guarded."""

from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from openapi_spec_validator import validate

from api.access.permissions import PUBLIC_OPERATIONS
from api.foundation.settings import Settings
from api.main import ROOMS, create_app
from tests.architecture.test_signatures import routes_of
from tools import openapi

Operation = dict[str, Any]


@cache
def document() -> dict[str, Any]:
    return create_app(Settings(demo=True)).openapi()


def operations() -> Iterator[Operation]:
    for item in document()["paths"].values():
        yield from item.values()


def unguarded(found: Iterator[Operation]) -> set[str]:
    """Operations anybody may call."""
    return {op["operationId"] for op in found if not op.get("security")}


def test_the_committed_document_is_the_codes() -> None:
    assert openapi.difference() == ""


def test_the_document_is_valid() -> None:
    validate(document())


def test_every_operation_is_guarded_or_on_the_public_list() -> None:
    assert unguarded(operations()) == PUBLIC_OPERATIONS


def test_every_guard_names_the_right_it_asks_for() -> None:
    nameless = {
        op["operationId"]
        for op in operations()
        for scheme in op.get("security", [])
        if not any(scheme.values())
    }
    assert nameless == set()


def test_operation_ids_are_the_functions_names_and_unique() -> None:
    functions = {route.endpoint.__name__ for route in routes_of(ROOMS)}
    ids = Counter(op["operationId"] for op in operations())
    assert [name for name, count in ids.items() if count > 1] == []
    assert set(ids) <= functions


def test_every_operation_says_what_it_does() -> None:
    silent = [op["operationId"] for op in operations() if not op.get("summary")]
    assert silent == []


def test_every_body_has_an_example() -> None:
    bare = {
        op["operationId"]
        for op in operations()
        for media in bodies_of(op)
        if not has_example(media)
    }
    assert bare == set()


def bodies_of(operation: Operation) -> Iterator[dict[str, Any]]:
    """JSON bodies taken and given; a bare number or word needs no example."""
    answers = [
        answer
        for status, answer in operation["responses"].items()
        if status.startswith("2")
    ]
    for body in [operation.get("requestBody", {}), *answers]:
        media = body.get("content", {}).get("application/json")
        if media and media.get("schema"):
            yield media


def has_example(media: dict[str, Any]) -> bool:
    """Whether a body, or the schema it names, comes with an example."""
    schema = media["schema"]
    name = schema.get("$ref", "").rpartition("/")[2]
    named = document()["components"]["schemas"].get(name, {})
    words = {"example", "examples"}
    return any(words & set(place) for place in (media, schema, named))


@pytest.mark.parametrize(
    ("operation", "found"),
    [
        ({"operationId": "open"}, {"open"}),
        ({"operationId": "open", "security": []}, {"open"}),
        ({"operationId": "shut", "security": [{"bearer": ["read_self"]}]}, set()),
    ],
)
def test_an_unguarded_operation_is_caught(
    operation: Operation, found: set[str]
) -> None:
    assert unguarded(iter([operation])) == found
