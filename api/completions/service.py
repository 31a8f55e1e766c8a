"""Submitting a run: any number of times, from any device, at any later moment.

The id is the device's own, so a retry is the same request. What was really done is
never refused because the assignment has been paused, withdrawn or ended since.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.access.caller import Caller
from api.completions import document, queries, service_watch
from api.completions.assembling import (
    Assembled,
    assemble,
    assemble_sharing,
    wish_change,
)
from api.completions.merge import Relation, Sent, compare
from api.completions.queries import Row
from api.completions.service_checking import Checked, check
from api.completions.service_telling import tell
from api.completions.sharing import Change
from api.completions.submission import Run
from api.completions.terms import Begun
from api.exercises import service as exercises
from api.foundation import clock, journal
from api.foundation.errors import Conflict, NotFound
from api.people import service as people


class SaveTaken(Conflict):
    """Another body was sent under the same save number before."""

    code = "save-taken"
    title = "Another body was sent under this save number"


class SaveSuperseded(Conflict):
    """Something that holds against this sending is kept already."""

    code = "save-superseded"
    title = "A newer sending, or an end, is kept already"


class NeverAccepted(Conflict):
    """The client never agreed to this exercise, so there is nothing to complete."""

    code = "never-accepted"
    title = "This assignment was never accepted"


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a sending: the row that is kept, and how the sending relates.

    `needs_support`: where help is has to come back with it, also to every repetition.
    """

    row: Row
    relation: Relation
    is_new: bool = False
    needs_support: bool = False


# --- submitting ---------------------------------------------------------------


async def submit(
    db: AsyncSession,
    caller: Caller,
    completion_id: UUID,
    run: Run,
    begun: Begun,
    *,
    merging: bool = False,
) -> Receipt:
    """Keep a sending, or say that it is kept already.

    `merging` is for sync: where two devices disagree the merge rule decides instead of
    a refusal, and what comes before its acceptance waits, sealed. Raises Invalid, NeverAccepted, SaveTaken, SaveSuperseded, NotFound.
    """
    checked = await check(db, caller, run, begun)
    kept = await own(db, caller, completion_id)
    if kept is not None and kept["digest"] == checked.meaning.digest:
        return Receipt(kept, Relation.SAME, needs_support=checked.needs_support)
    change = await people.next_change(db, caller.practice_id, caller.id)
    # Whoever waited for the client's row sees here what the one before has written.
    kept = await own(db, caller, completion_id)
    if kept is None:
        if not (begun.was_agreed or merging):
            raise NeverAccepted(state=begun.state)
        return await _add(db, caller, completion_id, checked, change)
    relation = compare(checked.sent, sent_of(kept))
    if not merging:
        _refuse_what_gives_way(relation, checked, kept)
    if relation is Relation.SAME:
        return Receipt(kept, relation, needs_support=checked.needs_support)
    return await _replace(db, caller, kept, checked, relation, change)


def sent_of(row: Row) -> Sent:
    """Return what decides whether a kept sending holds."""
    return Sent(row["state"], row["save"], row["digest"])


def _refuse_what_gives_way(relation: Relation, checked: Checked, kept: Row) -> None:
    members: dict[str, Any] = {"state": kept["state"], "save": kept["save"]}
    if relation is not Relation.SAME and kept["save"] == checked.run.save:
        raise SaveTaken("Raise the save number with every change.", **members)
    if relation is Relation.GIVES_WAY:
        raise SaveSuperseded(**members)


async def own(db: AsyncSession, caller: Caller, completion_id: UUID) -> Row | None:
    """Return the caller's own completion or None; NotFound if it is someone else's."""
    kept = await queries.find(db, caller.practice_id, completion_id)
    if kept is not None and kept["client_id"] != caller.id:
        raise NotFound
    return kept


async def mine(db: AsyncSession, caller: Caller, completion_id: UUID) -> Row | None:
    """Return the caller's own completion, or None whether or not someone has the id."""
    kept = await queries.find(db, caller.practice_id, completion_id)
    return kept if kept is not None and kept["client_id"] == caller.id else None


async def _add(
    db: AsyncSession, caller: Caller, completion_id: UUID, checked: Checked, change: int
) -> Receipt:
    assembled = await _assembled(db, caller, completion_id, checked)
    row = new_row(caller, completion_id, checked, assembled, change)
    connection = await db.connection()
    await connection.execute(queries.ADD, row)
    await tell(db, caller, [(completion_id, checked)])
    await service_watch.run_kept(db, caller, row, checked.compiled, checked.run.answers)
    return Receipt(
        row, Relation.HOLDS, is_new=True, needs_support=checked.needs_support
    )


