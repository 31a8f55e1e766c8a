"""What every move of a plan shares: opened under the client's lock, kept, told."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.access.caller import Caller
from api.access.permissions import Right
from api.assignments.service_moves import HistoryFull, IdInUse, actor_of
from api.assignments.service_moves import Stamp as PartStamp
from api.foundation import clock, journal
from api.foundation.errors import Conflict, Fault, Invalid
from api.foundation.ids import new_id
from api.people.service import client_for, next_change
from api.programmes import queries
from api.programmes.bundle import Bundle
from api.programmes.schemas_plans import PlanMoveIn
from api.programmes.service_seen import version_for
from api.programmes.tables import PlanMove, ProgrammePlan
from api.programmes.words import PlanVerb

MOST_MOVES = 2_000
_TOLD = {
    PlanVerb.OFFER: "offered",
    PlanVerb.REVISE: "revised",
    PlanVerb.CANCEL: "cancelled",
    PlanVerb.ACCEPT: "accepted",
    PlanVerb.DECLINE: "declined",
    PlanVerb.NOT_NOW: "not_now",
    PlanVerb.WITHDRAW: "withdrawn",
    PlanVerb.GO: "went_on",
    PlanVerb.DOWN: "stepped_back",
}


class PlanRefused(Conflict):
    """The move does not fit where the plan stands; the answer says why."""

    code = "plan-refused"
    title = "This does not fit where the programme stands"


@dataclass(frozen=True, slots=True)
class Said:
    """What a move says, beside its verb: all that makes it the same request."""

    revision: int | None = None
    part: str | None = None
    rest: dict[str, Any] | None = None


NOTHING = Said()


async def load(
    db: AsyncSession, practice_id: UUID, plans: list[ProgrammePlan]
) -> list[Bundle]:
    """Return plans already known to be within reach with all that belongs to them."""
    ids = [plan.id for plan in plans]
    versions = await queries.versions_of(
        db, practice_id, {plan.programme_version_id for plan in plans}
    )
    revisions = await queries.revisions_of(db, practice_id, ids)
    parts = await queries.parts_of(db, practice_id, ids)
    moves = await queries.moves_of(db, practice_id, ids)
    return [
        Bundle(
            plan,
            *versions[plan.programme_version_id],
            revisions[plan.id],
            parts[plan.id],
            moves[plan.id],
        )
        for plan in plans
    ]


async def opened(
    db: AsyncSession, caller: Caller, plan_id: UUID, *, right: Right
) -> Bundle:
    """Return a plan locked for a move, else NotFound.

    The client's row is the lock of their plans and of all their assignments: always
    taken first, so that a whole and a part can't wait for each other.
    """
    found = await queries.find_plan(db, caller, plan_id, right=right)
    await client_for(db, caller, found.client_id, right=right, lock=True)
    plan = await queries.find_plan(db, caller, plan_id, right=right, fresh=True)
    (bundle,) = await load(db, caller.practice_id, [plan])
    return bundle


def is_repeated(
    bundle: Bundle, verb: PlanVerb, stamp: PlanMoveIn, said: Said = NOTHING
) -> bool:
    """Tell whether this very move is kept already; the same id for another raises."""
    kept = next((row for row in bundle.moves if row.id == stamp.id), None)
    if kept is None:
        return False
    if (kept.verb, kept.revision, kept.said) != (
        verb,
        said.revision,
        _rest(verb, said),
    ):
        raise IdInUse
    return True


def _rest(verb: PlanVerb, said: Said) -> dict[str, Any]:
    named = {"named": said.part} if verb in (PlanVerb.GO, PlanVerb.DOWN) else {}
    return named | (said.rest or {})


async def keep(
    db: AsyncSession,
    caller: Caller,
    bundle: Bundle,
    verb: PlanVerb,
    stamp: PlanMoveIn,
    said: Said = NOTHING,
    *,
    leads_to: str | None = None,
) -> PlanMove:
    """Add a move to the history and tell the journal. `leads_to`: the part of a step."""
    plan = bundle.plan
    if plan.version >= MOST_MOVES:
        raise HistoryFull
    if stamp.seen is not None and stamp.seen > version_for(caller, bundle):
        raise Invalid(faults=[Fault("/seen", "not-yet", "There is no such version.")])
    first = verb is PlanVerb.OFFER
    now = clock.now()
    row = PlanMove(
        practice_id=plan.practice_id,
        plan_id=plan.id,
        id=stamp.id or new_id(),
        client_id=plan.client_id,
        verb=verb,
        actor=actor_of(caller),
        actor_id=caller.id,
        device_id=caller.device_id if caller.is_client else None,
        at=stamp.at or now,
        received_at=now,
        seen=0 if first else stamp.seen or plan.version,
        recorded=1 if first else plan.version + 1,
        revision=said.revision,
        part=leads_to,
        said=_rest(verb, said),
        reason=stamp.reason,
        reason_shared=stamp.reason_shared,
    )
    db.add(row)
    plan.version = row.recorded
    plan.changed_at = now
    plan.changed_seq = await next_change(db, plan.practice_id, plan.client_id)
    db.add(plan)
    await db.flush()
    subject = ("programme_plan", plan.id)
    told = f"programme.{_TOLD[verb]}"
    await journal.record(db, caller.actor, told, subject, client_id=plan.client_id)
    return row


def part_stamp(stamp: PlanMoveIn) -> PartStamp:
    """Return what goes with the moves of the parts: the maker's clock, nothing else."""
    return PartStamp(at=stamp.at)
