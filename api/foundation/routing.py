"""Routers whose bodies pass the strict reader, and answers made of ready bytes."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.routing import APIRoute

from api.foundation import strict_json
from api.foundation.errors import ApiError, BodyRefused


class NotJson(ApiError):
    """A body of another type than JSON in UTF-8."""

    status = 415
    code = "not-json"
    title = "Send the body as application/json in UTF-8"


class StrictRequest(Request):
    """A request whose JSON is read by the one strict reader."""

    async def json(self) -> Any:
        """Return the body's value; refuse what is not plain JSON."""
        if not hasattr(self, "_json"):
            body = await self.body()
            depth = self.app.state.settings.max_json_depth
            try:
                self._json = strict_json.read(body, max_depth=depth)
            except ApiError as error:
                raise BodyRefused(error) from None
        return self._json


def _is_json(content_type: str) -> bool:
    kind, _, rest = content_type.lower().partition(";")
    charset = rest.replace(" ", "").replace('"', "")
    return kind.strip() == "application/json" and charset in ("", "charset=utf-8")


class StrictRoute(APIRoute):
    """A route that takes JSON bodies only as `StrictRequest` reads them."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Put the strict request in front of FastAPI's handler."""
        handle = super().get_route_handler()
        takes_json = self.body_field is not None and not _is_form(self)

        async def strictly(request: Request) -> Response:
            strict = StrictRequest(request.scope, request.receive)
            if takes_json and not _is_json(request.headers.get("content-type", "")):
                raise NotJson
            return await handle(strict)

        return strictly


def _is_form(route: APIRoute) -> bool:
    field = route.body_field
    return field is not None and type(field.field_info).__name__ in ("Form", "File")


def room(prefix: str, tag: str) -> APIRouter:
    """Return the router of a room; all its operations carry the tag."""
    return APIRouter(prefix=prefix, tags=[tag], route_class=StrictRoute)


def ready(body: bytes, *, status: int = 200, etag: str | None = None) -> Response:
    """Answer with JSON bytes made once, without building models row by row."""
    headers = {"ETag": etag} if etag else None
    return Response(body, status, headers, media_type="application/json")
