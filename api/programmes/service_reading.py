"""What people read of plans: the parts, their gates, and what the runs showed."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.access.caller import Caller
from api.access.permissions import Right
from api.assignments.service_moves import actor_of
from api.assignments.tables import Assignment
from api.foundation import clock
from api.foundation.errors import NotFound
from api.programmes import queries
from api.programmes.bundle import Bundle
from api.programmes.definition import ClientGo, Part
from api.programmes.evidence import Evidence
from api.programmes.gates import GateState, Known, position, states
from api.programmes.service_keeping import load
from api.programmes.service_seen import (
    Runs,
    changed_for,
    done_by_part,
    evidence_of,
    runs_of,
    steps_for,
    version_for,
)
from api.programmes.tables import PlanRevision
from api.programmes.words import STEPS, Kind


async def one(db: AsyncSession, caller: Caller, plan_id: UUID) -> Bundle:
    """Return a plan within reach with all that belongs to it, else NotFound."""
    plan = await queries.find_plan(db, caller, plan_id, right=Right.READ_ASSIGNMENTS)
    (bundle,) = await load(db, caller.practice_id, [plan])
    return bundle


async def page(
    db: AsyncSession,
    caller: Caller,
    *,
    client_id: UUID | None,
    after: UUID | None,
    limit: int,
) -> list[Bundle]:
    """Return plans of clients within reach, oldest first."""
    found = await queries.plans(
        db, caller, client_id=client_id, after=after, limit=limit
    )
    return await load(db, caller.practice_id, list(found))


async def shown(
    db: AsyncSession, caller: Caller, bundles: Sequence[Bundle]
) -> list[dict[str, Any]]:
    """Return plans as they go over the wire, each as the caller may see it."""
    runs = await runs_of(db, caller, bundles)
    return [_shown(caller, bundle, runs) for bundle in bundles]


def _shown(caller: Caller, bundle: Bundle, runs: Runs) -> dict[str, Any]:
    plan, steps = bundle.plan, steps_for(caller, bundle)
    known = _known(bundle, bundle.in_force, runs, steps or [])
    on_ladder = bundle.kind is Kind.LADDER and steps is not None
    return plan.model_dump() | {
        "version": version_for(caller, bundle),
        "changed_at": changed_for(caller, bundle),
        "programme": {"slug": bundle.slug, "version": bundle.version.number},
        "title": bundle.version.document["title"],
        "kind": bundle.kind,
        "state": bundle.state,
        "revision": bundle.in_force,
        "position": position(known) if on_ladder else None,
        "position_shared": steps is not None,
        "parts": [
            *_parts(bundle, bundle.in_force, known, runs, shares=steps is not None),
            *_proposed(bundle, runs, steps or [], shares=steps is not None),
        ],
    }


def _known(bundle: Bundle, number: int, runs: Runs, steps: Sequence[Any]) -> Known:
    return bundle.known(number, done_by_part(bundle, runs), steps, clock.now())


def _proposed(
    bundle: Bundle, runs: Runs, steps: Sequence[Any], *, shares: bool
) -> list[dict[str, Any]]:
    """The parts that are only in the order which waits for an answer."""
    if bundle.proposed == bundle.in_force:
        return []
    there = {part.id for part in bundle.parts(bundle.in_force)}
    known = _known(bundle, bundle.proposed, runs, steps)
    every = _parts(bundle, bundle.proposed, known, runs, shares=shares)
    return [part | {"is_proposed": True} for part in every if part["id"] not in there]


def _parts(
    bundle: Bundle, number: int, known: Known, runs: Runs, *, shares: bool
) -> list[dict[str, Any]]:
    assigned = bundle.assignments(number)
    gates = states(known)
    staying = {part.id for part in bundle.parts(bundle.proposed)}
    return [
        _part(
            part,
            assigned[part.id],
            gates[part.id],
            evidence_of(bundle, part.id, runs),
            hidden=isinstance(part.gate, ClientGo) and not shares,
        )
        | {"is_proposed": False, "is_leaving": part.id not in staying}
        for part in known.parts
    ]


def _part(
    part: Part,
    assignment: Assignment,
    gate: GateState,
    evidence: Evidence,
    *,
    hidden: bool,
) -> dict[str, Any]:
    waits = None if hidden or gate.waits_for is None else asdict(gate.waits_for)
    word = "open" if gate.is_open else "waiting"
    return {
        "id": part.id,
        "title": part.title,
        "exercise": part.exercise,
        "why": part.why,
        "stop_note": part.stop_note,
        "gate": part.gate,
        "assignment_id": assignment.id,
        "assignment_state": assignment.state,
        "agreed_terms": assignment.agreed_revision,
        "offered_terms": assignment.offered_revision,
        "gate_state": "not_shared" if hidden else word,
        "waits_for": waits,
        "evidence": {
            "runs": evidence.runs,
            "for": evidence.for_trust,
            "against": evidence.against,
            "unclear": evidence.unclear,
        },
    }


async def history(
    db: AsyncSession, caller: Caller, plan_id: UUID
) -> list[dict[str, Any]]:
    """Tell every move the caller may know of; reasons to their own side, or if shared."""
    bundle = await one(db, caller, plan_id)
    tells_steps = steps_for(caller, bundle) is not None
    return [
        row.model_dump()
        | {"reason": row.reason if _may_read_reason(caller, row) else None}
        for row in bundle.moves
        if tells_steps or row.verb not in STEPS
    ]


def _may_read_reason(caller: Caller, row: Any) -> bool:
    return bool(row.reason_shared) or row.actor is actor_of(caller)


async def revision(
    db: AsyncSession, caller: Caller, plan_id: UUID, number: int
) -> PlanRevision:
    """Return one numbered order of a plan's parts, else NotFound."""
    bundle = await one(db, caller, plan_id)
    found: Mapping[int, PlanRevision] = bundle.revisions
    if number not in found:
        raise NotFound
    return found[number]
