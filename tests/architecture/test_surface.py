"""The OpenAPI document: committed, valid, and every operation guarded."""

from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

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
    if openapi.difference():
        pytest.fail("docs/openapi.json is not the code's: make openapi", pytrace=False)


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
