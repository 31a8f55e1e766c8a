"""Routers whose bodies pass the strict reader, and answers made of ready bytes.

Routes are found by a directory: FastAPI tries an included router's routes one after
the other, twice, which with eighty of them costs more than answering.
"""

from collections import defaultdict
from collections.abc import Callable, Coroutine, Iterable
from typing import Any

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute, Match
from starlette.types import Receive, Scope, Send

from api.foundation import strict_json
from api.foundation.errors import ApiError, BadRequest, BodyRefused


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
            state = self.app.state
            depth = state.settings.max_json_depth
            try:
                self._json = strict_json.read(body, max_depth=depth, names=state.names)
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
            if _has_nul(request.scope):
                raise BadRequest
            if takes_json and not _is_json(request.headers.get("content-type", "")):
                raise NotJson
            return await handle(strict)

        return strictly


def _has_nul(scope: Scope) -> bool:
    """Tell whether the address has a NUL: PostgreSQL keeps no such text."""
    return "\0" in scope["path"] or b"%00" in scope["query_string"]


def _is_form(route: APIRoute) -> bool:
    field = route.body_field
    return field is not None and type(field.field_info).__name__ in ("Form", "File")


def room(prefix: str, tag: str) -> APIRouter:
    """Return the router of a room; all its operations carry the tag."""
    return APIRouter(prefix=prefix, tags=[tag], route_class=StrictRoute)


_FOUND = "attune.route"


class Directory(BaseRoute):
    """Finds an operation by its method and by the shape of its path.

    It says no to whatever it does not know for certain; the routes behind it decide.
    """

    def __init__(self, routes: Iterable[APIRoute]) -> None:
        self._routes: dict[tuple[str, int, str], list[APIRoute]] = defaultdict(list)
        for route in routes:
            length, place = _shape(route.path)
            for method in route.methods or ():
                self._routes[(method, length, place)].append(route)

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Try the few routes that can be meant."""
        if scope["type"] == "http" and not scope.get("root_path"):
            for route in self._routes.get(
                (scope["method"], *_shape(scope["path"])), ()
            ):
                match, found = route.matches(scope)
                if match is Match.FULL:
                    return match, {**found, _FOUND: route}
        return Match.NONE, {}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand the request to the route that was found."""
        route: APIRoute = scope[_FOUND]
        scope["route"] = route
        await route.handle(scope, receive, send)


def _shape(path: str) -> tuple[int, str]:
    """Return how many segments a path has, and the one that names the resource."""
    segments = path.split("/")
    return len(segments), segments[2] if len(segments) > 2 else ""


def add_rooms(app: FastAPI, routers: Iterable[APIRouter]) -> None:
    """Put every room's routes into the app, and a directory of them before."""
    routes = [route for router in routers for route in router.routes]
    operations = [route for route in routes if isinstance(route, APIRoute)]
    app.router.routes.extend([Directory(operations), *routes])


def together(*routers: APIRouter) -> APIRouter:
    """Return one router with the routes of a room's several files, side by side."""
    return APIRouter(routes=[route for router in routers for route in router.routes])


def ready(body: bytes, *, status: int = 200, etag: str | None = None) -> Response:
    """Answer with JSON bytes made once, without building models row by row."""
    headers = {"ETag": etag} if etag else None
    return Response(body, status, headers, media_type="application/json")
