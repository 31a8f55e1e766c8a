"""ETag and If-Match: nobody overwrites what they have not seen."""

from typing import Annotated

from fastapi import Header

from api.foundation.errors import MatchRequired, Stale

IfMatch = Annotated[
    str | None,
    Header(alias="If-Match", description="The ETag you read", max_length=80),
]


def etag(version: int) -> str:
    """Return the strong ETag of a version number."""
    return f'"v{version}"'


def require(if_match: str | None, version: int) -> None:
    """Raise MatchRequired without a header, Stale when it names another version."""
    if if_match is None:
        raise MatchRequired
    if if_match.strip() != etag(version):
        raise Stale
