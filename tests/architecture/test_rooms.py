"""Inside and between rooms: the plan's order, closed doors, and rules kept pure.

.importlinter holds the floors; this holds what its patterns cannot say, because a
room may split `service.py` into `service_devices.py` and the like.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tools.sizes import ROOT

GROUND = "foundation"
ROOF = "demo"
ORDER = ("tables", "schemas", "queries", "service", "jobs", "routes")
"""The room plan from below; a rule module stands under all of them."""

PLAN = {"__init__", *ORDER}
VERBS = {"queries", "service", "jobs", "routes"}
DOORS = {"jobs", "routes"}
MACHINERY = {
    "access/context.py",  # what a route takes from the running app
    "access/caller.py",  # finds the caller: a dependency, one statement
    "access/hashing.py",  # argon2id, off the event loop
}
"""Modules beside the room plan that speak to the outside, each with its reason."""

OUTSIDE = ("sqlalchemy", "sqlmodel", "fastapi", "starlette", "httpx", "random", "time")
INSIDE = {"database", "clock", "journal", "routing", "pagination"}
CLOCKS = {"now", "utcnow", "today"}


def kind(module: str) -> str:
    """What a module is in its room's plan; "rule" where the plan does not name it."""
    if module in PLAN:
        return module
    first, _, rest = module.partition("_")
    return first if rest and first in ORDER else "rule"


def rank(module: str) -> int:
    """How high a module stands in its room; rules stand at the bottom."""
    named = kind(module)
    return ORDER.index(named) + 1 if named in ORDER else 0


def room_modules() -> Iterator[Path]:
    """Every module that belongs to a room above the ground."""
    for path in sorted((ROOT / "api").glob("*/*.py")):
        if path.parent.name not in (GROUND, ROOF) and path.stem != "__init__":
            yield path


def rule_modules() -> Iterator[Path]:
    """Every module of a room that the room plan does not name."""
    for path in room_modules():
        if kind(path.stem) == "rule" and path_in_api(path) not in MACHINERY:
            yield path


def path_in_api(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"


def wrong_arrows(room: str, module: str, source: str) -> Iterator[str]:
    """Say which imports go up inside a room, or through another room's wall."""
    for name in imported(ast.parse(source)):
        parts = name.split(".")
        if parts[0] != "api" or len(parts) < 3 or parts[1] == GROUND:
            continue
        other, target = parts[1], parts[2]
        if other == room and rank(target) > rank(module) and rank(module) > 0:
            yield f"{name} is above {module}"
        if other != room and kind(target) in DOORS | {"queries"}:
            yield f"{name} is not for other rooms"


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
            room = rest[0] != GROUND and kind(rest[1]) in VERBS
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


def test_arrows_inside_and_between_rooms_go_down() -> None:
    found = {
        path_in_api(path): faults
        for path in room_modules()
        if (faults := list(wrong_arrows(path.parent.name, path.stem, path.read_text())))
    }
    assert found == {}


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("service", "from api.people.routes import router"),
        ("tables", "from api.people import schemas"),
        ("queries_lists", "from api.people.service_devices import revoke"),
        ("service", "from api.access.routes_context import where"),
        ("service", "from api.access import queries"),
    ],
)
def test_an_arrow_that_goes_up_is_caught(module: str, source: str) -> None:
    assert list(wrong_arrows("people", module, source)) != []


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("routes", "from api.people import service"),
        ("service", "from api.access.service_devices import revoke"),
        ("service_lists", "from api.people import service, tables"),
        ("routes", "from api.access.caller import MayOffer"),
    ],
)
def test_an_arrow_that_goes_down_is_left_alone(module: str, source: str) -> None:
    assert list(wrong_arrows("people", module, source)) == []


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
        "from datetime import datetime\nlate = datetime.now()",
    ],
)
def test_a_tie_to_the_world_is_caught(source: str) -> None:
    assert list(impurities(source)) != []


def test_an_arithmetic_rule_is_left_alone() -> None:
    source = "from api.progress.figures import Figure\nhalf = Figure(1).value / 2"
    assert list(impurities(source)) == []
