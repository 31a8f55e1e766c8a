"""How an operation is found, and that nothing on the way to it takes a thread."""

from asyncio import iscoroutinefunction
from collections.abc import Iterator
from inspect import isasyncgenfunction
from typing import Any

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.routing import Match

from api.foundation.routing import Directory
from api.main import ROOMS


def operations() -> list[APIRoute]:
    found = [route for router in ROOMS for route in router.routes]
    assert all(isinstance(route, APIRoute) for route in found)
    return [route for route in found if isinstance(route, APIRoute)]


def calls(dependant: Dependant) -> Iterator[Any]:
    yield dependant.call
    for below in dependant.dependencies:
        yield from calls(below)


def is_async(call: Any) -> bool:
    call = call if hasattr(call, "__code__") else call.__call__
    return iscoroutinefunction(call) or isasyncgenfunction(call)


def scope_of(route: APIRoute, method: str) -> dict[str, Any]:
    path = route.path
    for name in route.param_convertors:
        path = path.replace("{" + name + "}", "x")
    return {"type": "http", "method": method, "path": path, "headers": []}


def test_the_directory_finds_the_operation_that_the_list_would() -> None:
    listed = operations()
    directory = Directory(listed)
    for route in listed:
        for method in route.methods or ():
            scope = scope_of(route, method)
            match, found = directory.matches(scope)
            wanted = next(one for one in listed if one.matches(scope)[0] is Match.FULL)
            assert match is Match.FULL
            assert found["endpoint"] is wanted.endpoint, (method, scope["path"])


def test_the_directory_says_no_to_what_it_does_not_know(app: FastAPI) -> None:
    directory = Directory(operations())
    for method, path in (("GET", "/nothing"), ("TRACE", "/livez"), ("GET", "")):
        scope = {"type": "http", "method": method, "path": path}
        assert directory.matches(scope) == (Match.NONE, {})


def test_nothing_on_the_way_to_an_operation_takes_a_thread() -> None:
    """FastAPI runs plain functions in a thread: some 80 µs each, and a queue."""
    threaded = {
        f"{route.operation_id}: {call}"
        for route in operations()
        for call in calls(route.dependant)
        if not is_async(call)
    }
    assert threaded == set()
