"""Which parts of a plan are open, and what the others wait for.

Pure: a function of the parts, of what was done, of the client's own steps, and of a
moment. Nothing here refuses a run: done early, it counts like any other. A part that
was left out holds nobody up: what waits for it waits for what it waited for (law 1).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from api.assignments.choices import Choice, join
from api.programmes.definition import (
    AfterCompletion,
    AfterDelay,
    AtOnce,
    ClientGo,
    Part,
    is_at_once,
)
from api.programmes.words import Kind

GROUND: str | None = None
"""Where a client stands who is on no rung."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the client: on to a part, or back.

    On a ladder `part` is the rung on which they stand afterwards (None: off it); in a
    course it is the part that they open or close. `seen` counts the steps known.
    """

    id: UUID
    device_id: UUID | None
    at: datetime
    seen: int
    part: str | None
    up: bool


class Wait(StrEnum):
    """What a closed part waits for."""

    COMPLETION = "completion"
    DELAY = "delay"
    CLIENT_GO = "client_go"


@dataclass(frozen=True, slots=True)
class WaitsFor:
    """What opens a part: `more` runs of another, a moment, or the client's go."""

    kind: Wait
    of: str | None = None
    more: int | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class GateState:
    """Whether a part is open, and else what it waits for."""

    is_open: bool
    waits_for: WaitsFor | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a plan at a moment.

    `runs`: moments of what was done, by part. `left_out`: parts that nobody does (said
    no to, withdrawn, ended). `orders`: every order of parts that was in force before,
    oldest first.
    """

    kind: Kind
    parts: Sequence[Part]
    runs: Mapping[str, Sequence[datetime]]
    steps: Sequence[Step]
    now: datetime
    left_out: frozenset[str] = frozenset()
    orders: Sequence[Sequence[str]] = ()


OPEN = GateState(is_open=True)
_FOR_GO = GateState(is_open=False, waits_for=WaitsFor(Wait.CLIENT_GO))


def states(known: Known) -> dict[str, GateState]:
    """Say of each part whether it is open, and else what it waits for."""
    opened = opened_by_client(known)
    found: dict[str, GateState] = {}
    for part in known.parts:
        found[part.id] = _state(part, found, opened, known)
    return found


def _state(
    part: Part, before: Mapping[str, GateState], opened: frozenset[str], known: Known
) -> GateState:
    gate = part.gate
    if isinstance(gate, AtOnce):
        return OPEN
    if isinstance(gate, ClientGo):
        return OPEN if part.id in opened else _FOR_GO
    found = _after(gate, known)
    if found.is_open or gate.of not in known.left_out:
        return found
    return before.get(gate.of, OPEN)


def _after(gate: AfterCompletion | AfterDelay, known: Known) -> GateState:
    runs = known.runs.get(gate.of, ())
    times = gate.times if isinstance(gate, AfterCompletion) else 1
    if len(runs) < times:
        more = times - len(runs)
        waits = WaitsFor(Wait.COMPLETION, of=gate.of, more=more)
        return GateState(is_open=False, waits_for=waits)
    if isinstance(gate, AfterCompletion):
        return OPEN
    until = min(runs) + timedelta(days=gate.days)
    if until <= known.now:
        return OPEN
    waits = WaitsFor(Wait.DELAY, of=gate.of, until=until)
    return GateState(is_open=False, waits_for=waits)


# --- the client's own steps -----------------------------------------------------


def opened_by_client(known: Known) -> frozenset[str]:
    """Return the parts that wait for a go and are open by the client's own.

    On a ladder those up to where the client stands, and of these only the ones they
    stepped on: a rung that somebody puts below them is not theirs yet.
    """
    if known.kind is Kind.COURSE:
        return _opened_in_course(known.steps)
    order = [part.id for part in known.parts]
    at = _height(order, position(known))
    visited = {step.part for step in known.steps}
    return frozenset(one for one in order[: at + 1] if one in visited)


def _opened_in_course(steps: Iterable[Step]) -> frozenset[str]:
    """Two devices that did not know of each other: the part stays closed."""
    by_part: dict[str, list[Choice[bool]]] = {}
    for step in steps:
        if step.part is not None:
            choice = Choice(step.id, step.device_id, step.at, step.seen, step.up)
            by_part.setdefault(step.part, []).append(choice)
    held = {part: join(choices, _closed_protects) for part, choices in by_part.items()}
    return frozenset(
        part for part, one in held.items() if one is not None and one.value
    )


def _closed_protects(is_open: bool) -> int:
    return 0 if is_open else 1


def position(known: Known) -> str | None:
    """Return the rung on which the client stands, or None for the ground.

    Of steps made on two devices that did not know of each other the lower one holds.
    A rung that is no longer there leaves them on the next one below it.
    """
    order = [part.id for part in known.parts]
    places = [
        Choice(
            step.id,
            step.device_id,
            step.at,
            step.seen,
            _settled(step.part, order, known.orders),
        )
        for step in known.steps
    ]
    held = join(places, lambda part: -_height(order, part))
    if held is not None and held.value is not None:
        return held.value
    return _lowest(known)


def _lowest(known: Known) -> str | None:
    """The first rung where it waits for nothing, else the ground."""
    first = known.parts[0] if known.parts else None
    return first.id if first is not None and is_at_once(first) else GROUND


def _height(order: Sequence[str], part: str | None) -> int:
    return -1 if part is None or part not in order else order.index(part)


def _settled(
    part: str | None, order: Sequence[str], earlier: Sequence[Sequence[str]]
) -> str | None:
    if part is None or part in order:
        return part
    old = next((one for one in reversed(earlier) if part in one), ())
    below = list(old[: _height(old, part)])
    return next((one for one in reversed(below) if one in order), GROUND)


# --- where a step may lead ------------------------------------------------------


class StepRefusal(StrEnum):
    """Why a step was not made: a stable code for programs."""

    NO_SUCH_PART = "no_such_part"
    PART_NEEDED = "part_needed"
    NOT_A_GO = "not_a_go"
    NOT_NEXT = "not_next"
    NOT_BELOW = "not_below"
    NOTHING_ABOVE = "nothing_above"


@dataclass(frozen=True, slots=True)
class Target:
    """Where a step leads; `repeated` if the client is there already."""

    part: str | None
    repeated: bool = False


def go_to(known: Known, named: str | None) -> Target | StepRefusal:
    """Say where a go leads: to the next part that waits for one, or to the one named.

    On a ladder that is the next rung above, leaving out what was left out; a rung
    below that was never gone to may be named as well.
    """
    waiting = _waiting(known)
    if named is None:
        return Target(waiting[0]) if waiting else StepRefusal.NOTHING_ABOVE
    part = next((one for one in known.parts if one.id == named), None)
    if part is None or named in known.left_out:
        return StepRefusal.NO_SUCH_PART
    if named == position(known) and known.kind is Kind.LADDER:
        return Target(named, repeated=True)
    if not isinstance(part.gate, ClientGo):
        return StepRefusal.NOT_A_GO
    if named in opened_by_client(known):
        return Target(named, repeated=True)
    if known.kind is Kind.LADDER and named not in _reachable(known):
        return StepRefusal.NOT_NEXT
    return Target(named)


def _waiting(known: Known) -> list[str]:
    """Parts that a bare go may mean, the nearest first."""
    opened = opened_by_client(known)
    at = -1
    if known.kind is Kind.LADDER:
        at = _height([part.id for part in known.parts], position(known))
    return [
        part.id
        for height, part in enumerate(known.parts)
        if height > at
        and isinstance(part.gate, ClientGo)
        and part.id not in opened
        and part.id not in known.left_out
    ]


def _reachable(known: Known) -> set[str]:
    order = [part.id for part in known.parts]
    at = _height(order, position(known))
    return {*order[: max(at, 0)], *_waiting(known)[:1]}


def down_to(known: Known, named: str | None) -> Target | StepRefusal:
    """Say where a step back leads: to the rung named or the next below; the ground is
    always there. In a course the part that is closed again must be named.
    """
    if known.kind is Kind.COURSE:
        return _closed(known, named)
    order = [part.id for part in known.parts]
    here = position(known)
    at = _height(order, here)
    if named is None:
        below = [one for one in order[: max(at, 0)] if one not in known.left_out]
        target = below[-1] if below else _lowest(known)
        return Target(target, repeated=target == here)
    if named not in order:
        return StepRefusal.NO_SUCH_PART
    if order.index(named) > at:
        return StepRefusal.NOT_BELOW
    return Target(named, repeated=named == here)


def _closed(known: Known, named: str | None) -> Target | StepRefusal:
    if named is None:
        return StepRefusal.PART_NEEDED
    part = next((one for one in known.parts if one.id == named), None)
    if part is None:
        return StepRefusal.NO_SUCH_PART
    if not isinstance(part.gate, ClientGo):
        return StepRefusal.NOT_A_GO
    return Target(named, repeated=named not in opened_by_client(known))
