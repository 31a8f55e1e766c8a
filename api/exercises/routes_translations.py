"""The doors for translations: a version in other words, the library's or a practice's."""

from typing import Annotated, Any

from fastapi import Path, Query, Response

from api.access.caller import MayReadExercises, MayWriteExercises
from api.exercises import queries, service, service_languages
from api.exercises.routes_shown import Name, Number, translation_out
from api.exercises.schemas import (
    TranslationDocumentOut,
    TranslationIn,
    TranslationOut,
)
from api.foundation.database import Db
from api.foundation.etags import IfMatch, etag
from api.foundation.pagination import Page, Paging
from api.foundation.routing import ready, room
from api.foundation.schemas import to_json

router = room("/v1/exercises", "exercises")

Locale = Annotated[
    str,
    Path(
        pattern=r"^[a-z]{2}(-[A-Z]{2})?$", description="A language, as `de` or `de-CH`"
    ),
]


@router.get(
    "/{slug}/versions/{number}/translations",
    operation_id="list_exercise_translations",
    response_model=Page[TranslationOut],
)
async def list_exercise_translations(
    slug: Name, number: Number, caller: MayReadExercises, db: Db, paging: Paging
) -> Any:
    """List the translations of a version, oldest first.

    A translation that was written anew is here with each of its revisions; the newest is
    the one that is read.
    """
    _, version = await service.version_for(db, caller, slug, number)
    rows = await queries.translations_page(
        db, version, after=paging.after, limit=paging.limit + 1
    )
    items, following = paging.cut(rows, key=lambda row: row.id)
    return {
        "items": [translation_out(slug, number, row) for row in items],
        "next": following,
    }


@router.get(
    "/{slug}/versions/{number}/translations/{locale}",
    operation_id="read_exercise_translation",
    response_model=TranslationDocumentOut,
)
async def read_exercise_translation(
    slug: Name,
    number: Number,
    locale: Locale,
    caller: MayReadExercises,
    db: Db,
    revision: Annotated[
        int | None,
        Query(ge=1, le=1_000_000, description="An earlier one; else the newest"),
    ] = None,
) -> Any:
    """Read a translation with its document. The ETag guards writing it anew.

    To show a version to a person, read the version itself with `Accept-Language`.
    """
    _, version = await service.version_for(db, caller, slug, number)
    row = await queries.translation_of(db, version, locale, revision)
    whole = translation_out(slug, number, row) | {"document": row.document}
    answer = ready(to_json(whole), etag=etag(row.revision))
    answer.headers["Content-Language"] = locale
    return answer


@router.put(
    "/{slug}/versions/{number}/translations/{locale}",
    operation_id="write_exercise_translation",
    response_model=TranslationOut,
)
async def write_exercise_translation(
    slug: Name,
    number: Number,
    locale: Locale,
    body: TranslationIn,
    caller: MayWriteExercises,
    db: Db,
    response: Response,
    if_match: IfMatch = None,
) -> Any:
    """Add a version's words in another language, also of a library item.

    Send the whole document with its `locale`; only texts may differ from the version. The
    standard frame may stay `frame: standard` where it has texts in that language. 422
    lists every fault with its place; a standard questionnaire keeps its published words.

    To write a translation anew, send its ETag in If-Match: 428 without, 412 if somebody
    wrote since. The earlier words stay readable by their revision. Sending the same
    document again changes nothing.
    """
    row = await service_languages.write_translation(
        db, caller, slug, number, locale, body.document, if_match
    )
    response.headers["ETag"] = etag(row.revision)
    return translation_out(slug, number, row)
