"""The doors of programmes: read by all, written by therapists. Plans: `routes_plans`."""

from typing import Annotated, Any

from fastapi import Path, Response

from api.access.caller import Caller, MayReadExercises, MayWriteExercises
from api.foundation.database import Db
from api.foundation.etags import IfMatch, etag
from api.foundation.pagination import Page, Paging
from api.foundation.routing import room, together
from api.foundation.schemas import Slug
from api.programmes import queries, routes_plans, service_definitions
from api.programmes.schemas import (
    ProgrammeDocumentOut,
    ProgrammeDraftIn,
    ProgrammeDraftOut,
    ProgrammeOut,
    ProgrammeVersionOut,
)
from api.programmes.tables import Programme, ProgrammeVersion

programmes = room("/v1/programmes", "programmes")

Name = Annotated[Slug, Path(description="The programme's slug")]
Number = Annotated[int, Path(ge=1, le=1_000_000, description="The version's number")]
_NOTHING: dict[str, Any] = {
    "title": None,
    "purpose": None,
    "library_id": None,
    "evidence": None,
    "locale": None,
    "parts": 0,
}


def programme_out(row: Programme, caller: Caller) -> dict[str, Any]:
    """Say a programme as this caller sees it: whether a draft is under way is internal."""
    return {
        "id": row.id,
        "slug": row.slug,
        "origin": row.origin,
        "kind": row.kind,
        "latest": row.latest_number,
        "has_draft": row.draft is not None and queries.may_write(caller),
        "created_at": row.created_at,
        **_NOTHING,
        **(row.summary or {}),
    }


def version_out(programme: Programme, row: ProgrammeVersion) -> dict[str, Any]:
    """Say a version with its document."""
    return {
        "id": row.id,
        "slug": programme.slug,
        "number": row.number,
        "content_hash": row.content_hash,
        "published_at": row.published_at,
        "document": row.document,
    }


@programmes.get("", operation_id="list_programmes", response_model=Page[ProgrammeOut])
async def list_programmes(caller: MayReadExercises, db: Db, paging: Paging) -> Any:
    """List the programmes of the practice: the library's and its own, in stable order."""
    rows = await queries.programmes(
        db, caller, after=paging.after, limit=paging.limit + 1
    )
    items, following = paging.cut(rows, key=lambda row: row.id)
    return {
        "items": [programme_out(row, caller) for row in items],
        "next": following,
    }


@programmes.post(
    "", operation_id="begin_programme", status_code=201, response_model=ProgrammeOut
)
async def begin_programme(
    body: ProgrammeDraftIn, caller: MayWriteExercises, db: Db, response: Response
) -> Any:
    """Begin a programme of your practice with a draft.

    The draft may have faults. Its `slug` names the programme and never changes; 409
    `slug-taken` if your practice or the library has it already.
    """
    made = await service_definitions.begin(db, caller, body.document)
    response.headers["ETag"] = etag(made.version)
    return programme_out(made, caller)


@programmes.get("/{slug}", operation_id="read_programme", response_model=ProgrammeOut)
async def read_programme(
    slug: Name, caller: MayReadExercises, db: Db, response: Response
) -> Any:
    """Read what a programme is, and which version is the latest."""
    found = await queries.programme_for(db, caller, slug)
    response.headers["ETag"] = etag(found.version)
    return programme_out(found, caller)


@programmes.get(
    "/{slug}/draft",
    operation_id="read_programme_draft",
    response_model=ProgrammeDraftOut,
)
async def read_programme_draft(
    slug: Name, caller: MayWriteExercises, db: Db, response: Response
) -> Any:
    """Read the draft as it was last written."""
    found, draft = await service_definitions.read_draft(db, caller, slug)
    response.headers["ETag"] = etag(found.version)
    return {"slug": slug, "document": draft}


@programmes.put(
    "/{slug}/draft",
    operation_id="write_programme_draft",
    response_model=ProgrammeDraftOut,
)
async def write_programme_draft(
    slug: Name,
    body: ProgrammeDraftIn,
    caller: MayWriteExercises,
    db: Db,
    response: Response,
    if_match: IfMatch = None,
) -> Any:
    """Put a whole draft in place of the one before.

    Send the programme's ETag: 428 without, 412 if somebody wrote since. 409
    `library-programme`: those are the same everywhere.
    """
    found = await service_definitions.write_draft(
        db, caller, slug, body.document, if_match
    )
    response.headers["ETag"] = etag(found.version)
    return {"slug": slug, "document": found.draft}


@programmes.post(
    "/{slug}/publish",
    operation_id="publish_programme",
    status_code=201,
    response_model=ProgrammeVersionOut,
)
async def publish_programme(
    slug: Name, caller: MayWriteExercises, db: Db, if_match: IfMatch = None
) -> Any:
    """Freeze the draft as the next version; it never changes again.

    A draft with faults is refused with all of them (422, places in the document). 409
    `no-draft`, `nothing-changed` or `library-programme`.
    """
    found, version = await service_definitions.publish_draft(
        db, caller, slug, if_match=if_match
    )
    return version_out(found, version)


@programmes.get(
    "/{slug}/versions/{number}",
    operation_id="read_programme_version",
    response_model=ProgrammeDocumentOut,
)
async def read_programme_version(
    slug: Name, number: Number, caller: MayReadExercises, db: Db
) -> Any:
    """Read a version with its whole document: parts, gates, suggested terms."""
    found = await queries.programme_for(db, caller, slug)
    version = await queries.version_of(db, found, number)
    return version_out(found, version)


router = together(programmes, routes_plans.router)
