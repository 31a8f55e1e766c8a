"""The hot path of submitting: a first sending in one round trip after the caller's.

Whatever it can't keep for certain takes the careful way of `service.submit`, which
answers the same: the straight way is only ever a shorter road to the same row.
"""

from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.access.caller import Caller
from api.completions import queries_straight, service, service_terms, submission
from api.completions.merge import Relation, State
from api.completions.remembered import FixedTerms, RememberedTerms
from api.completions.service import Receipt
from api.completions.service_telling import VERBS
from api.completions.sharing import Level
from api.completions.submission import Meaning, Run
from api.exercises import service as exercises
from api.exercises.answers import CompiledExercise
from api.foundation import clock, journal
from api.foundation.database import Database
from api.foundation.errors import Invalid, NotFound
from api.safety.watch import is_quiet

_TERMS = RememberedTerms()


async def submit(
    store: Database, caller: Caller, completion_id: UUID, run: Run
) -> Receipt:
    """Keep a sending, or say that it is kept already; raises as `service.submit`."""
    receipt = await _straight(store, caller, completion_id, run)
    if receipt is not None:
        return receipt
    async with store.transaction() as db:
        return await _carefully(db, caller, completion_id, run)


async def _carefully(
    db: AsyncSession, caller: Caller, completion_id: UUID, run: Run
) -> Receipt:
    begun = await service_terms.begun(db, caller, run.assignment_id, run.revision)
    return await service.submit(db, caller, completion_id, run, begun)


async def _straight(
    store: Database, caller: Caller, completion_id: UUID, run: Run
) -> Receipt | None:
    if run.wish is not None:
        return None
    terms = await _terms(store, caller, run)
    compiled = exercises.compiled_at_hand(caller.practice_id, terms.exercise_version_id)
    if compiled is None:
        return None
    meaning = submission.read(run, compiled)
    if not isinstance(meaning, Meaning):
        raise Invalid(faults=meaning)
    if meaning.people or not _is_quiet(run, compiled, meaning):
        return None
    row = _row(caller, completion_id, run, terms, meaning)
    level = await _keep(store, caller, row, terms, meaning)
    if level is None:
        return None
    shared = {"level": level, "kept_back": [], "choices": [], "version": 1}
    return Receipt(row | shared, Relation.HOLDS, is_new=True)


def _is_quiet(run: Run, compiled: CompiledExercise, meaning: Meaning) -> bool:
    """Tell whether no rule of the safety room could find something."""
    ended = meaning.state is not State.IN_PROGRESS
    return is_quiet(compiled, run.answers, ended=ended)


async def _terms(store: Database, caller: Caller, run: Run) -> FixedTerms:
    key = (caller.practice_id, caller.id, run.assignment_id, run.revision)
    known = _TERMS.get(key)
    if known is not None:
        return known
    found = await store.straight.read(
        queries_straight.TERMS,
        {
            "practice_id": caller.practice_id,
            "client_id": caller.id,
            "assignment_id": run.assignment_id,
            "revision": run.revision,
        },
    )
    if not found:
        raise NotFound
    exercise_id, version_id, setting, sharing = found[0]
    level = Level(sharing or Level.SEALED)
    fixed = FixedTerms(exercise_id, version_id, setting or "solo", level)
    return _TERMS.keep(key, fixed)


def _row(
    caller: Caller, completion_id: UUID, run: Run, terms: FixedTerms, meaning: Meaning
) -> dict[str, Any]:
    return {
        "practice_id": caller.practice_id,
        "id": completion_id,
        "client_id": caller.id,
        "assignment_id": run.assignment_id,
        "terms_revision": run.revision,
        "occurrence": run.occurrence,
        "exercise_id": terms.exercise_id,
        "exercise_version_id": terms.exercise_version_id,
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
        "points": meaning.points,
        "fraction_done": meaning.fraction_done,
        "required_count": meaning.required_count,
    }


async def _keep(
    store: Database,
    caller: Caller,
    row: dict[str, Any],
    terms: FixedTerms,
    meaning: Meaning,
) -> Level | None:
    """Return the level at which the row was kept, or None if it was not."""
    entry = journal.entry(
        caller.actor,
        VERBS[meaning.state],
        ("completion", row["id"]),
        client_id=caller.id,
    )
    at = meaning.ended_at or row["started_at"]
    values = row | queries_straight.told(entry) | {"terms_level": terms.level, "at": at}
    if store.is_sqlite:
        steps = [(step, values) for step in queries_straight.KEEP_ON_SQLITE]
        found = (await store.straight.write(steps))[0]
    else:
        found = await store.straight.read(queries_straight.KEEP_ON_POSTGRES, values)
    return found[0][0] if found else None
