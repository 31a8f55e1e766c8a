"""Rule modules stay pure: no database, no HTTP, no clock, no dice."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tools.sizes import ROOT

GROUND = "foundation"
PLAN = {"__init__", "routes", "jobs", "service", "queries", "schemas", "tables"}
MACHINERY = {
    "access/caller.py",  # finds the caller: a dependency, one statement
    "access/hashing.py",  # argon2id, off the event loop
}
"""Modules beside the room plan that speak to the outside, each with its reason."""

OUTSIDE = ("sqlalchemy", "sqlmodel", "fastapi", "starlette", "httpx", "random", "time")
INSIDE = {"database", "clock", "journal", "routing", "pagination"}
CLOCKS = {"now", "utcnow", "today"}


def rule_modules() -> Iterator[Path]:
    """Every module of a room that the room plan does not name."""
    for path in sorted((ROOT / "api").glob("*/*.py")):
        room = path.parent.name
        named = path.stem.partition("_")[0] in PLAN or path.stem in PLAN
        if room != GROUND and not named and f"{room}/{path.name}" not in MACHINERY:
            yield path


def imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def impurities(source: str) -> Iterator[str]:
    """Say what ties a rule to the world."""
    tree = ast.parse(source)
    for name in imported(tree):
        top, *rest = name.split(".")
        if top in OUTSIDE:
            yield f"imports {name}"
        if top == "api" and len(rest) > 1:
            ground = rest[0] == GROUND and rest[1] in INSIDE
            room = rest[0] != GROUND and rest[1] in PLAN - {"__init__"}
            if ground or room:
                yield f"imports {name}"
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in CLOCKS
        ):
            yield f"reads a clock in line {node.lineno}"


def test_rule_modules_are_pure() -> None:
    found = {
        str(path.relative_to(ROOT)): faults
        for path in rule_modules()
        if (faults := list(impurities(path.read_text())))
    }
    assert found == {}


def test_every_room_says_what_it_is_for() -> None:
    silent = [
        str(path.relative_to(ROOT))
        for path in sorted((ROOT / "api").glob("*/__init__.py"))
        if (tree := ast.parse(path.read_text()))
        and not (ast.get_docstring(tree) and len(tree.body) == 1)
    ]
    assert silent == []


@pytest.mark.parametrize(
    "source",
    [
        "from sqlmodel import select",
        "import httpx",
        "from api.foundation import clock",
        "from api.foundation.database import Db",
        "from api.people import service",
        "from api.people.tables import Client",
        "from datetime import datetime\nlate = datetime.now()",
    ],
)
def test_a_tie_to_the_world_is_caught(source: str) -> None:
    assert list(impurities(source)) != []


def test_an_arithmetic_rule_is_left_alone() -> None:
    source = "from api.progress.figures import Figure\nhalf = Figure(1).value / 2"
    assert list(impurities(source)) == []
