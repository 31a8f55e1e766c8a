"""A client's past, written straight into the tables: for tests of what is read of it."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.assignments.standing import Actor, State, Verb
from api.assignments.tables import Assignment, AssignmentMove, TermsRevision
from api.completions import document
from api.completions.merge import State as RunState
from api.completions.sharing import Level
from api.completions.tables import Completion
from api.exercises import service_publishing
from api.exercises.tables import Exercise, ExerciseVersion
from api.foundation.database import Database
from api.foundation.ids import new_id
from api.people.service import next_change
from tests.cast import Someone

BERLIN = ZoneInfo("Europe/Berlin")
FIRST = datetime(2026, 3, 2, 18, 0, tzinfo=BERLIN)
WEEKLY = {
    "kind": "recurring",
    "starts": "2026-03-02T18:00:00",
    "rule": "FREQ=WEEKLY;COUNT=20",
    "zone": "Europe/Berlin",
}


async def load_library(store: Database, practice_id: UUID) -> None:
    async with store.writer() as db:
        await service_publishing.load_library(db, practice_id)
        await db.commit()


async def agree(
    store: Database,
    client: Someone,
    therapist: Someone,
    slug: str = "paced-breath",
    *,
    schedule: dict[str, Any] | None = None,
    share: bool = True,
    at: datetime = FIRST - timedelta(days=2),
) -> Assignment:
    """An assignment that was offered and accepted."""
    practice = client.practice_id
    async with store.writer() as db:
        version = await _version(db, practice, slug)
        assignment = Assignment(
            practice_id=practice,
            client_id=client.id,
            offered_by=therapist.id,
            state=State.ACTIVE,
            agreed_revision=1,
            may_do=True,
            may_share=share,
            version=2,
            offered_at=at,
            changed_at=at,
        )
        db.add(assignment)
        await db.flush()
        db.add(_terms(assignment, version, slug, schedule or WEEKLY))
        await _moves(db, assignment, client, therapist, at, share=share)
        await db.commit()
    return assignment


async def _version(db: AsyncSession, practice: UUID, slug: str) -> ExerciseVersion:
    query = (
        select(ExerciseVersion)
        .join(Exercise, col(Exercise.id) == col(ExerciseVersion.exercise_id))
        .where(col(Exercise.practice_id) == practice, col(Exercise.slug) == slug)
    )
    return (await db.exec(query)).one()


def _terms(
    assignment: Assignment,
    version: ExerciseVersion,
    slug: str,
    schedule: dict[str, Any],
) -> TermsRevision:
    return TermsRevision(
        practice_id=assignment.practice_id,
        assignment_id=assignment.id,
        number=1,
        client_id=assignment.client_id,
        plan=1,
        proposed_by=Actor.THERAPIST,
        proposer_id=assignment.offered_by,
        exercise_id=version.exercise_id,
        exercise_version_id=version.id,
        terms={
            "exercise": {"slug": slug, "version": 1},
            "schedule": schedule,
            "sharing": "scores",
        },
        made_at=assignment.offered_at,
    )


async def _moves(
    db: Any,
    assignment: Assignment,
    client: Someone,
    therapist: Someone,
    at: datetime,
    *,
    share: bool,
) -> None:
    def move(verb: Verb, actor: Actor, actor_id: UUID, heard: int) -> AssignmentMove:
        return AssignmentMove(
            practice_id=assignment.practice_id,
            assignment_id=assignment.id,
            id=new_id(),
            client_id=client.id,
            verb=verb,
            actor=actor,
            actor_id=actor_id,
            at=at + timedelta(hours=heard),
            received_at=at + timedelta(hours=heard),
            seen=heard,
            recorded=heard + 1,
            revision=1,
            grants=[True, False, share] if verb is Verb.ACCEPT else None,
        )

    db.add(move(Verb.OFFER, Actor.THERAPIST, therapist.id, 0))
    db.add(move(Verb.ACCEPT, Actor.CLIENT, client.id, 1))


async def run(
    store: Database,
    assignment: Assignment,
    points: dict[str, Any],
    *,
    week: int = 0,
    state: RunState = RunState.COMPLETED,
    level: Level = Level.SCORES,
    hidden: tuple[str, ...] = (),
    occurrence: str | None = None,
    fraction: float = 1.0,
    review: dict[str, Any] | None = None,
    by_person: dict[str, Any] | None = None,
    hides_persons: bool = False,
) -> Completion:
    """A run that ended so many weeks after the first planned time."""
    at = FIRST + timedelta(weeks=week)
    answers = {"closing": {"review": review}} if review else {}
    async with store.writer() as db:
        terms = await db.get(TermsRevision, (assignment.practice_id, assignment.id, 1))
        assert terms is not None
        row = Completion(
            practice_id=assignment.practice_id,
            client_id=assignment.client_id,
            assignment_id=assignment.id,
            terms_revision=1,
            occurrence=occurrence,
            exercise_id=terms.exercise_id,
            exercise_version_id=terms.exercise_version_id,
            state=state,
            ended_by_choice=state is RunState.STOPPED,
            started_at=at - timedelta(minutes=5),
            ended_at=None if state is RunState.IN_PROGRESS else at,
            zone="Europe/Berlin",
            received_at=at,
            digest=b"",
            document=document.pack(answers),
            points=points,
            fraction_done=fraction,
            default_level=level,
            level=level,
            hidden_points=list(hidden),
            by_person=by_person or {},
            hides_persons=hides_persons,
        )
        db.add(row)
        await next_change(db, assignment.practice_id, assignment.client_id)
        await db.commit()
    return row


def distress(before: int, after: int) -> dict[str, Any]:
    reading = {"before": before, "after": after, "change": after - before, "max": 10}
    return {"distress": reading}
