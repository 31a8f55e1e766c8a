"""The doors for a practice's own exercises: drafting, publishing, forking, retiring."""

from typing import Any

from fastapi import Response

from api.access.caller import MayWriteExercises
from api.exercises import service_drafts, service_publishing
from api.exercises.routes_shown import Name, version_out, whole_exercise_out
from api.exercises.schemas import (
    CheckOut,
    DraftIn,
    DraftOut,
    ExerciseOut,
    FaultOut,
    ForkIn,
    PublishIn,
    VersionOut,
)
from api.foundation.database import Db
from api.foundation.etags import IfMatch, etag
from api.foundation.routing import room

router = room("/v1/exercises", "exercises")


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
    return await whole_exercise_out(db, exercise, caller)


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
    return await whole_exercise_out(db, exercise, caller)


@router.post(
    "/{slug}/retire", operation_id="retire_exercise", response_model=ExerciseOut
)
async def retire_exercise(slug: Name, caller: MayWriteExercises, db: Db) -> Any:
    """Take an exercise off the shelf. Its versions stay readable for ever."""
    exercise = await service_drafts.retire(db, caller, slug)
    return await whole_exercise_out(db, exercise, caller)
