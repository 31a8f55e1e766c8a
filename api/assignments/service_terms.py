"""Terms that may be offered, and how they become numbered revisions."""

from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.access.caller import Caller
from api.assignments import terms as rules
from api.assignments.anchors import AfterCompletion
from api.assignments.queries import terms_of
from api.assignments.schedule import Anchored
from api.assignments.standing import Actor
from api.assignments.tables import Assignment, TermsRevision
from api.assignments.terms import Setting, Terms
from api.exercises import service as exercises
from api.exercises.tables import ExerciseVersion
from api.foundation import clock
from api.foundation.errors import Conflict, Fault, Invalid, NotFound
from api.people import service as people
from api.people.tables import Standing

_BARRED = frozenset({Standing.HARMFUL, Standing.UNDER_REVIEW})


class NotWithThisPerson(Conflict):
    """Rule R0: no joint work with somebody harmful, under review, or unnamed."""

    code = "not-with-this-person"
    title = "This is not done with that person"


async def check(
    db: AsyncSession,
    caller: Caller,
    client_id: UUID,
    terms: Terms,
    *,
    already: UUID | None = None,
) -> ExerciseVersion:
    """Return the exercise version of terms that may be offered or proposed.

    `already` is the exercise that the terms would go on with, also once it is retired.
    Raises: Invalid, listing every place; NotWithThisPerson.
    """
    await check_person(db, caller, client_id, terms)
    return await check_exercise(db, caller, terms, already=already)


async def check_exercise(
    db: AsyncSession, caller: Caller, terms: Terms, *, already: UUID | None = None
) -> ExerciseVersion:
    """Return the exercise version of terms, whoever joins in. Raises: Invalid.

    What is retired, or an instrument switched off, is not offered anew.
    """
    faults = [
        Fault(f"/terms{place}", "not-possible", text)
        for place, text in rules.faults(terms)
    ]
    ref = terms.exercise
    try:
        exercise, version = await exercises.version_for(
            db, caller, ref.slug, ref.version
        )
    except NotFound:
        text = "There is no such version."
        fault = Fault("/terms/exercise", "no-such-exercise", text)
        raise Invalid(faults=[*faults, fault]) from None
    if exercise.retired_at is not None and exercise.id != already:
        text = "This was taken off the shelf: nothing new is offered of it."
        faults.append(Fault("/terms/exercise", "retired", text))
    faults += _exercise_faults(version, terms)
    if faults:
        raise Invalid(faults=faults)
    return version


async def check_person(
    db: AsyncSession, caller: Caller, client_id: UUID, terms: Terms
) -> None:
    """Hold rule R0. Source: clinical.md §2.1; the client alone says who is what.

    A therapist can name only persons whom the client shares with them.
    """
    if terms.setting is Setting.TRUSTED and terms.with_person is None:
        raise NotWithThisPerson("A trusted person must be named.")
    if terms.with_person is None:
        return
    persons = await people.people_aliases(db, caller, client_id)
    named = [one for one in persons if one.id == terms.with_person]
    if not named:
        fault = Fault(
            "/terms/with_person", "no-such-person", "There is no such person."
        )
        raise Invalid(faults=[fault])
    if named[0].standing in _BARRED:
        raise NotWithThisPerson


async def check_person_now(db: AsyncSession, row: TermsRevision) -> None:
    """Hold rule R0 at the moment of a yes: the client may have said more since."""
    person = Terms.model_validate(row.terms).with_person
    if person is None:
        return
    standing = await people.person_standing(db, row.practice_id, row.client_id, person)
    if standing is None or standing in _BARRED:
        raise NotWithThisPerson


def add_revision(
    db: AsyncSession,
    caller: Caller,
    assignment: Assignment,
    terms: Terms,
    version: ExerciseVersion,
    *,
    number: int,
    base: TermsRevision | None = None,
    is_material: bool = True,
) -> TermsRevision:
    """Add the next revision; it goes on with the plan of `base` if that is the same."""
    kept = terms.model_dump(mode="json")
    same_plan = (
        base is not None and Terms.model_validate(base.terms).schedule == terms.schedule
    )
    row = TermsRevision(
        practice_id=assignment.practice_id,
        assignment_id=assignment.id,
        number=number,
        client_id=assignment.client_id,
        plan=base.plan if base is not None and same_plan else number,
        proposed_by=Actor.CLIENT if caller.is_client else Actor.THERAPIST,
        proposer_id=caller.id,
        is_material=is_material,
        exercise_id=version.exercise_id,
        exercise_version_id=version.id,
        terms=kept,
        hangs_on=_hangs_on(terms),
        made_at=clock.now(),
    )
    db.add(row)
    return row


async def standing_terms(db: AsyncSession, assignment: Assignment) -> TermsRevision:
    """Return what new terms are compared with: the open offer, else what is shown."""
    number = assignment.offered_revision or assignment.shown_revision
    return await terms_of(db, assignment.practice_id, assignment.id, number)


async def changes(
    db: AsyncSession, practice_id: UUID, before: Terms, after: Terms
) -> list[rules.Change]:
    """List what changed, asking the exercises room about another version."""
    one, other = before.exercise, after.exercise
    material = True
    if one.slug == other.slug and one.version != other.version:
        material = await exercises.is_material(
            db, practice_id, one.slug, one.version, other.version
        )
    return rules.difference(before, after, version_is_material=material)


def _hangs_on(terms: Terms) -> str | None:
    plan = terms.schedule
    if not isinstance(plan, Anchored) or not isinstance(plan.anchor, AfterCompletion):
        return None
    return plan.anchor.exercise or str(plan.anchor.assignment_id)


def _exercise_faults(version: ExerciseVersion, terms: Terms) -> list[Fault]:
    document = version.document
    faults = []
    if document.get("kind") == "marker":
        # Source: reference §2.2 E17, rule R1.
        text = "This only records what was done in session. It is never offered."
        faults.append(Fault("/terms/exercise", "never-offered", text))
    if document.get("in_session_only") and terms.reminders.wanted:
        text = "This is asked in a private appointment only, never after a reminder."
        faults.append(Fault("/terms/reminders/wanted", "in-session-only", text))
    if terms.setting.value not in document["settings"]:
        text = "The exercise is not made for this setting."
        faults.append(Fault("/terms/setting", "not-possible", text))
    steps = {
        f"{part['id']}.{step['id']}"
        for part in document["parts"]
        for step in part["steps"]
    }
    if not set(terms.parameters) <= steps:
        text = "A step that is named is not in the exercise."
        faults.append(Fault("/terms/parameters", "no-such-step", text))
    return faults
