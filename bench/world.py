"""The data set: one practice, made the same way every time, by direct inserts.

Each client has twenty agreed assignments and a history of three exercises, 52 runs of
each. Ids, texts and moments are the same in every run; only the tokens' days of expiry
follow the calendar.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlmodel import SQLModel

from api.access import tokens
from api.access.permissions import Role
from api.access.tables import AccessToken, Device, Membership, SignIn
from api.assignments.standing import Actor, State, Verb
from api.assignments.tables import Assignment, AssignmentMove, TermsRevision
from api.completions import document
from api.completions.merge import State as RunState
from api.completions.sharing import Level
from api.completions.tables import Completion
from api.exercises.answers import CompiledExercise, compile_exercise
from api.exercises.check import publish
from api.exercises.documents import content_hash
from api.exercises.tables import Exercise, ExerciseVersion, Origin
from api.foundation import clock
from api.foundation.crypto import b64encode, digest
from api.foundation.database import Database
from api.foundation.settings import Settings
from api.people.tables import CareTie, Client, Staff, ZoneChange
from api.practices.tables import Practice
from bench import exercise

EXERCISES = 3
RUNS = 52
ASSIGNMENTS = 20
ZONE = "Europe/Berlin"
BEGAN = datetime(2025, 6, 2, 17, 30, tzinfo=UTC)
SEEN_UP_TO = 1 + ASSIGNMENTS + EXERCISES * RUNS


@dataclass(frozen=True)
class Member:
    """A client of the data set, with what a request in their name needs."""

    id: str
    token: str
    assignment_id: str


@dataclass(frozen=True)
class World:
    """What the load generator has to know of the data set."""

    practice_id: str
    slug: str
    versions: list[str]
    clients: list[Member]

    def as_json(self) -> dict[str, Any]:
        """Return it as plain data."""
        return asdict(self)


def made_id(kind: int, number: int, part: int = 0) -> UUID:
    """Return an id that looks like a UUIDv7 made at a steady pace since the start."""
    moment = int(BEGAN.timestamp() * 1000) + number * 1000 + part
    return UUID(int=moment << 80 | 7 << 76 | kind << 64 | 2 << 62 | number << 16 | part)


PRACTICE = made_id(1, 0)
THERAPIST = made_id(2, 0)


def settings_for(url: str) -> Settings:
    """Return the settings under which both the data set and Attune work."""
    return Settings(database_url=url, demo=True, worker_in_process=False)


async def fill(url: str, clients: int) -> World:
    """Put the data set into an empty, migrated database."""
    database = Database(settings_for(url))
    try:
        async with database.writer() as db:
            for group in (_practice(), _exercises()):
                for rows in group:
                    db.add_all(rows)
                    await db.flush()
            members = []
            for number in range(clients):
                member, groups = _client(number)
                members.append(member)
                for rows in groups:
                    db.add_all(rows)
                    await db.flush()
                db.expunge_all()
            await db.commit()
    finally:
        await database.close()
    versions = [str(made_id(4, number)) for number in range(EXERCISES)]
    return World(str(PRACTICE), f"{exercise.DRAFT['slug']}-0", versions, members)


Rows = list[SQLModel]


def _practice() -> Iterator[Rows]:
    yield [
        Practice(id=PRACTICE, slug="bench", name="Bench", zone=ZONE, opened_at=BEGAN)
    ]
    yield [Staff(practice_id=PRACTICE, id=THERAPIST, name="Tess", joined_at=BEGAN)]
    yield [Membership(practice_id=PRACTICE, id=THERAPIST, roles=[Role.THERAPIST])]


def _compiled() -> CompiledExercise:
    return compile_exercise(publish(exercise.DRAFT))


def _exercises() -> Iterator[Rows]:
    written = publish(exercise.DRAFT)
    exercises: Rows = []
    versions: Rows = []
    for number in range(EXERCISES):
        slug = f"{exercise.DRAFT['slug']}-{number}"
        frozen = written | {"slug": slug}
        exercises.append(
            Exercise(
                practice_id=PRACTICE,
                id=made_id(3, number),
                slug=slug,
                origin=Origin.PRACTICE,
                modality=frozen["modality"],
                phase=frozen["phase"],
                summary={"title": frozen["title"]},
                latest_number=1,
                created_at=BEGAN,
            )
        )
        versions.append(
            ExerciseVersion(
                practice_id=PRACTICE,
                id=made_id(4, number),
                exercise_id=made_id(3, number),
                number=1,
                document=frozen,
                content_hash=content_hash(frozen),
                published_at=BEGAN,
                published_by=THERAPIST,
            )
        )
    yield exercises
    yield versions


def _client(number: int) -> tuple[Member, list[Rows]]:
    client_id = made_id(5, number)
    text = b64encode(PRACTICE.bytes + digest(client_id.bytes))
    token = tokens.read(text)
    if token is None:
        msg = "the data set's token can't be read"
        raise RuntimeError(msg)
    member = Member(str(client_id), text, str(made_id(9, number)))
    groups: list[Rows] = [
        [_client_row(client_id)],
        _ties(number, client_id),
        *_sign_in(number, client_id, token),
        _assignments(number, client_id),
        [*_terms(number, client_id), *_moves(number, client_id)],
        _completions(number, client_id),
    ]
    return member, groups


def _client_row(client_id: UUID) -> Client:
    return Client(
        practice_id=PRACTICE,
        id=client_id,
        nickname="Cleo",
        zone=ZONE,
        created_at=BEGAN,
        change_seq=SEEN_UP_TO,
    )


def _ties(number: int, client_id: UUID) -> Rows:
    return [
        ZoneChange(
            practice_id=PRACTICE,
            id=made_id(6, number),
            client_id=client_id,
            zone=ZONE,
            from_at=BEGAN,
        ),
        CareTie(
            practice_id=PRACTICE,
            id=made_id(7, number),
            client_id=client_id,
            staff_id=THERAPIST,
            began_at=BEGAN,
        ),
        Device(
            practice_id=PRACTICE,
            id=made_id(8, number),
            client_id=client_id,
            name="Phone",
            public_key={"kty": "OKP", "crv": "Ed25519", "x": "bench"},
            first_day=BEGAN.date(),
            last_day=BEGAN.date(),
        ),
    ]


def _sign_in(number: int, client_id: UUID, token: tokens.Token) -> Iterator[Rows]:
    until = clock.now() + timedelta(days=7)
    sign_in = made_id(10, number)
    yield [
        SignIn(
            practice_id=PRACTICE,
            id=sign_in,
            kind="client",
            person_id=client_id,
            device_id=made_id(8, number),
            started_at=BEGAN,
            expires_at=until,
        )
    ]
    yield [
        AccessToken(
            practice_id=PRACTICE,
            hash=token.hash,
            sign_in_id=sign_in,
            expires_at=until,
        ),
    ]


def _assignments(number: int, client_id: UUID) -> Rows:
    return [
        Assignment(
            practice_id=PRACTICE,
            id=made_id(9, number, part),
            client_id=client_id,
            offered_by=THERAPIST,
            state=State.ACTIVE,
            agreed_revision=1,
            may_do=True,
            may_share=True,
            version=2,
            changed_seq=1 + part,
            offered_at=BEGAN,
            changed_at=BEGAN + timedelta(hours=1),
        )
        for part in range(ASSIGNMENTS)
    ]


def _terms(number: int, client_id: UUID) -> Rows:
    return [
        TermsRevision(
            practice_id=PRACTICE,
            assignment_id=made_id(9, number, part),
            number=1,
            client_id=client_id,
            plan=1,
            proposed_by=Actor.THERAPIST,
            proposer_id=THERAPIST,
            exercise_id=made_id(3, part % EXERCISES),
            exercise_version_id=made_id(4, part % EXERCISES),
            terms=_agreed(f"{exercise.DRAFT['slug']}-{part % EXERCISES}"),
            made_at=BEGAN,
        )
        for part in range(ASSIGNMENTS)
    ]


def _agreed(slug: str) -> dict[str, Any]:
    return {
        "exercise": {"slug": slug, "version": 1},
        "schedule": {"kind": "as_needed"},
        "parameters": {},
        "setting": "solo",
        "with_person": None,
        "reminders": {"wanted": False, "at": []},
        "sharing": "scores",
        "rationale": "To see how the week goes, one moment at a time.",
        "easier": [],
        "lapses_after_days": None,
    }


def _moves(number: int, client_id: UUID) -> Rows:
    return [
        AssignmentMove(
            practice_id=PRACTICE,
            assignment_id=made_id(9, number, part),
            id=made_id(11, number, 2 * part + order),
            client_id=client_id,
            verb=verb,
            actor=actor,
            actor_id=client_id if actor is Actor.CLIENT else THERAPIST,
            at=BEGAN + timedelta(hours=order),
            received_at=BEGAN + timedelta(hours=order),
            seen=order,
            recorded=order + 1,
            revision=1,
            grants=grants,
        )
        for part in range(ASSIGNMENTS)
        for order, (verb, actor, grants) in enumerate(
            (
                (Verb.OFFER, Actor.THERAPIST, None),
                (Verb.ACCEPT, Actor.CLIENT, [True, False, True]),
            )
        )
    ]


def _completions(number: int, client_id: UUID) -> Rows:
    compiled = _COMPILED
    return [
        _completion(compiled, number, client_id, part)
        for part in range(EXERCISES * RUNS)
    ]


def _completion(
    compiled: CompiledExercise, number: int, client_id: UUID, part: int
) -> Completion:
    run, which = divmod(part, EXERCISES)
    began = BEGAN + timedelta(days=7 * run, hours=2 + which)
    given = exercise.answers(number + part)
    return Completion(
        practice_id=PRACTICE,
        id=made_id(12, number, part),
        client_id=client_id,
        assignment_id=made_id(9, number, which),
        terms_revision=1,
        exercise_id=made_id(3, which),
        exercise_version_id=made_id(4, which),
        state=RunState.COMPLETED,
        started_at=began,
        ended_at=began + timedelta(minutes=8),
        zone=ZONE,
        received_at=began + timedelta(minutes=9),
        device_id=made_id(8, number),
        digest=digest(f"{number}.{part}".encode()),
        document=document.pack(given),
        points=dict(compiled.measures.derive(given, "completed")),
        fraction_done=1.0,
        required_count=len(compiled.required),
        default_level=Level.SCORES,
        level=Level.SCORES,
        changed_seq=1 + ASSIGNMENTS + part,
    )


_COMPILED = _compiled()
