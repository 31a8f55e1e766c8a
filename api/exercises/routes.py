"""Exercises: the library and the practice's own, listed, searched and read.

Drafting and publishing are in `routes_drafts`, translations in `routes_translations`.
"""

from typing import Annotated, Any, Literal

from fastapi import Depends, Query, Response
from fastapi.responses import PlainTextResponse

from api.access.caller import MayReadExercises
from api.exercises import (
    queries,
    queries_shelf,
    routes_drafts,
    routes_translations,
    service,
)
from api.exercises.protocol import Kind, Phase, Setting
from api.exercises.queries_shelf import Shelf, Wanted
from api.exercises.routes_shown import (
    AcceptLanguage,
    Name,
    Number,
    exercise_etag,
    exercise_out,
    in_languages,
    version_out,
    whole_exercise_out,
    wish_of,
)
from api.exercises.schemas import (
    DifferenceOut,
    ExerciseOut,
    VersionDocumentOut,
    VersionOut,
)
from api.exercises.schemas_examples import CARD_EXAMPLE, SCHEMA_EXAMPLE
from api.exercises.service_languages import Spoken, spoken
from api.exercises.steps import StepType
from api.exercises.words import CODE_PATTERN
from api.foundation.database import Db
from api.foundation.errors import Fault, Invalid
from api.foundation.pagination import Page, Paging
from api.foundation.routing import ready, room, together
from api.foundation.schemas import to_json

exercises = room("/v1/exercises", "exercises")

Code = Annotated[str | None, Query(pattern=CODE_PATTERN)]


async def wanted(
    shelf: Annotated[
        Shelf,
        Query(description="Others than published are for those who write exercises"),
    ] = Shelf.PUBLISHED,
    kind: Annotated[
        Kind | None,
        Query(description="Something to do, to read, to look for, to write from"),
    ] = None,
    modality: Code = None,
    phase: Phase | None = None,
    setting: Setting | None = None,
    tag: Code = None,
    step: Annotated[
        StepType | None, Query(description="Has at least one step of this type")
    ] = None,
    evidence: Literal["B", "C", "D"] | None = None,
    minutes_at_most: Annotated[
        float | None,
        Query(
            ge=0,
            le=240,
            description="Fits into so many minutes even when it takes long",
        ),
    ] = None,
    q: Annotated[
        str | None,
        Query(
            max_length=200,
            description="Words of the title, purpose or tags, all of them, the last one "
            "perhaps unfinished",
        ),
    ] = None,
) -> Wanted:
    """Read what a list is narrowed to."""
    return Wanted(
        shelf, kind, modality, phase, setting, tag, step, evidence, minutes_at_most, q
    )


@exercises.get("", operation_id="list_exercises", response_model=Page[ExerciseOut])
async def list_exercises(
    caller: MayReadExercises,
    db: Db,
    paging: Paging,
    narrowed: Annotated[Wanted, Depends(wanted)],
    accept: AcceptLanguage,
    response: Response,
) -> Any:
    """List the items of the library and the practice's own: exercises, cards, signs, prompts.

    Always in the order in which the practice got them, also with `q`: a search narrows
    and does not rank. `q` takes words, not a query language; case and accents make no
    difference. It looks at titles, purposes and tags of what is published, in every
    language that an item has, for all the words in one of them. `minutes_at_most` looks
    at the longer of an item's two times. Clients are not shown markers, which only note
    what was done in session; by its slug a marker can be read by everyone.

    Titles are in the language you read (`Accept-Language`), item by item where there is
    a translation; `locale` says which it is.
    """
    rows = await queries_shelf.page(
        db, caller, narrowed, after=paging.after, limit=paging.limit + 1
    )
    items, following = paging.cut(rows, key=lambda row: row.id)
    wish = await wish_of(db, caller, accept)
    texts = await queries_shelf.texts(db, caller.practice_id, [row.id for row in items])
    shown = [
        exercise_out(row, caller, texts[row.id], wish, has_draft=row.has_draft)
        for row in items
    ]
    in_languages(response, [one.locale for one in shown if one.locale])
    return {"items": shown, "next": following}


@exercises.get("/{slug}", operation_id="read_exercise", response_model=ExerciseOut)
async def read_exercise(
    slug: Name,
    caller: MayReadExercises,
    db: Db,
    accept: AcceptLanguage,
    response: Response,
) -> Any:
    """Read what an exercise is, and which version is the latest. The ETag guards its draft."""
    exercise = await queries.exercise_for(db, caller, slug)
    wish = await wish_of(db, caller, accept)
    shown = await whole_exercise_out(db, exercise, caller, wish)
    response.headers["ETag"] = exercise_etag(exercise, shown)
    in_languages(response, [shown.locale] if shown.locale else [])
    return shown


@exercises.get(
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


@exercises.get(
    "/{slug}/versions/{number}",
    operation_id="read_exercise_version",
    response_model=VersionDocumentOut,
)
async def read_exercise_version(
    slug: Name,
    number: Number,
    caller: MayReadExercises,
    db: Db,
    accept: AcceptLanguage,
) -> Any:
    """Read a version with its whole document: all that an app needs to show it.

    Its texts are in the language you read, where they are translated. Whatever the
    language, steps, codes and numbers are the same, and so are answers to them.
    """
    exercise, row = await service.version_for(db, caller, slug, number)
    found = await spoken(db, row, await wish_of(db, caller, accept))
    whole = {
        **version_out(exercise, row),
        "locale": found.locale,
        "locales": found.locales,
        "translation_revision": found.revision,
        "document": found.document,
    }
    return _said(ready(to_json(whole)), found)


@exercises.get(
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
    accept: AcceptLanguage,
    run: Annotated[
        Literal["completed", "in_progress"],
        Query(description="A completed run needs its required steps; others nothing"),
    ] = "completed",
) -> Any:
    """Read the JSON Schema (2020-12) of the answers to a version.

    A few rules are beyond a schema: an allocation adds up to 100 and has one number for
    each thing it is shared over. Its titles are in the language you read; what is
    accepted is the same in each.
    """
    _, row = await service.version_for(db, caller, slug, number)
    found = await spoken(db, row, await wish_of(db, caller, accept))
    schema = service.schema_of(found, whole=run == "completed")
    return _said(ready(to_json(schema)), found)


@exercises.get(
    "/{slug}/versions/{number}/card",
    operation_id="read_exercise_card",
    response_class=PlainTextResponse,
    responses={200: {"content": {"text/plain": {"example": CARD_EXAMPLE}}}},
)
async def read_exercise_card(
    slug: Name,
    number: Number,
    caller: MayReadExercises,
    db: Db,
    accept: AcceptLanguage,
) -> Any:
    """Read a version as plain text, to print or to read aloud, in the language you read."""
    _, row = await service.version_for(db, caller, slug, number)
    found = await spoken(db, row, await wish_of(db, caller, accept))
    text = await service.card_of(db, row.practice_id, found)
    return _said(PlainTextResponse(text), found)


def _said(answer: Response, found: Spoken) -> Response:
    in_languages(answer, [found.locale])
    return answer


@exercises.get(
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


router = together(exercises, routes_drafts.router, routes_translations.router)
