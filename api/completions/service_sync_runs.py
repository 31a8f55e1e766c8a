"""Runs that a device kept while it was away, taken together in a few statements."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.access.caller import Caller
from api.completions import document, queries, service_terms, service_watch
from api.completions.assembling import assemble, assemble_sharing, wish_change
from api.completions.merge import Relation, Verdict, compare
from api.completions.queries import Row
from api.completions.service import new_row, sent_columns, sent_of
from api.completions.service_checking import Checked, check
from api.completions.service_telling import tell
from api.completions.sharing import Change
from api.completions.submission import Run
from api.exercises import service as exercises
from api.foundation import clock
from api.foundation.errors import ApiError, NotFound


@dataclass(frozen=True, slots=True)
class Sending:
    """One sending of a run; `at` is its place in the batch."""

    at: int
    completion_id: UUID
    run: Run


Outcomes = dict[int, Verdict | ApiError]
"""What became of each sending, by its place in the batch."""


@dataclass(slots=True)
class _Batch:
    """What was read for a batch, and what is to be written."""

    kept: Mapping[UUID, Row]
    parts: Mapping[UUID, list[Row]]
    changes: Mapping[UUID, list[Row]]
    change: int
    new_rows: list[dict[str, Any]] = field(default_factory=list)
    new_changes: list[dict[str, Any]] = field(default_factory=list)
    told: list[tuple[UUID, Checked]] = field(default_factory=list)
    watched: list[tuple[dict[str, Any], Checked]] = field(default_factory=list)
    gave_way: list[tuple[UUID, Checked]] = field(default_factory=list)


async def submit_many(
    db: AsyncSession, caller: Caller, sendings: Sequence[Sending], change: int
) -> tuple[Outcomes, set[int]]:
    """Keep what holds of many sendings, whatever order they come in.

    Call it with the client's row locked; `change` is the batch's change number. What
    comes before its acceptance is kept and waits, sealed. Returned with the outcomes:
    the places with which support has to come back.
    """
    outcomes: Outcomes = {}
    checked = await _check_all(db, caller, sendings, outcomes)
    if not checked:
        return outcomes, set()
    ids = {sending.completion_id for sending, _ in checked}
    batch = _Batch(
        kept=await queries.find_many(db, caller.practice_id, ids),
        parts=await queries.parts_of_many(
            db, caller.practice_id, [(caller.id, one) for one in ids]
        ),
        changes=await queries.changes_of_many(db, caller.practice_id, caller.id, ids),
        change=change,
    )
    for completion_id in sorted(ids):
        group = [one for one in checked if one[0].completion_id == completion_id]
        await _keep_best(db, caller, completion_id, group, batch, outcomes)
    await _write(db, caller, batch)
    return outcomes, {
        sending.at
        for sending, one in checked
        if one.needs_support and not isinstance(outcomes[sending.at], ApiError)
    }


async def _check_all(
    db: AsyncSession, caller: Caller, sendings: Sequence[Sending], outcomes: Outcomes
) -> list[tuple[Sending, Checked]]:
    begun = await service_terms.begun_many(
        db, caller, {(one.run.assignment_id, one.run.revision) for one in sendings}
    )
    await exercises.compiled_many(
        db, caller.practice_id, [one.exercise_version_id for one in begun.values()]
    )
    moves: service_terms.Moves = {}
    checked = []
    for sending in sendings:
        run = sending.run
        terms = begun.get((run.assignment_id, run.revision))
        try:
            if terms is None:
                raise NotFound
            checked.append((sending, await check(db, caller, run, terms, moves)))
        except ApiError as error:
            outcomes[sending.at] = error
    return checked


async def _keep_best(
    db: AsyncSession,
    caller: Caller,
    completion_id: UUID,
    group: Sequence[tuple[Sending, Checked]],
    batch: _Batch,
    outcomes: Outcomes,
) -> None:
    """Keep the sending of a completion that holds against all others."""
    kept = batch.kept.get(completion_id)
    if kept is not None and kept["client_id"] != caller.id:
        outcomes.update({sending.at: NotFound() for sending, _ in group})
        return
    best = group[0][1]
    for _, one in group[1:]:
        if compare(one.sent, best.sent) is Relation.HOLDS:
            best = one
    relation = Relation.HOLDS if kept is None else compare(best.sent, sent_of(kept))
    changes = _all_changes(caller, completion_id, group, batch)
    if relation is Relation.HOLDS:
        await _put(db, caller, completion_id, best, changes, batch)
    elif kept is not None and len(changes) > len(kept["choices"]):
        await _share(db, caller, kept, changes, batch)
    final = best.sent if kept is None or relation is Relation.HOLDS else sent_of(kept)
    is_news = relation is Relation.HOLDS
    for sending, one in group:
        holds = one.meaning.digest == final.digest
        outcomes[sending.at] = _verdict(one, holds=holds, is_news=is_news)
        if not holds:
            batch.gave_way.append((completion_id, one))
        is_news = is_news and not holds


def _verdict(checked: Checked, *, holds: bool, is_news: bool) -> Verdict:
    if not holds:
        return Verdict.SUPERSEDED
    if not checked.begun.was_agreed:
        return Verdict.PENDING
    return Verdict.APPLIED if is_news else Verdict.REPEATED


def _all_changes(
    caller: Caller,
    completion_id: UUID,
    group: Sequence[tuple[Sending, Checked]],
    batch: _Batch,
) -> list[Change]:
    """Return the choices that are kept and those that came with the sendings."""
    known = {
        row["id"]: queries.to_change(row)
        for row in batch.changes.get(completion_id, ())
    }
    scope = (caller.practice_id, caller.id, completion_id)
    for _, one in group:
        wish = wish_change(one.run, one.meaning, caller.device_id)
        if wish is not None and wish.id not in known:
            known[wish.id] = wish
            batch.new_changes.append(queries.change_row(scope, wish, clock.now()))
    return list(known.values())


async def _put(
    db: AsyncSession,
    caller: Caller,
    completion_id: UUID,
    best: Checked,
    changes: Sequence[Change],
    batch: _Batch,
) -> None:
    kept = batch.kept.get(completion_id)
    assembled = assemble(
        best.compiled,
        best.run.answers,
        best.meaning.state,
        {
            part["part"]: document.unpack(part["document"])
            for part in batch.parts.get(completion_id, ())
            if part["exercise_version_id"] == best.begun.exercise_version_id
        },
        changes,
        best.default,
    )
    batch.told.append((completion_id, best))
    if kept is None:
        row = new_row(caller, completion_id, best, assembled, batch.change)
        batch.new_rows.append(row)
        batch.watched.append((row, best))
        return
    values = sent_columns(caller, best) | assembled.columns()
    await _change(db, caller, kept, values, batch)
    batch.watched.append(({**kept, **values}, best))


async def _share(
    db: AsyncSession,
    caller: Caller,
    kept: Row,
    changes: Sequence[Change],
    batch: _Batch,
) -> None:
    """A sending that gives way still has a say in what is shared."""
    compiled = await exercises.compiled(
        db, caller.practice_id, kept["exercise_version_id"]
    )
    values = assemble_sharing(compiled, changes, kept["default_level"])
    await _change(db, caller, kept, values, batch)


async def _change(
    db: AsyncSession, caller: Caller, kept: Row, values: dict[str, Any], batch: _Batch
) -> None:
    values |= {"changed_seq": batch.change, "version": kept["version"] + 1}
    await queries.change(db, kept["practice_id"], kept["id"], values)
    await service_watch.sharing_changed(db, caller, kept["id"], values)


async def _write(db: AsyncSession, caller: Caller, batch: _Batch) -> None:
    connection = await db.connection()
    if batch.new_rows:
        await connection.execute(queries.ADD, batch.new_rows)
    if batch.new_changes:
        await connection.execute(queries.ADD_CHANGE, batch.new_changes)
    if batch.told:
        await tell(db, caller, batch.told)
    for row, best in batch.watched:
        await service_watch.run_kept(
            db,
            caller,
            row,
            best.compiled,
            best.run.answers,
            batch.parts.get(row["id"], ()),
        )
    for completion_id, one in batch.gave_way:
        await service_watch.superseded(db, caller, {"id": completion_id}, one)
