"""Exercises: the library and the practice's own; read by all, written by therapists."""

from typing import Annotated, Any, Literal

from fastapi import Path, Query, Response
from fastapi.responses import PlainTextResponse

from api.access.caller import Caller, MayReadExercises, MayWriteExercises
from api.exercises import queries, service, service_drafts, service_publishing
from api.exercises.protocol import Phase, Setting
from api.exercises.queries import Shelf, Wanted
from api.exercises.schemas import (
    CARD_EXAMPLE,
    SCHEMA_EXAMPLE,
    CheckOut,
    DifferenceOut,
    DraftIn,
    DraftOut,
    ExerciseOut,
    FaultOut,
    ForkedFrom,
    ForkIn,
    PublishIn,
    VersionDocumentOut,
    VersionOut,
)
from api.exercises.tables import Exercise, ExerciseVersion
from api.exercises.words import CODE_PATTERN
from api.foundation.database import Db
from api.foundation.errors import Fault, Invalid
from api.foundation.etags import IfMatch, etag
from api.foundation.pagination import Page, Paging
from api.foundation.routing import ready, room
from api.foundation.schemas import Slug, to_json

router = room("/v1/exercises", "exercises")

Name = Annotated[Slug, Path(description="The exercise's slug")]
Number = Annotated[int, Path(ge=1, le=1_000_000, description="The version's number")]
Code = Annotated[str | None, Query(pattern=CODE_PATTERN)]
_NOTHING: dict[str, Any] = {
    "title": None,
    "purpose": None,
    "kind": None,
    "library_id": None,
    "evidence": None,
    "settings": [],
    "tags": [],
    "minutes": None,
    "intensity": None,
    "stop_is_success": False,
}


def exercise_out(row: Exercise, caller: Caller) -> ExerciseOut:
    """Say an exercise as this caller sees it: whether a draft is under way is internal."""
    source = row.forked_from
    number = row.forked_number
    fork = ForkedFrom(slug=source, number=number) if source and number else None
    return ExerciseOut(
        id=row.id,
        slug=row.slug,
        origin=row.origin,
        modality=row.modality,
        latest=row.latest_number,
        forked_from=fork,
        has_draft=row.draft is not None and queries.may_write(caller),
        created_at=row.created_at,
        retired_at=row.retired_at,
        **{"phase": row.phase, **_NOTHING, **(row.summary or {})},
    )


def version_out(exercise: Exercise, row: ExerciseVersion) -> dict[str, Any]:
    """Say a version, without its document."""
    return {
        "id": row.id,
        "exercise_id": row.exercise_id,
        "slug": exercise.slug,
        "number": row.number,
        "change": row.change,
        "wording_fix": row.wording_fix,
        "content_hash": row.content_hash,
        "published_at": row.published_at,
    }


@router.get("", operation_id="list_exercises", response_model=Page[ExerciseOut])
async def list_exercises(
    caller: MayReadExercises,
    db: Db,
    paging: Paging,
    shelf: Annotated[
        Shelf, Query(description="Others than published are for staff")
    ] = (Shelf.PUBLISHED),
    modality: Code = None,
    phase: Phase | None = None,
    setting: Setting | None = None,
    tag: Code = None,
) -> Any:
    """List the exercises of the practice: the library's and its own, in stable order."""
    wanted = Wanted(shelf, modality, phase, setting, tag)
    rows = await queries.page(
        db, caller, wanted, after=paging.after, limit=paging.limit + 1
    )
    items, following = paging.cut(rows, key=lambda row: row.id)
    return {
        "items": [exercise_out(row, caller) for row in items],
        "next": following,
    }


@router.post(
    "", operation_id="begin_exercise", status_code=201, response_model=ExerciseOut
)
async def begin_exercise(
    body: DraftIn, caller: MayWriteExercises, db: Db, response: Response
) -> Any:
    """Begin an exercise of your practice with a draft.

    The draft may have faults. Its `slug` names the exercise and never changes; 409
    `slug-taken` if your practice or the library has it already.
    """
    exercise = await service_drafts.write_first_draft(db, caller, body.document)
    response.headers["ETag"] = etag(exercise.version)
    return exercise_out(exercise, caller)


@router.get("/{slug}", operation_id="read_exercise", response_model=ExerciseOut)
async def read_exercise(
    slug: Name, caller: MayReadExercises, db: Db, response: Response
) -> Any:
    """Read what an exercise is, and which version is the latest. The ETag guards its draft."""
    exercise = await queries.exercise_for(db, caller, slug)
    response.headers["ETag"] = etag(exercise.version)
    return exercise_out(exercise, caller)


@router.get("/{slug}/draft", operation_id="read_draft", response_model=DraftOut)
async def read_draft(
    slug: Name, caller: MayWriteExercises, db: Db, response: Response
) -> Any:
    """Read the draft as it was last written."""
    exercise, draft = await service_drafts.read_draft(db, caller, slug)
    response.headers["ETag"] = etag(exercise.version)
    return {"slug": slug, "document": draft}


@router.put("/{slug}/draft", operation_id="write_draft", response_model=DraftOut)
async def write_draft(
    slug: Name,
    body: DraftIn,
    caller: MayWriteExercises,
    db: Db,
    response: Response,
    if_match: IfMatch = None,
) -> Any:
    """Put a whole draft in place of the one before.

    Send the ETag of the draft, or of the exercise where there is no draft yet: 428
    without, 412 if somebody wrote since. 409 `library-exercise` (fork it instead) or
    `exercise-retired`.
    """
    exercise = await service_drafts.write_draft(
        db, caller, slug, body.document, if_match
    )
    response.headers["ETag"] = etag(exercise.version)
    return {"slug": slug, "document": exercise.draft}


