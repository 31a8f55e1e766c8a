"""Adherence, dose and choices, as the client and as the therapist read them.

The therapist reads shared occurrences only; without the client's grant to share there
is no ratio at all. The client reads what they did, never a count of what they did not.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from api.access.caller import Caller
from api.access.permissions import Right
from api.assignments import service_occurrences as planned_service
from api.assignments import service_reading as assignments_room
from api.assignments.rows import said_of
from api.assignments.service_occurrences import Facts
from api.assignments.standing import AGREED_STATES, Actor, Verb
from api.assignments.tables import Assignment, AssignmentMove
from api.assignments.terms import SharingLevel
from api.completions import service_reading
from api.completions.tables import Completion
from api.exercises import service as exercises
from api.foundation import clock
from api.people.service import client_for
from api.progress import hiding
from api.progress import queries_past as queries
from api.progress.adherence import (
    Adherence,
    Occurrence,
    OccurrenceStatus,
    adherence,
    dose,
)
from api.progress.engagement import engagement
from api.progress.planned import (
    Asked,
    SeenRun,
    efforts,
    history,
    reviews,
    seen_run,
    shared_when_agreed,
)
from api.progress.runs import VersionFacts, facts_of
from api.progress.views import (
    PARAMETER_SET,
    adherence_view,
    dose_view,
    engagement_view,
    not_shared,
    ratios_view,
)

_OWN_CHOICES = frozenset(
    {Verb.DECLINE, Verb.NOT_NOW, Verb.COUNTER, Verb.PAUSE, Verb.WITHDRAW, Verb.REVOKE}
)
_ANSWERED_CHOICES = frozenset({"not_today", "not_safe_to"})


@dataclass(frozen=True, slots=True)
class Past:
    """One assignment with everything the reader may know of it."""

    assignment: Assignment
    exercise: VersionFacts
    facts: Facts
    runs: Sequence[SeenRun]
    occurrences: Sequence[Occurrence]
    moves: Sequence[AssignmentMove]
    is_shared: bool


@dataclass(frozen=True, slots=True)
class Days:
    """Local days first…last, both included; None is open."""

    first: date | None = None
    last: date | None = None

    def hold(self, day: date) -> bool:
        """Whether a day lies between them."""
        after = self.first is None or day >= self.first
        return after and (self.last is None or day <= self.last)


async def of_client(
    db: AsyncSession,
    caller: Caller,
    client_id: UUID,
    days: Days,
    *,
    percentages: bool,
    hidden: bool = False,
) -> dict[str, Any]:
    """Return the adherence of a client, whole (AdherenceOut). NotFound out of reach."""
    client = await client_for(db, caller, client_id, right=Right.READ_PROGRESS)
    assignments = await queries.assignments_of(db, caller.practice_id, client_id)
    pasts = await read_pasts(db, caller, client_id, assignments, days)
    found = view(caller, client_id, pasts, days, percentages=percentages)
    if hiding.hides(
        own=caller.is_client, preference=client.hides_numbers, asked=hidden
    ):
        found = hiding.hide(found)
    return found


def view(
    caller: Caller,
    client_id: UUID,
    pasts: Sequence[Past],
    days: Days,
    *,
    percentages: bool,
) -> dict[str, Any]:
    """Put pasts into the reader's own view."""
    if caller.is_client:
        return _client_view(client_id, pasts, days, percentages=percentages)
    return _therapist_view(client_id, pasts)


# --- reading ------------------------------------------------------------------


async def read_pasts(
    db: AsyncSession,
    caller: Caller,
    client_id: UUID,
    assignments: Sequence[Assignment],
    days: Days,
) -> list[Past]:
    """Read what the caller may know of some assignments of one client."""
    practice, now = caller.practice_id, clock.now()
    ids = [one.id for one in assignments]
    terms = await assignments_room.all_terms(db, practice, ids)
    moves = await assignments_room.all_moves(db, practice, ids)
    unseen: dict[UUID, frozenset[str]] = {}
    private: frozenset[UUID] = frozenset()
    if not caller.is_client:
        unseen = await queries.unseen_occurrences(db, practice, client_id, now)
        private = await queries.unseen_runs(db, practice, client_id, now)
    facts = await planned_service.facts(
        db,
        practice,
        assignments,
        from_=_earliest(assignments, days),
        to=now,
        may_know=lambda completion_id: completion_id not in private,
    )
    runs = await _runs(db, caller, client_id)
    versions = await _versions(
        db, practice, {one.id: terms[one.id] for one in assignments}
    )
    pasts = []
    for one in assignments:
        seen = [run for run in runs[one.id] if days.hold(run.day)]
        hidden = unseen.get(one.id, frozenset())
        every = history(_asked(facts[one.id]), runs[one.id], hidden, now)
        pasts.append(
            Past(
                one,
                versions[one.id],
                facts[one.id],
                seen,
                [occurrence for occurrence in every if days.hold(occurrence.day)],
                moves[one.id],
                _is_shared(one, terms[one.id], moves[one.id]),
            )
        )
    return pasts


def _asked(facts: Facts) -> list[Asked]:
    said = {key: row.answer for key, row in facts.answers.items()}
    return [
        Asked(one.key, one.planned, one.spells, said.get(one.key))
        for one in facts.occurrences
    ]


