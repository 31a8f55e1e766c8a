"""A device comes back: its operations are taken one by one, then it learns the rest.

One transaction; an operation that is refused takes nothing of another with it. The
order of operations, repeating them, and splitting them into batches change nothing.
"""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import ValidationError
from sqlmodel.ext.asyncio.session import AsyncSession

from api.access.caller import Caller
from api.assignments import service as assignments
from api.assignments import service_care as care
from api.assignments import service_occurrences as occurrences
from api.assignments import service_reading as reading
from api.assignments.lifecycle import apply
from api.assignments.rows import said_of, standing_of
from api.assignments.service_moves import IdInUse, Result
from api.assignments.standing import Repeated
from api.assignments.tables import AssignmentMove, OccurrenceAnswer
from api.completions import (
    queries,
    service_changes,
    service_defaults,
    service_parts,
    service_sharing,
    service_sync_runs,
    service_terms,
)
from api.completions.merge import Relation, Verdict
from api.completions.schemas_sync import (
    KINDS,
    CompletionOp,
    MoveOp,
    OccurrenceOp,
    PartOp,
    SharingOp,
    WorseningOp,
)
from api.completions.service_changes import Changes
from api.completions.service_parts import Part
from api.completions.service_sync_runs import Sending
from api.completions.sharing import Change, settle
from api.foundation.errors import ApiError, Conflict, Fault, Invalid, faults_of
from api.foundation.schemas import In
from api.people import service as people
from api.safety.service_gate import HeldBack


class Superseded(Conflict):
    """Something that holds against it was said meanwhile."""

    code = "superseded"
    title = "Something else was chosen meanwhile, and the safer choice holds"


@dataclass(slots=True)
class Verdicts:
    """What became of each operation, by its place; a refusal comes with its reason."""

    ids: Sequence[UUID]
    kinds: dict[int, Verdict] = field(default_factory=dict)
    problems: dict[int, ApiError] = field(default_factory=dict)
    support: set[int] = field(default_factory=set)

    def refuse(self, at: int, error: ApiError) -> None:
        """Note a refusal."""
        self.kinds[at] = Verdict.REFUSED
        self.problems[at] = error

    def note(self, at: int, outcome: Verdict | ApiError) -> None:
        """Note what became of an operation."""
        if isinstance(outcome, ApiError):
            self.refuse(at, outcome)
        else:
            self.kinds[at] = outcome

    def shown(self, support: Mapping[str, Any] | None) -> list[dict[str, Any]]:
        """Return the verdicts as they go over the wire, in the operations' order.

        `support` goes with those of `self.support`.
        """
        return [
            {
                "id": ident,
                "verdict": self.kinds[at],
                "problem": self.problems[at].document()
                if at in self.problems
                else None,
                "support": support if at in self.support else None,
            }
            for at, ident in enumerate(self.ids)
        ]


@dataclass(frozen=True, slots=True)
class _Work:
    """What every step of a batch needs."""

    db: AsyncSession
    caller: Caller
    verdicts: Verdicts
    change: int


async def sync(
    db: AsyncSession,
    caller: Caller,
    operations: Sequence[Any],
    *,
    seen: int,
    have: Collection[UUID] = (),
) -> tuple[Verdicts, Changes]:
    """Take what a device did, and return the verdicts with everything changed since.

    `seen` is the change number the device has; `have` are exercise versions it has.
    Raises Invalid if an operation has no id to answer to.
    """
    verdicts = Verdicts(_ids(operations))
    read = _read_all(operations, verdicts)
    if read:
        change = await people.next_change(db, caller.practice_id, caller.id)
        work = _Work(db, caller, verdicts, change)
        await _take(work, read)
    return verdicts, await service_changes.since(db, caller, seen, have)


def _ids(operations: Sequence[Any]) -> list[UUID]:
    ids, faults = [], []
    for at, operation in enumerate(operations):
        try:
            ids.append(UUID(operation["id"]))
        except (TypeError, KeyError, ValueError, AttributeError):
            message = "Every operation needs an id that is a UUID."
            faults.append(Fault(f"/operations/{at}/id", "missing-id", message))
    if faults:
        raise Invalid(faults=faults)
    return ids


