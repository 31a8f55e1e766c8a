"""Keyset pages: an opaque signed cursor in, `Link` and `next` out."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Generic, TypeVar
from urllib.parse import quote
from uuid import UUID

from fastapi import Depends, Query, Request, Response

from api.foundation.crypto import Keys, b64decode, b64encode
from api.foundation.errors import BadRequest
from api.foundation.schemas import Out

T = TypeVar("T")
R = TypeVar("R")
_PURPOSE = "cursor"
_TAG = 16


class BadCursor(BadRequest):
    """The cursor was not made by this list, or was changed."""

    code = "bad-cursor"
    title = "The cursor does not belong to this list"


class Page(Out, Generic[T]):
    """A page of a list; `next` is the cursor of the following page, or null."""

    items: list[T]
    next: str | None


@dataclass(frozen=True)
class PageRequest:
    """How many, and after which key; remembers the request to write `Link`."""

    limit: int
    after: UUID | None
    request: Request
    response: Response

    def cut(
        self, rows: Sequence[R], key: Callable[[R], UUID]
    ) -> tuple[list[R], str | None]:
        """Cut `limit + 1` rows to a page and return it with the next cursor."""
        page = list(rows[: self.limit])
        if len(rows) <= self.limit:
            return page, None
        cursor = self._cursor(key(page[-1]))
        # The path from the scope: what a Host header says has no part in it.
        query = self.request.url.include_query_params(cursor=cursor).query
        self.response.headers["Link"] = f'<{_path(self.request)}?{query}>; rel="next"'
        return page, cursor

    def _cursor(self, last: UUID) -> str:
        body = json.dumps([_path(self.request), str(last)]).encode()
        keys: Keys = self.request.app.state.keys
        return b64encode(keys.sign(_PURPOSE, body) + last.bytes)


def _path(request: Request) -> str:
    return quote(request.scope["path"])


def _after(request: Request, cursor: str | None) -> UUID | None:
    if cursor is None:
        return None
    try:
        raw = b64decode(cursor)
        last = UUID(bytes=raw[_TAG:])
    except ValueError:
        raise BadCursor from None
    body = json.dumps([_path(request), str(last)]).encode()
    keys: Keys = request.app.state.keys
    if not keys.is_signed(_PURPOSE, body, raw[:_TAG]):
        raise BadCursor
    return last


async def page_request(
    request: Request,
    response: Response,
    limit: Annotated[int, Query(ge=1, le=100, description="Items a page")] = 20,
    cursor: Annotated[
        str | None, Query(max_length=200, description="`next` of the page before")
    ] = None,
) -> PageRequest:
    """Read the paging parameters of a list."""
    return PageRequest(limit, _after(request, cursor), request, response)


Paging = Annotated[PageRequest, Depends(page_request)]