def new_row(
    caller: Caller,
    completion_id: UUID,
    checked: Checked,
    assembled: Assembled,
    change: int,
) -> dict[str, Any]:
    """Return the row of a completion that is kept for the first time."""
    return (
        {"practice_id": caller.practice_id, "id": completion_id, "client_id": caller.id}
        | sent_columns(caller, checked)
        | assembled.columns()
        | {"shared_until": None, "changed_seq": change, "version": 1}
    )


async def _replace(
    db: AsyncSession,
    caller: Caller,
    kept: Row,
    checked: Checked,
    relation: Relation,
    change: int,
) -> Receipt:
    """Write what holds; a sending that gives way still has a say in what is shared."""
    if relation is Relation.GIVES_WAY:
        wish = wish_change(checked.run, checked.meaning, caller.device_id)
        if wish is not None:
            kept = await settle_again(db, caller, kept, wish, change)
        await service_watch.superseded(db, caller, kept, checked)
        return Receipt(kept, relation, needs_support=checked.needs_support)
    assembled = await _assembled(db, caller, kept["id"], checked)
    values = (
        sent_columns(caller, checked)
        | assembled.columns()
        | {"changed_seq": change, "version": kept["version"] + 1}
    )
    await queries.change(db, caller.practice_id, kept["id"], values)
    await tell(db, caller, [(kept["id"], checked)])
    row = {**kept, **values}
    await service_watch.sharing_changed(db, caller, kept["id"], values)
    await service_watch.run_kept(db, caller, row, checked.compiled, checked.run.answers)
    return Receipt(row, relation, needs_support=checked.needs_support)


async def settle_again(
    db: AsyncSession, caller: Caller, kept: Row, chosen: Change, change: int
) -> Row:
    """Add a choice about sharing to a completion and write what all of them come to."""
    scope = (caller.practice_id, caller.id, kept["id"])
    changes = [queries.to_change(row) for row in await queries.changes_of(db, *scope)]
    if chosen.id in {known.id for known in changes}:
        return kept
    await queries.add_change(db, scope, chosen, clock.now())
    changes.append(chosen)
    compiled = await exercises.compiled(
        db, caller.practice_id, kept["exercise_version_id"]
    )
    shared = assemble_sharing(compiled, changes, kept["default_level"])
    values = shared | {"changed_seq": change, "version": kept["version"] + 1}
    await queries.change(db, caller.practice_id, kept["id"], values)
    await service_watch.sharing_changed(db, caller, kept["id"], values)
    await journal.record(
        db,
        caller.actor,
        "completion.sharing_changed",
        ("completion", kept["id"]),
        client_id=caller.id,
    )
    return {**kept, **values}


async def _assembled(
    db: AsyncSession, caller: Caller, completion_id: UUID, checked: Checked
) -> Assembled:
    """Put a sending together with the parts and choices that came before it."""
    scope = (caller.practice_id, caller.id, completion_id)
    parts = await queries.parts_of(db, *scope)
    changes = [queries.to_change(row) for row in await queries.changes_of(db, *scope)]
    wish = wish_change(checked.run, checked.meaning, caller.device_id)
    if wish is not None and wish.id not in {change.id for change in changes}:
        await queries.add_change(db, scope, wish, clock.now())
        changes.append(wish)
    return assemble(
        checked.compiled,
        checked.run.answers,
        checked.meaning.state,
        {
            part["part"]: document.unpack(part["document"])
            for part in parts
            if part["exercise_version_id"] == checked.begun.exercise_version_id
        },
        changes,
        checked.default,
    )


def sent_columns(caller: Caller, checked: Checked) -> dict[str, Any]:
    """Return the columns of a completion that come from its sending alone."""
    run, meaning, begun = checked.run, checked.meaning, checked.begun
    return {
        "assignment_id": begun.assignment_id,
        "terms_revision": begun.revision,
        "occurrence": run.occurrence,
        "exercise_id": begun.exercise_id,
        "exercise_version_id": begun.exercise_version_id,
        "state": meaning.state,
        "ended_by_choice": meaning.ended_by_choice,
        "started_at": run.started_at,
        "ended_at": meaning.ended_at,
        "zone": run.zone,
        "received_at": clock.now(),
        "device_id": caller.device_id,
        "save": run.save,
        "digest": meaning.digest,
        "document": meaning.document,
        "fraction_done": meaning.fraction_done,
        "required_count": meaning.required_count,
    }