def _read_all(operations: Sequence[Any], verdicts: Verdicts) -> dict[int, In]:
    read = {}
    for at, operation in enumerate(operations):
        kind = KINDS.get(str(operation.get("kind")))
        try:
            if kind is None:
                message = f"Expected one of {', '.join(KINDS)}."
                raise Invalid(faults=[Fault("/kind", "unknown-kind", message)])
            read[at] = kind.model_validate(operation)
        except ValidationError as error:
            verdicts.refuse(at, Invalid(faults=faults_of(error.errors())))
        except Invalid as error:
            verdicts.refuse(at, error)
    return read


async def _take(work: _Work, read: Mapping[int, In]) -> None:
    """Take operations kind by kind: what is agreed first, then what was done.

    What made it worse is heard before any yes: the brake holds for the whole batch.
    """
    moves = {at: one for at, one in read.items() if isinstance(one, MoveOp)}
    answers = {at: one for at, one in read.items() if isinstance(one, OccurrenceOp)}
    runs = {at: one for at, one in read.items() if isinstance(one, CompletionOp)}
    parts = {at: one for at, one in read.items() if isinstance(one, PartOp)}
    choices = {at: one for at, one in read.items() if isinstance(one, SharingOp)}
    worse = {at: one for at, one in read.items() if isinstance(one, WorseningOp)}
    await _take_worsenings(work, worse)
    await _take_moves(work, moves)
    await _take_answers(work, answers)
    sendings = [
        Sending(at, one.completion_id, one.completion.run()) for at, one in runs.items()
    ]
    if sendings:
        outcomes, support = await service_sync_runs.submit_many(
            work.db, work.caller, sendings, work.change
        )
        for at, outcome in outcomes.items():
            work.verdicts.note(at, outcome)
        work.verdicts.support |= support
    await _take_parts(work, parts)
    await _take_choices(work, choices)


async def _apart(
    work: _Work, at: int, take: Callable[[], Awaitable[Verdict | None]]
) -> bool:
    """Take one operation in a savepoint; True if it stands.

    None from `take` undoes it without saying why: the reason is noted already.
    """
    savepoint = await work.db.begin_nested()
    try:
        verdict = await take()
    except ApiError as error:
        await savepoint.rollback()
        work.verdicts.refuse(at, error)
        return False
    if verdict is None:
        await savepoint.rollback()
        return False
    await savepoint.commit()
    work.verdicts.kinds[at] = verdict
    return True


# --- moves --------------------------------------------------------------------


async def _take_moves(work: _Work, moves: Mapping[int, MoveOp]) -> None:
    in_order = sorted(moves.items(), key=lambda one: (one[1].at, one[1].id))
    touched = set()
    for at, move in in_order:

        async def take(at: int = at, move: MoveOp = move) -> Verdict | None:
            return await _take_move(work, at, move)

        if await _apart(work, at, take):
            touched.add(move.assignment_id)
    for at, move in in_order:
        if work.verdicts.kinds[at] is not Verdict.REFUSED:
            await _judge_move(work, at, move)
    if touched:
        await service_defaults.settle_defaults(
            work.db, work.caller, touched, work.change
        )


async def _take_move(work: _Work, at: int, move: MoveOp) -> Verdict | None:
    made = await assignments.apply_client_move(
        work.db, work.caller, move.assignment_id, move
    )
    if made.result is Result.APPLIED:
        return Verdict.APPLIED
    if isinstance(made.error, IdInUse | HeldBack):
        raise made.error
    if await _kept_move(work, move) is None:
        problem = Superseded(made.message, reason=made.refusal)
        work.verdicts.refuse(at, problem)
        return None
    return Verdict.REPEATED


async def _kept_move(work: _Work, move: MoveOp) -> AssignmentMove | None:
    key = (work.caller.practice_id, move.assignment_id, move.id)
    return await work.db.get(AssignmentMove, key)


async def _judge_move(work: _Work, at: int, move: MoveOp) -> None:
    """Say of a kept move whether it holds, now that all of them are in."""
    kept = await _kept_move(work, move)
    if kept is None or kept.took_effect:
        return
    assignment = await reading.get(work.db, work.caller, move.assignment_id)
    if not isinstance(apply(standing_of(assignment), said_of(kept).move), Repeated):
        work.verdicts.kinds[at] = Verdict.SUPERSEDED
        work.verdicts.problems.setdefault(at, Superseded(state=assignment.state.value))


