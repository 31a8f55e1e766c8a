"""Programmes as they are written: drafts, versions that never change, the library."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter, ValidationError
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.access.caller import Caller
from api.foundation import clock, etags, journal
from api.foundation.errors import Conflict, Fault, Invalid, NotFound
from api.foundation.ids import new_id
from api.foundation.journal import Actor
from api.foundation.schemas import Slug
from api.programmes import queries
from api.programmes.definition import check, publish
from api.programmes.library import library
from api.programmes.tables import Programme, ProgrammeVersion
from api.programmes.words import Kind, Origin

_SLUG: TypeAdapter[str] = TypeAdapter(Slug)
_SUMMARY = ("title", "purpose", "library_id", "evidence", "locale")


class ProgrammeTaken(Conflict):
    """The practice or the library has a programme of this name."""

    code = "slug-taken"
    title = "There is already a programme of this name"


class FromLibrary(Conflict):
    """Library programmes are the same everywhere."""

    code = "library-programme"
    title = "A programme of the library is not changed; write your own"


class NoDraft(Conflict):
    """There is nothing to publish."""

    code = "no-draft"
    title = "There is no draft"


class NothingChanged(Conflict):
    """The draft says what the latest version says."""

    code = "nothing-changed"
    title = "The draft is the same as the latest version"


async def begin(
    db: AsyncSession, caller: Caller, document: Mapping[str, Any]
) -> Programme:
    """Begin a programme of the practice with a draft; its `slug` names it for ever.

    Raises Invalid without a usable slug, ProgrammeTaken if the name is in use.
    """
    slug = _slug_of(document)
    taken = await queries.find_programme(db, caller.practice_id, slug)
    if taken is not None or slug in library():
        raise ProgrammeTaken
    programme = Programme(
        practice_id=caller.practice_id,
        slug=slug,
        origin=Origin.PRACTICE,
        draft=dict(document),
        created_at=clock.now(),
    )
    db.add(programme)
    await db.flush()
    await _tell(db, caller.actor, "programme.drafted", programme)
    return programme


async def read_draft(
    db: AsyncSession, caller: Caller, slug: str
) -> tuple[Programme, dict[str, Any]]:
    """Return a programme with its draft, or raise NotFound."""
    programme = await queries.programme_for(db, caller, slug)
    if programme.draft is None:
        raise NotFound
    return programme, programme.draft


async def write_draft(
    db: AsyncSession,
    caller: Caller,
    slug: str,
    document: Mapping[str, Any],
    if_match: str | None,
) -> Programme:
    """Put a draft in place of the one before. Raises FromLibrary, MatchRequired, Stale."""
    programme = await _own(db, caller, slug)
    etags.require(if_match, programme.version)
    if _slug_of(document) != slug:
        raise Invalid(faults=[_other_slug("/document/slug")])
    programme.draft = dict(document)
    programme.version += 1
    db.add(programme)
    await db.flush()
    await _tell(db, caller.actor, "programme.drafted", programme)
    return programme


async def publish_draft(
    db: AsyncSession, caller: Caller, slug: str, *, if_match: str | None
) -> tuple[Programme, ProgrammeVersion]:
    """Freeze the draft as the next version, or raise Invalid with all its faults."""
    programme = await _own(db, caller, slug)
    if if_match is not None:
        etags.require(if_match, programme.version)
    if programme.draft is None:
        raise NoDraft
    faults = await _faults(db, programme, programme.draft)
    if faults:
        raise Invalid(faults=faults)
    version = await _add_version(db, caller.actor, programme, publish(programme.draft))
    if version is None:
        raise NothingChanged
    programme.draft = None
    programme.version += 1
    await db.flush()
    return programme, version


async def load_library(db: AsyncSession, practice_id: UUID) -> int:
    """Give a practice the programmes of the library; return how many versions are new.

    Doing it again adds nothing. A practice's own programme keeps the name it took.
    """
    actor = Actor(practice_id, "system")
    query = select(Programme).where(col(Programme.practice_id) == practice_id)
    known = {row.slug: row for row in (await db.exec(query)).all()}
    added = 0
    for slug, document in library().items():
        programme = known.get(slug) or await _from_library(db, actor, slug)
        if programme.origin is Origin.LIBRARY:
            version = await _add_version(db, actor, programme, dict(document))
            added += version is not None
    return added


async def _from_library(db: AsyncSession, actor: Actor, slug: str) -> Programme:
    programme = Programme(
        practice_id=actor.practice_id,
        slug=slug,
        origin=Origin.LIBRARY,
        created_at=clock.now(),
    )
    db.add(programme)
    await db.flush()
    return programme


async def _own(db: AsyncSession, caller: Caller, slug: str) -> Programme:
    programme = await queries.programme_for(db, caller, slug, lock=True)
    if programme.origin is Origin.LIBRARY:
        raise FromLibrary
    return programme


def _slug_of(document: Mapping[str, Any]) -> str:
    try:
        return _SLUG.validate_python(document.get("slug"), strict=True)
    except ValidationError:
        message = "A programme needs a slug such as small-steps."
        fault = Fault("/document/slug", "bad-format", message)
        raise Invalid(faults=[fault]) from None


def _other_slug(place: str) -> Fault:
    return Fault(place, "other-slug", "The slug of a programme never changes.")


async def _faults(
    db: AsyncSession, programme: Programme, draft: Mapping[str, Any]
) -> list[Fault]:
    """List the faults of a draft, those too that only the practice's shelf can tell."""
    faults = check(draft)
    if draft.get("slug") != programme.slug:
        faults.append(_other_slug("/slug"))
    if draft.get("library_id") is not None:
        message = "Only programmes of the library have a library id."
        faults.append(Fault("/library_id", "reserved", message))
    if faults:
        return faults
    named = [part["exercise"] for part in draft["parts"]]
    known = await queries.latest_numbers(db, programme.practice_id, set(named))
    return [
        Fault(f"/parts/{at}/exercise", "unknown-exercise", "There is no such exercise.")
        for at, one in enumerate(named)
        if one not in known
    ]


def content_hash(document: Mapping[str, Any]) -> str:
    """Return the SHA-256 of a document's canonical JSON, in hex."""
    canonical = json.dumps(
        document, sort_keys=True, ensure_ascii=False, separators=(",", ":")
    )
    return hashlib.sha256(canonical.encode()).hexdigest()


async def _add_version(
    db: AsyncSession, actor: Actor, programme: Programme, document: dict[str, Any]
) -> ProgrammeVersion | None:
    """Append a version and make the programme's row tell of it; None if it is no news."""
    fingerprint = content_hash(document)
    if programme.latest_number:
        latest = await queries.version_of(db, programme, programme.latest_number)
        if latest.content_hash == fingerprint:
            return None
    version = ProgrammeVersion(
        practice_id=programme.practice_id,
        id=new_id(),
        programme_id=programme.id,
        number=programme.latest_number + 1,
        document=document,
        content_hash=fingerprint,
        published_at=clock.now(),
        published_by=actor.id,
    )
    db.add(version)
    programme.latest_number = version.number
    programme.kind = Kind(document["kind"])
    programme.summary = {key: document.get(key) for key in _SUMMARY} | {
        "parts": len(document["parts"])
    }
    db.add(programme)
    await db.flush()
    await _tell(db, actor, "programme.published", programme)
    return version


async def _tell(
    db: AsyncSession, actor: Actor, verb: str, programme: Programme
) -> None:
    await journal.record(db, actor, verb, ("programme", programme.id))
