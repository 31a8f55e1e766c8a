"""Follow-up parts: a prediction today, its outcome next week, in whatever order.

A part may arrive before the completion it belongs to; then it waits. What was sent
once is never rewritten.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.access.caller import Caller
from api.completions import document, queries, service_watch, submission
from api.completions.assembling import assemble_readings
from api.completions.merge import Relation, compare_parts
from api.completions.queries import Row
from api.completions.service import NeverAccepted, mine
from api.completions.terms import Begun
from api.exercises import service as exercises
from api.exercises.answers import CompiledExercise
from api.foundation import clock, journal
from api.foundation.errors import Conflict, Invalid
from api.people import service as people
from api.safety.watch import needs_support


class PartTaken(Conflict):
    """Another body was sent for this part before."""

    code = "part-taken"
    title = "Another body was sent for this part"


class OtherTerms(Conflict):
    """The completion was begun under other terms than the part names."""

    code = "other-terms"
    title = "The completion was begun under other terms"


@dataclass(frozen=True, slots=True)
class Part:
    """One sending of a follow-up part."""

    completion_id: UUID
    part: str
    done_at: datetime
    zone: str
    answers: Any


@dataclass(frozen=True, slots=True)
class PartReceipt:
    """What became of a part; `pending` while its completion has not arrived."""

    row: Row
    relation: Relation
    pending: bool
    is_new: bool = False
    needs_support: bool = False


async def add_part(
    db: AsyncSession,
    caller: Caller,
    sent: Part,
    begun: Begun,
    *,
    merging: bool = False,
) -> PartReceipt:
    """Keep a follow-up part.

    `merging` is for sync: of two sendings the one written down first holds. Raises
    Invalid, NotFound, PartTaken, OtherTerms, NeverAccepted.
    """
    compiled = await exercises.compiled(
        db, caller.practice_id, begun.exercise_version_id
    )
    change = await people.next_change(db, caller.practice_id, caller.id)
    run = await mine(db, caller, sent.completion_id)
    _check(sent, begun, compiled, run, merging=merging)
    row = _row(caller, sent, begun)
    parts = await queries.parts_of(
        db, caller.practice_id, caller.id, sent.completion_id
    )
    kept = next((one for one in parts if one["part"] == sent.part), None)
    relation = _relation(row, kept, merging=merging)
    support = needs_support(compiled, {sent.part: sent.answers})
    if relation is not Relation.HOLDS:
        if relation is Relation.GIVES_WAY:
            await service_watch.part_kept(db, caller, row, None, compiled)
        waits = run is None
        return PartReceipt(kept or row, relation, waits, needs_support=support)
    await _write(db, row, kept)
    if run is not None:
        others = [one for one in parts if one["part"] != sent.part]
        await _read_again(db, caller, run, [*others, row], change)
    await service_watch.part_kept(db, caller, row, run, compiled)
    await journal.record(
        db,
        caller.actor,
        "completion.part_added",
        ("completion", sent.completion_id),
        client_id=caller.id,
    )
    return PartReceipt(
        row, relation, run is None, is_new=kept is None, needs_support=support
    )


def _check(
    sent: Part,
    begun: Begun,
    compiled: CompiledExercise,
    run: Row | None,
    *,
    merging: bool,
) -> None:
    """Refuse what can't be kept; in sync nothing may depend on what came first."""
    earlier = None
    if run is None and not (begun.was_agreed or merging):
        raise NeverAccepted(state=begun.state)
    if run is not None and not merging:
        if run["exercise_version_id"] != begun.exercise_version_id:
            raise OtherTerms
        earlier = document.unpack(run["document"])
    faults = submission.read_part(sent.part, sent.answers, compiled, earlier)
    if faults:
        raise Invalid(faults=faults)


def _relation(row: Row, kept: Row | None, *, merging: bool) -> Relation:
    if kept is None:
        return Relation.HOLDS
    relation = compare_parts(
        (row["done_at"], row["digest"]), (kept["done_at"], kept["digest"])
    )
    if relation is not Relation.SAME and not merging:
        raise PartTaken
    return relation


def packed(sent: Part, assignment_id: UUID, revision: int) -> tuple[bytes, bytes]:
    """Return a part's document and digest; equal sendings have equal digests."""
    kept = document.pack({sent.part: sent.answers})
    head = {
        "part": sent.part,
        "assignment": assignment_id,
        "revision": revision,
        "done": sent.done_at.timestamp(),
        "zone": sent.zone,
    }
    return kept, document.digest(head, kept)


def _row(caller: Caller, sent: Part, begun: Begun) -> dict[str, Any]:
    kept, digest = packed(sent, begun.assignment_id, begun.revision)
    return {
        "practice_id": caller.practice_id,
        "client_id": caller.id,
        "completion_id": sent.completion_id,
        "part": sent.part,
        "assignment_id": begun.assignment_id,
        "terms_revision": begun.revision,
        "exercise_version_id": begun.exercise_version_id,
        "done_at": sent.done_at,
        "zone": sent.zone,
        "received_at": clock.now(),
        "device_id": caller.device_id,
        "digest": digest,
        "document": kept,
    }


async def _write(db: AsyncSession, row: Row, kept: Row | None) -> None:
    if kept is not None:
        await queries.change_part(db, row)
        return
    connection = await db.connection()
    await connection.execute(queries.ADD_PART, dict(row))


async def _read_again(
    db: AsyncSession,
    caller: Caller,
    run: Row,
    parts: Sequence[Row],
    change: int,
) -> None:
    """Write the readings of a run and all its follow-ups."""
    compiled = await exercises.compiled(
        db, caller.practice_id, run["exercise_version_id"]
    )
    answers = document.unpack(run["document"])
    values: dict[str, Any] = {"changed_seq": change, "version": run["version"] + 1}
    if answers is not None:
        values |= assemble_readings(
            compiled,
            answers,
            run["state"],
            {
                one["part"]: document.unpack(one["document"])
                for one in parts
                if one["exercise_version_id"] == run["exercise_version_id"]
            },
        )
    await queries.change(db, caller.practice_id, run["id"], values)
