"""How exercises and versions are shown, and in which language: for the doors of this room."""

import hashlib
from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import Depends, Header, Path, Request, Response
from sqlalchemy import Row

from api.access.caller import Caller
from api.exercises import queries, queries_shelf, service_languages
from api.exercises.languages import Wish, best
from api.exercises.schemas import ExerciseOut, ForkedFrom
from api.exercises.tables import Exercise, ExerciseTranslation, ExerciseVersion
from api.foundation.database import Db
from api.foundation.etags import etag
from api.foundation.schemas import Slug, to_json

Name = Annotated[Slug, Path(description="The exercise's slug")]
Number = Annotated[int, Path(ge=1, le=1_000_000, description="The version's number")]
Texts = Mapping[str, tuple[str, str]]
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
    "steps": [],
    "instrument": None,
    "locale": None,
    "stop_is_success": False,
}


async def accept_language(
    request: Request,
    accept_language: Annotated[
        str | None,
        Header(
            description="The languages you read, as browsers send it. Without it: a "
            "client's own language, else the one it was written in"
        ),
    ] = None,
) -> str | None:
    """Return the header as sent; several of them are one list (RFC 9110 §5.3)."""
    several = request.headers.getlist("accept-language")
    return ", ".join(several) if len(several) > 1 else accept_language


AcceptLanguage = Annotated[str | None, Depends(accept_language)]


def in_languages(response: Response, locales: list[str]) -> None:
    """Say which languages an answer is in, and that it depends on what was asked."""
    response.headers["Vary"] = "Accept-Language"
    if locales:
        response.headers["Content-Language"] = ", ".join(dict.fromkeys(locales))


def exercise_out(
    row: Exercise | Row[Any],
    caller: Caller,
    texts: Texts,
    wish: Wish = (),
    *,
    has_draft: bool,
) -> ExerciseOut:
    """Say an exercise as this caller sees it: whether a draft is under way is internal.

    `row` may also be a row of a list, which has no draft.
    """
    source = row.forked_from
    number = row.forked_number
    fork = ForkedFrom(slug=source, number=number) if source and number else None
    shown = {"phase": row.phase, **_NOTHING, **(row.summary or {}), "locales": []}
    if row.summary:
        own = shown["locale"]
        shown["locales"] = [own, *sorted(one for one in texts if one != own)]
        shown["locale"] = best(wish, own, shown["locales"])
    if shown["locale"] in texts:
        shown["title"], shown["purpose"] = texts[shown["locale"]]
    return ExerciseOut(
        id=row.id,
        slug=row.slug,
        origin=row.origin,
        modality=row.modality,
        latest=row.latest_number,
        forked_from=fork,
        has_draft=has_draft and queries.may_write(caller),
        created_at=row.created_at,
        retired_at=row.retired_at,
        **shown,
    )


async def whole_exercise_out(
    db: Db, row: Exercise, caller: Caller, wish: Wish = ()
) -> ExerciseOut:
    """Say one exercise, with its texts read for it."""
    texts = await queries_shelf.texts(db, row.practice_id, [row.id])
    has_draft = row.draft is not None
    return exercise_out(row, caller, texts[row.id], wish, has_draft=has_draft)


async def wish_of(db: Db, caller: Caller, header: str | None) -> Wish:
    """Return the languages a caller wants."""
    return await service_languages.wish_of(db, caller, header)


def exercise_etag(row: Exercise, shown: ExerciseOut) -> str:
    """Tag an exercise as shown: the state of its row, and its language if it has several.

    Writing a draft asks for the first part only, so a new translation disturbs nobody.
    """
    if len(shown.locales) < 2:
        return etag(row.version)
    said = to_json([shown.locale, shown.locales, shown.title, shown.purpose])
    return f'"v{row.version}.{hashlib.sha256(said).hexdigest()[:8]}"'


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


def translation_out(slug: str, number: int, row: ExerciseTranslation) -> dict[str, Any]:
    """Say a translation, without its document."""
    return {
        "id": row.id,
        "slug": slug,
        "number": number,
        "locale": row.locale,
        "revision": row.revision,
        "origin": row.origin,
        "content_hash": row.content_hash,
        "made_at": row.made_at,
    }
