"""Programmes over the wire: drafts, summaries, versions. Plans: `schemas_plans`."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import ConfigDict, Field

from api.foundation.schemas import In, Moment, Out
from api.programmes.words import Kind, Origin

_ID = "0198c8a4-6f2e-7c31-9a51-0f7d3f0b1c2d"
_AT = "2026-03-02T08:00:00Z"
_PART: dict[str, Any] = {
    "id": "tiny",
    "title": "Something tiny",
    "exercise": "micro-trust-moment",
    "why": "So small that a bad answer would cost you little.",
    "stop_note": "You can stop before, in the middle or after. Nobody needs to know.",
    "gate": {"type": "client_go"},
    "terms": {"setting": "solo", "sharing": "fact"},
}
_DOCUMENT: dict[str, Any] = {
    "slug": "small-steps",
    "title": "Small steps",
    "purpose": "To try out trust in steps so small that you stay in charge.",
    "kind": "ladder",
    "evidence": "D",
    "parts": [_PART],
}
_SUMMARY: dict[str, Any] = {
    "id": _ID,
    "slug": "small-steps",
    "origin": "practice",
    "kind": "ladder",
    "title": "Small steps",
    "purpose": "To try out trust in steps so small that you stay in charge.",
    "library_id": None,
    "evidence": "D",
    "locale": "en",
    "parts": 1,
    "latest": 1,
    "has_draft": False,
    "created_at": _AT,
}
_VERSION: dict[str, Any] = {
    "id": _ID,
    "slug": "small-steps",
    "number": 1,
    "content_hash": "9f2c4a7e0b1d3c5f" * 4,
    "published_at": _AT,
}


def _example(**values: Any) -> ConfigDict:
    return ConfigDict(json_schema_extra={"examples": [values]})


class ProgrammeDraftIn(In):
    """A draft, whole. It may have faults; publishing lists them."""

    model_config = _example(document=_DOCUMENT)

    document: Annotated[
        dict[str, Any],
        Field(description="The programme document; a draft may still have faults"),
    ]


class ProgrammeDraftOut(Out):
    """A draft as it was last written."""

    model_config = _example(slug="small-steps", document=_DOCUMENT)

    slug: str
    document: dict[str, Any]


class ProgrammeOut(Out):
    """A programme, as its latest version tells; null where none was published."""

    model_config = _example(**_SUMMARY)

    id: UUID
    slug: str
    origin: Origin
    kind: Kind | None
    title: str | None
    purpose: str | None
    library_id: str | None
    evidence: str | None
    locale: str | None
    parts: int
    latest: int
    has_draft: bool
    created_at: Moment


class ProgrammeVersionOut(Out):
    """A published version; it never changes."""

    model_config = _example(**_VERSION)

    id: UUID
    slug: str
    number: int
    content_hash: str
    published_at: Moment


class ProgrammeDocumentOut(ProgrammeVersionOut):
    """A published version with its whole document."""

    model_config = _example(**_VERSION, document=_DOCUMENT)

    document: dict[str, Any]
