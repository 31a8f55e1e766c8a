"""An exercise, an assignment the client agreed to, and bodies to send about it."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
from sqlmodel.ext.asyncio.session import AsyncSession

from api.assignments.standing import Actor, State, Verb
from api.assignments.tables import Assignment, AssignmentMove, TermsRevision
from api.assignments.terms import Terms
from api.exercises.check import publish
from api.exercises.tables import Exercise, ExerciseVersion, Origin
from api.foundation.ids import new_id
from api.people.tables import Client
from tests.cast import LONG_AGO, Cast, Someone

DONE_AT = datetime(2026, 5, 4, 18, 0, tzinfo=UTC)
DOCUMENT: dict[str, Any] = {
    "slug": "small-ask",
    "title": "A small ask",
    "purpose": "To try out one small ask with someone you choose.",
    "modality": "consent",
    "phase": "boundaries",
    "settings": ["solo", "trusted"],
    "evidence": "D",
    "minutes": {"least": 1, "most": 5},
    "parts": [
        {
            "id": "today",
            "steps": [
                {
                    "id": "go",
                    "type": "consent",
                    "required": True,
                    "prompt": "Would you like to?",
                },
                {"id": "who", "type": "person", "prompt": "With whom?"},
                {
                    "id": "calm",
                    "type": "scale",
                    "required": True,
                    "prompt": "How calm are you?",
                    "max": 10,
                },
                {"id": "guess", "type": "prediction", "prompt": "What do you expect?"},
                {
                    "id": "note",
                    "type": "text",
                    "size": "long",
                    "prompt": "Anything else?",
                },
            ],
        },
        {
            "id": "rounds",
            "repeat": {"at_most": 30},
            "steps": [
                {
                    "id": "words",
                    "type": "text",
                    "size": "long",
                    "prompt": "What came up?",
                }
            ],
        },
        {
            "id": "after",
            "when": "later",
            "steps": [
                {
                    "id": "came",
                    "type": "outcome",
                    "prompt": "What happened?",
                    "of": "today.guess",
                }
            ],
        },
    ],
    "measures": [
        {
            "id": "calm",
            "formula": "scale_value",
            "title": "Calm",
            "from": {"value": "today.calm"},
        },
        {
            "id": "surprise",
            "formula": "expectancy",
            "title": "Expected and found",
            "from": {"prediction": "today.guess", "outcome": "after.came"},
        },
    ],
}


@dataclass
class Stage:
    """What is agreed between the client of the cast and their therapist."""

    cast: Cast
    assignment_id: UUID
    version_id: UUID
    revision: int = 1

    def body(self, **changed: Any) -> dict[str, Any]:
        """A completed run, with some members changed."""
        return {
            "assignment_id": str(self.assignment_id),
            "revision": self.revision,
            "state": "completed",
            "save": 1,
            "started_at": DONE_AT.isoformat(),
            "ended_at": (DONE_AT + timedelta(minutes=5)).isoformat(),
            "zone": "Europe/Berlin",
            "answers": {
                "today": {
                    "go": "given",
                    "calm": 6,
                    "guess": {"event": "They laugh", "belief": 80},
                }
            },
        } | changed

    def under_way(self, **changed: Any) -> dict[str, Any]:
        """A run that has not ended."""
        state = {"state": "in_progress", "ended_at": None}
        answers = {"today": {"go": "given"}}
        return self.body(**(state | {"answers": answers} | changed))

    def part(self, **changed: Any) -> dict[str, Any]:
        """The follow-up of a week later."""
        return {
            "assignment_id": str(self.assignment_id),
            "revision": self.revision,
            "done_at": (DONE_AT + timedelta(days=7)).isoformat(),
            "zone": "Europe/Berlin",
            "answers": {"came": {"result": "did_not_happen", "belief_now": 20}},
        } | changed

    async def send(
        self, body: dict[str, Any], completion_id: UUID, who: Someone | None = None
    ) -> httpx.Response:
        """Put a run in the client's name."""
        someone = who or self.cast.client
        return await someone.put(f"/v1/completions/{completion_id}", json=body)

    async def done(self, *, level: str | None = None, **changed: Any) -> UUID:
        """Put a run, and say what is shared of it."""
        completion_id = new_id()
        if level is not None:
            changed["sharing"] = {"level": level}
        answer = await self.send(self.body(**changed), completion_id)
        assert answer.status_code == 201, answer.text
        return completion_id


