"""A sending checked against the version it was begun under, and whom it names."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from api.access.caller import Caller
from api.completions import service_terms, submission
from api.completions.merge import Sent, State
from api.completions.sharing import Level
from api.completions.submission import Meaning, Run
from api.completions.terms import Begun
from api.exercises import service as exercises
from api.exercises.answers import CompiledExercise
from api.foundation.errors import Invalid
from api.people.tables import PersonAlias, Standing
from api.safety.watch import needs_support


@dataclass(frozen=True, slots=True)
class Checked:
    """A sending that may be kept, with all it was checked against."""

    run: Run
    meaning: Meaning
    begun: Begun
    compiled: CompiledExercise
    default: Level

    @property
    def sent(self) -> Sent:
        """Return what decides whether it holds."""
        return self.meaning.sent(self.run.save)

    @property
    def needs_support(self) -> bool:
        """Tell whether where help is has to come back with the answer to it."""
        return needs_support(self.compiled, self.run.answers)

    @property
    def is_done(self) -> bool:
        """Tell whether it was done: completed, or stopped where a stop is success."""
        if self.meaning.state is State.STOPPED:
            return self.compiled.protocol.stop_is_success
        return self.meaning.state is State.COMPLETED


async def check(
    db: AsyncSession,
    caller: Caller,
    run: Run,
    begun: Begun,
    moves: service_terms.Moves | None = None,
) -> Checked:
    """Check a sending against the version it was begun under.

    Raises Invalid with every fault; persons are looked up only if some are named.
    `moves` keeps what was read of assignments, for batches.
    """
    compiled = await exercises.compiled(
        db, caller.practice_id, begun.exercise_version_id
    )
    meaning = submission.read(run, compiled)
    if not isinstance(meaning, Meaning):
        raise Invalid(faults=meaning)
    if meaning.people:
        await _check_people(db, caller, meaning, begun)
    at = meaning.ended_at or run.started_at
    default = await service_terms.default_level(db, caller, begun, at, moves)
    return Checked(run, meaning, begun, compiled, default)


async def _check_people(
    db: AsyncSession, caller: Caller, meaning: Meaning, begun: Begun
) -> None:
    named = {UUID(one.person) for one in meaning.people}
    query = select(col(PersonAlias.id), col(PersonAlias.standing)).where(
        col(PersonAlias.practice_id) == caller.practice_id,
        col(PersonAlias.client_id) == caller.id,
        col(PersonAlias.id).in_(named),
    )
    connection = await db.connection()
    found = (await connection.execute(query)).all()
    standings: dict[UUID, Standing] = {row.id: row.standing for row in found}
    faults = submission.people_faults(meaning.people, standings, begun.setting)
    if faults:
        raise Invalid(faults=faults)
