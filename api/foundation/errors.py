"""Errors as facts, told as RFC 9457 problem documents that never repeat the input.

    ApiError
    ├── BadRequest 400        the request can't be read
    ├── NotSignedIn 401       no valid token
    ├── NotPermitted 403      this kind of caller never may
    ├── NotFound 404          absent, or not yours: the same answer
    ├── Conflict 409          the thing is not in the state the request needs
    ├── Stale 412             someone changed it since it was read
    ├── TooLarge 413          longer than this service reads
    ├── Invalid 422           readable, but against the rules; lists every place
    ├── MatchRequired 428     say which version is meant
    ├── TooMany 429           too often
    └── Unavailable 503       try again

A room adds subclasses beside the rule that raises them; `code` is stable for ever.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse

PROBLEM_JSON = "application/problem+json"


@dataclass(frozen=True)
class Fault:
    """One thing wrong, and its place as a JSON Pointer (RFC 6901) into the body."""

    pointer: str
    code: str
    message: str


class ApiError(Exception):
    """A refusal that has a status, a stable code and a plain sentence."""

    status: ClassVar[int] = 500
    code: ClassVar[str] = "internal"
    title: ClassVar[str] = "Something went wrong on our side"

    def __init__(
        self,
        detail: str | None = None,
        *,
        faults: Sequence[Fault] = (),
        headers: Mapping[str, str] | None = None,
        **members: Any,
    ) -> None:
        super().__init__(detail or self.title)
        self.detail = detail
        self.faults = tuple(faults)
        self.headers = dict(headers or {})
        self.members = members

    def document(self) -> dict[str, Any]:
        """Return the problem document."""
        problem = problem_document(self.status, self.code, self.title, self.detail)
        if self.faults:
            problem["errors"] = [
                {"pointer": f.pointer, "code": f.code, "message": f.message}
                for f in self.faults
            ]
        return problem | self.members


class BadRequest(ApiError):
    """The request can't be read."""

    status = 400
    code = "bad-request"
    title = "The request can't be read"


class NotSignedIn(ApiError):
    """No token, or one that is unknown, expired or revoked: the same answer."""

    status = 401
    code = "not-signed-in"
    title = "A valid access token is needed"

    def __init__(self) -> None:
        super().__init__(headers={"WWW-Authenticate": "Bearer"})


class NotPermitted(ApiError):
    """This kind of caller never may, whatever the object."""

    status = 403
    code = "not-permitted"
    title = "Your role does not include this"


class NotFound(ApiError):
    """Absent, or not the caller's to see: nobody can tell which."""

    status = 404
    code = "not-found"
    title = "There is nothing here for you"


class Conflict(ApiError):
    """The thing is not in the state that the request needs."""

    status = 409
    code = "conflict"
    title = "The present state does not allow this"


class TooLarge(ApiError):
    """The body is longer than this service reads."""

    status = 413
    code = "too-large"
    title = "The body is larger than this service takes"


class Stale(ApiError):
    """The thing was changed since it was read."""

    status = 412
    code = "stale"
    title = "It was changed since you read it"


class Invalid(ApiError):
    """Readable, but against the rules."""

    status = 422
    code = "invalid"
    title = "Some of this can't be accepted"


class MatchRequired(ApiError):
    """A write to something shared must say which version it means."""

    status = 428
    code = "match-required"
    title = "Send If-Match with the ETag you read"


class TooMany(ApiError):
    """Too often in a short time."""

    status = 429
    code = "too-many"
    title = "Too many tries; wait a little"


class Unavailable(ApiError):
    """The service can't answer just now."""

    status = 503
    code = "unavailable"
    title = "Please try again in a moment"


class BodyRefused(HTTPException):
    """A body refused while it is being read; FastAPI lets HTTPException through."""

    def __init__(self, error: ApiError) -> None:
        super().__init__(error.status, error.title)
        self.error = error


def problem_document(
    status: int, code: str, title: str, detail: str | None = None
) -> dict[str, Any]:
    """Return the members that every problem document has."""
    problem: dict[str, Any] = {
        "type": f"urn:attune:problem:{code}",
        "title": title,
        "status": status,
        "code": code,
    }
    if detail:
        problem["detail"] = detail
    return problem