@router.post("/{slug}/draft/check", operation_id="check_draft", response_model=CheckOut)
async def check_draft(slug: Name, caller: MayWriteExercises, db: Db) -> Any:
    """List every fault of the draft with its place; weigh a sound one.

    Publishing it as it stands would give a change of this weight. 409 `no-draft`.
    """
    faults, change = await service_drafts.check_draft(db, caller, slug)
    shown = [FaultOut.model_validate(fault) for fault in faults]
    return {"sound": not faults, "change": change, "faults": shown}


@router.post(
    "/{slug}/publish",
    operation_id="publish_exercise",
    status_code=201,
    response_model=VersionOut,
)
async def publish_exercise(
    slug: Name,
    body: PublishIn,
    caller: MayWriteExercises,
    db: Db,
    if_match: IfMatch = None,
) -> Any:
    """Freeze the draft as the next version; it never changes again.

    A draft with faults is refused with all of them (422, places in the document). Send
    If-Match to be sure that it is the draft you read. 409 `no-draft`, `nothing-changed`,
    `library-exercise` or `exercise-retired`.
    """
    exercise, version = await service_publishing.publish_draft(
        db, caller, slug, wording_fix=body.wording_fix, if_match=if_match
    )
    return version_out(exercise, version)


@router.post(
    "/{slug}/fork",
    operation_id="fork_exercise",
    status_code=201,
    response_model=ExerciseOut,
)
async def fork_exercise(
    slug: Name, body: ForkIn, caller: MayWriteExercises, db: Db, response: Response
) -> Any:
    """Copy a published version into a draft of your practice, under a new slug."""
    exercise = await service_drafts.fork(db, caller, slug, body.slug, body.number)
    response.headers["ETag"] = etag(exercise.version)
    return exercise_out(exercise, caller)


@router.post(
    "/{slug}/retire", operation_id="retire_exercise", response_model=ExerciseOut
)
async def retire_exercise(slug: Name, caller: MayWriteExercises, db: Db) -> Any:
    """Take an exercise off the shelf. Its versions stay readable for ever."""
    exercise = await service_drafts.retire(db, caller, slug)
    return exercise_out(exercise, caller)


@router.get(
    "/{slug}/versions",
    operation_id="list_exercise_versions",
    response_model=Page[VersionOut],
)
async def list_exercise_versions(
    slug: Name, caller: MayReadExercises, db: Db, paging: Paging
) -> Any:
    """List the published versions, oldest first."""
    exercise = await queries.exercise_for(db, caller, slug)
    rows = await queries.versions_page(
        db, exercise, after=paging.after, limit=paging.limit + 1
    )
    items, following = paging.cut(rows, key=lambda row: row.id)
    return {
        "items": [version_out(exercise, row) for row in items],
        "next": following,
    }


@router.get(
    "/{slug}/versions/{number}",
    operation_id="read_exercise_version",
    response_model=VersionDocumentOut,
)
async def read_exercise_version(
    slug: Name, number: Number, caller: MayReadExercises, db: Db
) -> Any:
    """Read a version with its whole document: all that an app needs to show it."""
    exercise, row = await service.version_for(db, caller, slug, number)
    whole = {**version_out(exercise, row), "document": row.document}
    return ready(to_json(whole))


@router.get(
    "/{slug}/versions/{number}/schema",
    operation_id="read_answers_schema",
    response_model=dict[str, Any],
    responses={200: {"content": {"application/json": {"example": SCHEMA_EXAMPLE}}}},
)
async def read_answers_schema(
    slug: Name,
    number: Number,
    caller: MayReadExercises,
    db: Db,
    run: Annotated[
        Literal["completed", "in_progress"],
        Query(description="A completed run needs its required steps; others nothing"),
    ] = "completed",
) -> Any:
    """Read the JSON Schema (2020-12) of the answers to a version.

    A few rules are beyond a schema: an allocation adds up to 100 and has one number for
    each thing it is shared over.
    """
    _, row = await service.version_for(db, caller, slug, number)
    found = await service.compiled(db, row.practice_id, row.id)
    schema = found.whole_schema if run == "completed" else found.partial_schema
    return ready(to_json(schema))


@router.get(
    "/{slug}/versions/{number}/card",
    operation_id="read_exercise_card",
    response_class=PlainTextResponse,
    responses={200: {"content": {"text/plain": {"example": CARD_EXAMPLE}}}},
)
async def read_exercise_card(
    slug: Name, number: Number, caller: MayReadExercises, db: Db
) -> Any:
    """Read a version as plain text, to print or to read aloud."""
    _, row = await service.version_for(db, caller, slug, number)
    return PlainTextResponse(await service.card_of(db, row))


@router.get(
    "/{slug}/versions/{number}/difference",
    operation_id="compare_exercise_versions",
    response_model=DifferenceOut,
)
async def compare_exercise_versions(
    slug: Name,
    number: Number,
    caller: MayReadExercises,
    db: Db,
    before: Annotated[
        int, Query(alias="from", ge=1, le=1_000_000, description="The older version")
    ],
) -> Any:
    """Compare this version with an older one. A material change is a new offer."""
    if before > number:
        message = "query: The version to compare with is not older."
        raise Invalid(faults=[Fault("/from", "not-older", message)])
    exercise, _ = await service.version_for(db, caller, slug, number)
    found = await service.difference_between(db, exercise, before, number)
    return {
        "slug": slug,
        "before": before,
        "after": number,
        "weight": found.weight,
        "changes": list(found.changes),
    }