def _earliest(assignments: Sequence[Assignment], days: Days) -> datetime:
    began = min((one.offered_at for one in assignments), default=clock.now())
    earliest = began - timedelta(days=30)
    if days.first is None:
        return earliest
    wanted = datetime.combine(days.first, time(), UTC)
    return max(earliest, wanted - timedelta(days=2)) if wanted > earliest else earliest


async def _runs(
    db: AsyncSession, caller: Caller, client_id: UUID
) -> dict[UUID, list[SeenRun]]:
    """Every run as the caller may see it: the projection is the only way out."""
    query = service_reading.readable(caller).where(
        col(Completion.client_id) == client_id
    )
    shown = await service_reading.shown_rows(db, caller, query)
    version_ids = {one["exercise_version_id"] for one in shown}
    compiled = await exercises.compiled_many(db, caller.practice_id, list(version_ids))
    facts = {one: facts_of(version.document) for one, version in compiled.items()}
    found: dict[UUID, list[SeenRun]] = defaultdict(list)
    for one in shown:
        run = seen_run(one, facts[one["exercise_version_id"]])
        found[one["assignment_id"]].append(run)
    return found


async def _versions(
    db: AsyncSession, practice_id: UUID, terms: dict[UUID, dict[int, Any]]
) -> dict[UUID, VersionFacts]:
    """The exercise of each assignment, by its latest terms."""
    latest = {one: rows[max(rows)].exercise_version_id for one, rows in terms.items()}
    compiled = await exercises.compiled_many(
        db, practice_id, list(set(latest.values()))
    )
    return {one: facts_of(compiled[at].document) for one, at in latest.items()}


def _is_shared(
    assignment: Assignment, terms: dict[int, Any], moves: Sequence[AssignmentMove]
) -> bool:
    """Whether the therapist may know what was done at all."""
    number = assignment.agreed_revision
    if number is None or number not in terms:
        return False
    if terms[number].terms.get("sharing") == SharingLevel.SEALED:
        return False
    if assignment.state in AGREED_STATES:
        return assignment.may_share
    return shared_when_agreed(said_of(row) for row in moves)


# --- the therapist's view -----------------------------------------------------


def _therapist_view(client_id: UUID, pasts: Sequence[Past]) -> dict[str, Any]:
    found = adherence([one for past in pasts for one in _told(past)])
    if not any(past.is_shared for past in pasts):
        found = not_shared(found)
    return {
        **adherence_view(found),
        "view": "therapist",
        "client_id": client_id,
        **_effort_views(pasts),
        "assignments": [_therapist_part(past) for past in pasts if _was_agreed(past)],
    }


def _effort_views(pasts: Sequence[Past]) -> dict[str, Any]:
    runs = [run for past in pasts for run in past.runs]
    return {
        "dose": dose_view(dose(efforts(runs))),
        "engagement": engagement_view(engagement(reviews(runs))),
    }


def _told(past: Past) -> list[Occurrence]:
    """What a therapist's sums are made of; runs they see anyway stay counted (law 1)."""
    return [
        one
        for one in past.occurrences
        if past.is_shared or one.status is OccurrenceStatus.AS_NEEDED
    ]


def _was_agreed(past: Past) -> bool:
    return past.assignment.agreed_revision is not None


def _therapist_part(past: Past) -> dict[str, Any]:
    found = adherence(_told(past))
    return {
        **adherence_view(found if past.is_shared else not_shared(found)),
        "assignment_id": past.assignment.id,
        "exercise": past.exercise.slug,
        "exercise_title": past.exercise.title,
    }


# --- the client's view --------------------------------------------------------


def _client_view(
    client_id: UUID, pasts: Sequence[Past], days: Days, *, percentages: bool
) -> dict[str, Any]:
    found: Adherence = adherence([one for past in pasts for one in past.occurrences])
    did = [
        _named(past, run.day) | {"state": run.state}
        for past in pasts
        for run in past.runs
    ]
    choices = [one for past in pasts for one in _choices(past) if days.hold(one["day"])]
    return {
        "view": "client",
        "client_id": client_id,
        "parameter_set": PARAMETER_SET,
        "did": sorted(did, key=_by_day),
        "choices": sorted(choices, key=_by_day),
        **_effort_views(pasts),
        "percentages": ratios_view(found) if percentages else None,
    }


def _named(past: Past, day: date) -> dict[str, Any]:
    return {
        "day": day,
        "exercise": past.exercise.slug,
        "exercise_title": past.exercise.title,
    }


def _by_day(one: dict[str, Any]) -> tuple[date, str]:
    return one["day"], one["exercise"]


def _choices(past: Past) -> list[dict[str, Any]]:
    """A no, a not-now, a stop, a change of mind: choices made, in no way against anyone.

    Source: reference §4.6 rule 8.
    """
    found = [
        _named(past, run.day) | {"kind": "stopped"}
        for run in past.runs
        if run.state == "stopped"
    ]
    found += [
        _named(past, answer.at.date()) | {"kind": answer.answer.value}
        for answer in past.facts.answers.values()
        if answer.answer.value in _ANSWERED_CHOICES
    ]
    found += [
        _named(past, move.at.date()) | {"kind": move.verb.value}
        for move in past.moves
        if move.actor is Actor.CLIENT and move.verb in _OWN_CHOICES
    ]
    return found