async def add_version(
    db: AsyncSession,
    practice_id: UUID,
    document: dict[str, Any] = DOCUMENT,
    *,
    exercise_id: UUID | None = None,
    number: int = 1,
) -> ExerciseVersion:
    """Publish a version, of a new exercise unless one is named."""
    published = publish(document)
    if exercise_id is None:
        exercise = Exercise(
            practice_id=practice_id,
            slug=f"{document['slug']}-{new_id().hex[-8:]}",
            origin=Origin.PRACTICE,
            latest_number=number,
            created_at=LONG_AGO,
        )
        db.add(exercise)
        await db.flush()
        exercise_id = exercise.id
    version = ExerciseVersion(
        practice_id=practice_id,
        exercise_id=exercise_id,
        number=number,
        document=published,
        content_hash=new_id().hex,
        published_at=LONG_AGO,
    )
    db.add(version)
    await db.flush()
    return version


async def add_terms(
    db: AsyncSession,
    assignment: Assignment,
    version: ExerciseVersion,
    number: int = 1,
    **terms: Any,
) -> None:
    """Add a revision of the terms."""
    db.add(
        TermsRevision(
            practice_id=assignment.practice_id,
            assignment_id=assignment.id,
            number=number,
            client_id=assignment.client_id,
            plan=1,
            proposed_by=Actor.THERAPIST,
            proposer_id=assignment.offered_by,
            exercise_id=version.exercise_id,
            exercise_version_id=version.id,
            terms=Terms.model_validate(
                {
                    "exercise": {"slug": "small-ask", "version": version.number},
                    "schedule": {"kind": "as_needed"},
                    "sharing": "scores",
                }
                | terms
            ).model_dump(mode="json"),
            made_at=LONG_AGO,
        )
    )
    await db.flush()


async def add_assignment(
    db: AsyncSession,
    cast: Cast,
    version: ExerciseVersion,
    *,
    agreed: bool = True,
    share: bool = True,
    **terms: Any,
) -> Assignment:
    """Offer an exercise to the client of the cast."""
    client = await db.get_one(Client, (cast.practice_id, cast.client.id))
    return await add_assignment_of(
        db, client, cast.therapist.id, version, agreed=agreed, share=share, **terms
    )


async def add_assignment_of(
    db: AsyncSession,
    client: Client,
    offered_by: UUID,
    version: ExerciseVersion,
    *,
    agreed: bool = True,
    share: bool = True,
    ident: UUID | None = None,
    **terms: Any,
) -> Assignment:
    """Offer an exercise to a client; they said yes unless told otherwise."""
    assignment = Assignment(
        id=ident or new_id(),
        practice_id=client.practice_id,
        client_id=client.id,
        offered_by=offered_by,
        state=State.ACTIVE if agreed else State.OFFERED,
        agreed_revision=1 if agreed else None,
        offered_revision=None if agreed else 1,
        may_do=agreed,
        may_share=agreed and share,
        version=2 if agreed else 1,
        offered_at=LONG_AGO,
        changed_at=LONG_AGO,
    )
    db.add(assignment)
    await db.flush()
    await add_terms(db, assignment, version, **terms)
    await add_move(db, assignment, Verb.OFFER, seen=0, actor=Actor.THERAPIST)
    if agreed:
        yes = [True, False, share]
        await add_move(db, assignment, Verb.ACCEPT, seen=1, grants=yes)
    return assignment


async def add_move(
    db: AsyncSession,
    assignment: Assignment,
    verb: Verb,
    *,
    seen: int,
    at: datetime = LONG_AGO,
    actor: Actor = Actor.CLIENT,
    grants: list[bool] | None = None,
) -> None:
    """Write down a move."""
    revision = 1 if verb in (Verb.OFFER, Verb.ACCEPT) else None
    db.add(
        AssignmentMove(
            practice_id=assignment.practice_id,
            assignment_id=assignment.id,
            id=new_id(),
            client_id=assignment.client_id,
            verb=verb,
            actor=actor,
            at=at,
            received_at=at,
            seen=seen,
            recorded=seen + 1,
            revision=revision,
            grants=grants,
        )
    )
    await db.flush()


async def set_up(cast: Cast, **terms: Any) -> Stage:
    """Agree an exercise between the client of the cast and their therapist."""
    async with cast.store.writer() as db:
        version = await add_version(db, cast.practice_id)
        assignment = await add_assignment(db, cast, version, **terms)
        await db.commit()
    return Stage(cast, assignment.id, version.id)
