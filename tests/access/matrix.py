"""What the permission table says about every operation and everybody of the cast.

Each room has `permission_cases.py` with `CASES: dict[operation id, Case]` and, where
its operations need objects, `async def prepare(stage)`, which makes them and puts
their ids into `stage.ids`. The expectation comes from the table and the OpenAPI
document alone, never from the code of a route.
"""

import importlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from api.access.permissions import PUBLIC_OPERATIONS, Reach, Right, Role, reach_of
from api.foundation.openapi import operations
from api.foundation.settings import Settings
from api.main import create_app
from tests.cast import Cast

TESTS = Path(__file__).parents[1]


class Whose(StrEnum):
    """Whom the object of an operation belongs to."""

    NOBODYS = "nobody's"
    """No object yet (a list, a creation), or one that is everybody's."""
    OWN = "the caller's own"
    PRACTICE = "the Harbour practice's"
    THERAPIST = "the therapist's alone"
    CLIENT = "the client's"


class Answer(StrEnum):
    """What the table can say."""

    NOT_SIGNED_IN = "401"
    NOT_PERMITTED = "403"
    NOT_FOUND = "404"
    ALLOWED = "allowed"


@dataclass
class Stage:
    """A cast in a fresh database, and the ids of what a room's `prepare` made."""

    cast: Cast
    ids: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Case:
    """How to ask an operation about an object that is there.

    `path` names, for each path parameter, the entry of `stage.ids` to fill in, or is
    the word itself where there is none; `body` and `query` make the rest of a valid
    request.
    """

    whose: Whose
    path: Mapping[str, str] = field(default_factory=dict)
    body: Callable[[Stage], Any] | None = None
    query: Callable[[Stage], Mapping[str, str]] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    form: bool = False


@dataclass(frozen=True)
class Principal:
    """Somebody who asks; no roles means no valid token."""

    part: str
    roles: frozenset[Role] = frozenset()
    is_of_harbour: bool = True


def _who(part: str, *roles: Role, harbour: bool = True) -> Principal:
    return Principal(part, frozenset(roles), harbour)


PRINCIPALS = (
    _who("anonymous"),
    _who("expired"),
    _who("revoked"),
    _who("stranger", Role.THERAPIST, harbour=False),
    _who("other_owner", Role.OWNER, Role.PRIVACY_OFFICER, harbour=False),
    _who("foreign_client", Role.CLIENT, harbour=False),
    _who("separated", Role.CLIENT),
    _who("other_client", Role.CLIENT),
    _who("colleague", Role.THERAPIST),
    _who("client", Role.CLIENT),
    _who("therapist", Role.THERAPIST),
    _who("privacy_officer", Role.PRIVACY_OFFICER),
    _who("coordinator", Role.COORDINATOR),
    _who("owner", Role.OWNER),
)
"""Those with the widest reach come last: what they end, others have asked about."""


def expected(operation: "Operation", who: Principal, whose: Whose) -> Answer:
    """Read the answer off the table."""
    if operation.id in PUBLIC_OPERATIONS:
        return Answer.ALLOWED
    if not who.roles:
        return Answer.NOT_SIGNED_IN
    reaches = [reach_of(who.roles, right) for right in operation.rights]
    if None in reaches:
        return Answer.NOT_PERMITTED
    reach = min(reach for reach in reaches if reach is not None)
    return Answer.ALLOWED if _is_within(reach, who, whose) else Answer.NOT_FOUND


def _is_within(reach: Reach, who: Principal, whose: Whose) -> bool:
    if whose in (Whose.NOBODYS, Whose.OWN):
        return True
    if not who.is_of_harbour:
        return False
    if whose is Whose.PRACTICE:
        return True
    if whose is Whose.THERAPIST:
        return who.part == "therapist"
    nearest = {Reach.OWN: "client", Reach.CARE_TEAM: "therapist"}
    return reach is Reach.PRACTICE or who.part == nearest[reach]


@dataclass(frozen=True)
class Operation:
    """One route and method of the OpenAPI document."""

    id: str
    method: str
    path: str
    rights: tuple[Right, ...]


@cache
def all_operations() -> tuple[Operation, ...]:
    """Return every operation with the rights that the document names."""
    document = create_app(Settings(demo=True)).openapi()
    return tuple(
        Operation(
            operation["operationId"],
            method.upper(),
            path,
            tuple(
                Right(scope)
                for scheme in operation.get("security", [])
                for scopes in scheme.values()
                for scope in scopes
            ),
        )
        for path, method, operation in operations(document)
    )


@dataclass(frozen=True)
class Room:
    """A room's cases, and what makes their objects."""

    cases: Mapping[str, Case]
    prepare: Callable[[Stage], Awaitable[None]] | None


@cache
def rooms() -> tuple[Room, ...]:
    """Collect `permission_cases.py` of every room."""
    found = []
    for path in sorted(TESTS.glob("*/permission_cases.py")):
        module = importlib.import_module(f"tests.{path.parent.name}.{path.stem}")
        found.append(Room(module.CASES, getattr(module, "prepare", None)))
    return tuple(found)


def room_of(operation_id: str) -> Room | None:
    """Return the room that says how to ask an operation."""
    return next((room for room in rooms() if operation_id in room.cases), None)
