"""What routes take and give: never a table; the database only through `Db`."""

import ast
import inspect
from collections.abc import Iterator
from typing import Annotated, Any, get_args, get_type_hints

import pytest
from fastapi import APIRouter, Depends
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from pydantic import BaseModel
from sqlmodel import Field, SQLModel

from api.foundation.database import get_db
from api.main import ROOMS
from tools.sizes import ROOT, sources


def routes_of(routers: tuple[APIRouter, ...]) -> Iterator[APIRoute]:
    """Every route of the given routers and of those they include."""
    for router in routers:
        for route in router.routes:
            if isinstance(route, APIRoute):
                yield route
            inner = getattr(route, "original_router", None)
            if isinstance(inner, APIRouter):
                yield from routes_of((inner,))


def classes_in(annotation: Any, seen: set[Any] | None = None) -> Iterator[type]:
    """Every class an annotation is made of, through generics and models."""
    seen = set() if seen is None else seen
    if isinstance(annotation, type) and annotation not in seen:
        seen.add(annotation)
        yield annotation
        if issubclass(annotation, BaseModel):
            for field in annotation.model_fields.values():
                yield from classes_in(field.annotation, seen)
    for part in get_args(annotation):
        yield from classes_in(part, seen)


def tables_of(route: APIRoute) -> set[str]:
    """Names of table classes in a route's signature and response model."""
    hints = get_type_hints(route.endpoint, include_extras=True)
    annotations = [*hints.values(), route.response_model]
    return {
        found.__name__
        for annotation in annotations
        for found in classes_in(annotation)
        if issubclass(found, SQLModel) and hasattr(found, "__table__")
    }


def late_commits(dependant: Dependant) -> Iterator[str]:
    """Dependencies whose end would run after the answer has been sent."""
    for inner in dependant.dependencies:
        call = inner.call
        opens = inspect.isasyncgenfunction(call) or inspect.isgeneratorfunction(call)
        if opens and inner.scope != "function":
            yield getattr(call, "__name__", repr(call))
        yield from late_commits(inner)


def test_no_table_is_in_a_signature() -> None:
    found = {route.name: tables_of(route) for route in routes_of(ROOMS)}
    assert {name: tables for name, tables in found.items() if tables} == {}


def test_everything_a_request_opens_is_closed_before_the_answer() -> None:
    found = {route.name: [*late_commits(route.dependant)] for route in routes_of(ROOMS)}
    assert {name: late for name, late in found.items() if late} == {}


def test_only_the_ground_names_the_transaction_dependency() -> None:
    users = [
        str(path.relative_to(ROOT))
        for path in sources("api")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Name) and node.id == "get_db"
    ]
    assert set(users) == {"api/foundation/database.py"}


def test_a_table_in_a_response_is_caught() -> None:
    class Row(SQLModel, table=True):
        id: int = Field(primary_key=True)

    class Wrapped(BaseModel):
        rows: list[Row]

    router = APIRouter()

    @router.get("/rows")
    async def rows() -> dict[str, Wrapped]:
        return {}

    SQLModel.metadata.remove(Row.__table__)  # type: ignore[attr-defined]
    assert [tables_of(route) for route in routes_of((router,))] == [{"Row"}]


@pytest.mark.parametrize(
    ("dependency", "late"),
    [(Depends(get_db), ["get_db"]), (Depends(get_db, scope="function"), [])],
)
def test_the_default_scope_is_caught(dependency: Any, late: list[str]) -> None:
    router = APIRouter()

    async def read(db: Any) -> None:
        assert db

    read.__annotations__["db"] = Annotated[Any, dependency]
    router.get("/read")(read)
    outer = APIRouter()
    outer.include_router(router)
    found = [name for r in routes_of((outer,)) for name in late_commits(r.dependant)]
    assert found == late