async def _take_worsenings(work: _Work, worse: Mapping[int, WorseningOp]) -> None:
    in_order = sorted(worse.items(), key=lambda one: (one[1].at, one[1].id, one[0]))
    for at, told in in_order:

        async def take(told: WorseningOp = told) -> Verdict:
            is_new = await care.hear_worsening(work.db, work.caller, told)
            return Verdict.APPLIED if is_new else Verdict.REPEATED

        await _apart(work, at, take)


# --- answers to occurrences ---------------------------------------------------


async def _take_answers(work: _Work, answers: Mapping[int, OccurrenceOp]) -> None:
    in_order = sorted(answers.items(), key=lambda one: (one[1].id, one[0]))
    for at, answer in in_order:

        async def take(answer: OccurrenceOp = answer) -> Verdict | None:
            known = await _kept_answer(work, answer)
            await occurrences.answer_occurrence(
                work.db, work.caller, answer.assignment_id, answer.occurrence, answer
            )
            return Verdict.APPLIED if known is None else Verdict.REPEATED

        await _apart(work, at, take)
    for at, answer in in_order:
        if work.verdicts.kinds[at] is not Verdict.REFUSED:
            kept = await _kept_answer(work, answer)
            if kept is not None and not kept.holds:
                work.verdicts.kinds[at] = Verdict.SUPERSEDED


async def _kept_answer(work: _Work, answer: OccurrenceOp) -> OccurrenceAnswer | None:
    key = (work.caller.practice_id, answer.assignment_id, answer.id)
    return await work.db.get(OccurrenceAnswer, key)


# --- follow-ups and sharing ---------------------------------------------------


async def _take_parts(work: _Work, parts: Mapping[int, PartOp]) -> None:
    """Take the one that holds first, so that its rivals give way every time."""
    in_order = sorted(parts.items(), key=lambda one: (*_part_order(one[1]), one[0]))
    for at, op in in_order:

        async def take(at: int = at, op: PartOp = op) -> Verdict | None:
            return await _take_part(work, at, op)

        await _apart(work, at, take)


def _part_order(op: PartOp) -> tuple[datetime, bytes]:
    body = op.follow_up
    _, digest = service_parts.packed(_part(op), body.assignment_id, body.revision)
    return body.done_at, digest


def _part(op: PartOp) -> Part:
    body = op.follow_up
    return Part(op.completion_id, op.part, body.done_at, body.zone, body.answers)


async def _take_part(work: _Work, at: int, op: PartOp) -> Verdict:
    body = op.follow_up
    begun = await service_terms.begun(
        work.db, work.caller, body.assignment_id, body.revision
    )
    receipt = await service_parts.add_part(
        work.db, work.caller, _part(op), begun, merging=True
    )
    if receipt.needs_support:
        work.verdicts.support.add(at)
    if receipt.relation is Relation.GIVES_WAY:
        return Verdict.SUPERSEDED
    if receipt.pending:
        return Verdict.PENDING
    is_new = receipt.relation is Relation.HOLDS
    return Verdict.APPLIED if is_new else Verdict.REPEATED


async def _take_choices(work: _Work, choices: Mapping[int, SharingOp]) -> None:
    in_order = sorted(choices.items(), key=lambda one: (one[1].at, one[1].id, one[0]))
    for at, op in in_order:

        async def take(op: SharingOp = op) -> Verdict | None:
            return await _take_choice(work, op)

        await _apart(work, at, take)
    ids = {op.completion_id for op in choices.values()}
    if not ids:
        return
    known = await queries.changes_of_many(
        work.db, work.caller.practice_id, work.caller.id, ids
    )
    for at, op in in_order:
        if work.verdicts.kinds[at] not in (Verdict.REFUSED, Verdict.PENDING):
            rows = known.get(op.completion_id, ())
            settled = settle(map(queries.to_change, rows), op.level)
            if op.id not in settled.heads or settled.level is not op.level:
                work.verdicts.kinds[at] = Verdict.SUPERSEDED


async def _take_choice(work: _Work, op: SharingOp) -> Verdict:
    chosen = Change(
        op.id,
        work.caller.device_id,
        op.at,
        op.level,
        frozenset(op.kept_back),
        frozenset(op.seen),
    )
    is_new, waits = await service_sharing.add_choice(
        work.db, work.caller, op.completion_id, chosen
    )
    if waits:
        return Verdict.PENDING
    return Verdict.APPLIED if is_new else Verdict.REPEATED
