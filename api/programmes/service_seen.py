"""What a reader may know of the runs and the client's steps of plans.

Gates and evidence are worked out of this alone: whoever may not know of a run doesn't
see what it opened either.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from api.access.caller import Caller
from api.completions import service_reading
from api.completions.merge import State
from api.completions.tables import Completion
from api.exercises import service as exercises
from api.exercises.answers import CompiledExercise
from api.programmes.bundle import Bundle
from api.programmes.definition import ClientGo
from api.programmes.evidence import Evidence, Side, side_of, summed
from api.programmes.gates import Step
from api.programmes.standing import is_agreed
from api.programmes.words import STEPS


@dataclass(frozen=True, slots=True)
class SeenRun:
    """One ended run that the reader may know of. `is_done`: it opens gates."""

    at: datetime
    is_done: bool
    side: Side | None


Runs = Mapping[UUID, Sequence[SeenRun]]
"""By assignment."""


async def runs_of(db: AsyncSession, caller: Caller, bundles: Sequence[Bundle]) -> Runs:
    """Return the ended runs of some plans that the caller may know of."""
    ids = [row.assignment_id for one in bundles for row, _ in one.members]
    found: dict[UUID, list[SeenRun]] = defaultdict(list)
    query = service_reading.readable(caller).where(
        col(Completion.assignment_id).in_(ids),
        col(Completion.state) != State.IN_PROGRESS,
    )
    shown = await service_reading.shown_rows(db, caller, query)
    versions = await exercises.compiled_many(
        db, caller.practice_id, list({one["exercise_version_id"] for one in shown})
    )
    for one in shown:
        run = _seen(one, versions[one["exercise_version_id"]])
        found[one["assignment_id"]].append(run)
    return found


def _seen(shown: Mapping[str, Any], compiled: CompiledExercise) -> SeenRun:
    state = shown["state"]
    points = shown.get("points")
    formulas = {one.id: one.formula for one in compiled.protocol.measures}
    return SeenRun(
        at=shown["ended_at"] or shown["started_at"],
        is_done=state == State.COMPLETED or compiled.protocol.stop_is_success,
        side=None if points is None else side_of(points, formulas),
    )


def done_by_part(bundle: Bundle, runs: Runs) -> dict[str, list[datetime]]:
    """Return when each part was done, by part, over all its assignments."""
    names = {row.part for row, _ in bundle.members}
    return {
        part: sorted(
            run.at
            for assignment_id in bundle.of_part(part)
            for run in runs.get(assignment_id, ())
            if run.is_done
        )
        for part in names
    }


def evidence_of(bundle: Bundle, part: str, runs: Runs) -> Evidence:
    """Sum up what the runs of a part showed, wherever the client stands now."""
    found = [
        run
        for assignment_id in bundle.of_part(part)
        for run in runs.get(assignment_id, ())
    ]
    return summed([run.side for run in found], len(found))


def steps_for(caller: Caller, bundle: Bundle) -> list[Step] | None:
    """Return the client's steps, or None where the reader may not know of them.

    A therapist knows where the client stands only while the client shares every part
    that is agreed and waits for a go: else one step would tell of another.
    """
    if caller.is_client:
        return bundle.steps()
    gated = {
        part.id
        for part in bundle.parts(bundle.in_force)
        if isinstance(part.gate, ClientGo)
    }
    agreed = [
        one
        for part, one in bundle.assignments(bundle.in_force).items()
        if part in gated and is_agreed(one.state)
    ]
    if not agreed or not all(one.may_share for one in agreed):
        return None
    return bundle.steps()


def version_for(caller: Caller, bundle: Bundle) -> int:
    """Return the plan's version as the reader may know it.

    Steps that they may not know of raise it for the client alone: a number that grows
    would tell of a step as well as the step itself.
    """
    hidden = 0 if steps_for(caller, bundle) is not None else len(bundle.steps())
    return bundle.plan.version - hidden


def changed_for(caller: Caller, bundle: Bundle) -> datetime:
    """Return when the plan changed last, as far as the reader may know."""
    if steps_for(caller, bundle) is not None:
        return bundle.plan.changed_at
    known = (row.received_at for row in bundle.moves if row.verb not in STEPS)
    return max(known, default=bundle.plan.offered_at)