def answer(error: ApiError) -> JSONResponse:
    """Render an error."""
    return JSONResponse(
        error.document(), error.status, error.headers, media_type=PROBLEM_JSON
    )


_STATUS_CODES = {
    400: ("bad-request", "The request can't be read"),
    404: ("not-found", "There is nothing here for you"),
    405: ("method-not-allowed", "This address does not take that method"),
}


def from_http(error: HTTPException) -> JSONResponse:
    """Render what the framework raised, in our form and words."""
    if isinstance(error, BodyRefused):
        return answer(error.error)
    code, title = _STATUS_CODES.get(
        error.status_code, ("refused", "The request was refused")
    )
    problem = problem_document(error.status_code, code, title)
    return JSONResponse(
        problem, error.status_code, error.headers, media_type=PROBLEM_JSON
    )


def pointer(segments: Sequence[str | int]) -> str:
    """Return a JSON Pointer (RFC 6901)."""
    return "".join(
        "/" + str(segment).replace("~", "~0").replace("/", "~1") for segment in segments
    )


_PLACES = frozenset({"body", "query", "path", "header", "cookie"})


def faults_of(errors: Sequence[Mapping[str, Any]]) -> list[Fault]:
    """Turn pydantic's findings into faults without any part of the input.

    An unknown field is named by its parent: its own name is the sender's text.
    Query, path and header faults point at `/<name>` of a declared parameter.
    """
    faults = []
    for error in errors[:50]:
        segments = list(error["loc"])
        place = segments.pop(0) if segments and segments[0] in _PLACES else "body"
        if error["type"] == "extra_forbidden":
            faults.append(
                Fault(pointer(segments[:-1]), "unknown-field", "has an unknown field")
            )
            continue
        message = _message(error)
        if place != "body":
            message = f"{place}: {message}"
        faults.append(
            Fault(pointer(segments), error["type"].replace("_", "-"), message)
        )
    return faults


def _message(error: Mapping[str, Any]) -> str:
    """Keep pydantic's sentence only where it is made of our own words and limits."""
    if error["type"] in _OWN_WORDS:
        return str(error["msg"])
    return "is not what is expected here"


_OWN_WORDS = frozenset(
    {
        "missing",
        "string_type",
        "string_too_short",
        "string_too_long",
        "int_type",
        "int_from_float",
        "float_type",
        "bool_type",
        "list_type",
        "dict_type",
        "greater_than",
        "greater_than_equal",
        "less_than",
        "less_than_equal",
        "too_short",
        "too_long",
        "enum",
        "literal_error",
        "timezone_aware",
        "uuid_type",
        "datetime_type",
    }
)


def from_validation(error: RequestValidationError) -> JSONResponse:
    """Render FastAPI's findings without the input it would echo."""
    return answer(Invalid(faults=faults_of(error.errors())))


def from_database(error: DBAPIError) -> JSONResponse:
    """Render what the database refused: taken already, busy, or our own fault."""
    if isinstance(error, IntegrityError):
        return answer(Conflict())
    if isinstance(error, OperationalError) or _will_pass(error):
        return answer(Unavailable(headers={"Retry-After": "1"}))
    return answer(ApiError())


_PASSING = frozenset({"08", "40", "53", "55", "57"})
"""Classes of SQLSTATE that a later try may not meet: connection lost, deadlock or
serialisation, no room, lock not to be had, ended by the operator. Source: PostgreSQL,
appendix A."""


def _will_pass(error: DBAPIError) -> bool:
    """Tell a passing trouble from a fault of ours; asyncpg tells both alike."""
    state = getattr(error.orig, "sqlstate", None) or ""
    return error.connection_invalidated or state[:2] in _PASSING


async def on_error(_request: Request, error: Exception) -> JSONResponse:
    """The one handler: every kind of error becomes a problem document."""
    match error:
        case ApiError():
            return answer(error)
        case RequestValidationError():
            return from_validation(error)
        case HTTPException():
            return from_http(error)
        case DBAPIError():
            return from_database(error)
        case NoConnectionFree() | ConnectionError():
            return answer(Unavailable(headers={"Retry-After": "1"}))
        case _:
            return answer(ApiError())


HANDLED: tuple[type[Exception], ...] = (
    ApiError,
    RequestValidationError,
    HTTPException,
    DBAPIError,
    NoConnectionFree,
    ConnectionError,
)
