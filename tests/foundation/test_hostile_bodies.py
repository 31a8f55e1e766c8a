"""Every write route, every hostile body: a problem document, small, without echo."""

import re
from collections.abc import AsyncIterator
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI

from api.foundation.openapi import operations
from tests.cast import Cast, Someone
from tests.foundation.hostile import CANARY, HOSTILE, WRONG_TYPES

MOST_BYTES = 4_096


def write_routes(app: FastAPI) -> list[tuple[str, str, dict[str, object]]]:
    """Every operation that takes a JSON body, with its parameters filled in."""
    found = []
    for path, method, operation in operations(app.openapi()):
        content = operation.get("requestBody", {}).get("content", {})
        if "application/json" in content:
            filled = re.sub(r"\{[^}]*\}", lambda _: str(uuid4()), path)
            found.append((method.upper(), filled, operation))
    return found


def caller_for(cast: Cast, operation: dict[str, object]) -> list[Someone]:
    """Those who could be let in: refusing them at the door would prove little."""
    assert operation
    return [cast.therapist, cast.client, cast.owner]


def assert_a_clean_refusal(answer: httpx.Response, what: str) -> None:
    assert 400 <= answer.status_code < 500, f"{what}: {answer.status_code}"
    assert answer.headers["content-type"] == "application/problem+json", what
    assert len(answer.content) <= MOST_BYTES, what
    assert CANARY not in answer.text, what
    problem = answer.json()
    assert problem["type"].endswith(problem["code"]), what
    assert problem["status"] == answer.status_code, what


async def test_no_write_route_breaks_on_a_hostile_body(
    app: FastAPI, cast: Cast
) -> None:
    for method, path, operation in write_routes(app):
        for someone in caller_for(cast, operation):
            for name, body in HOSTILE.items():
                answer = await someone.ask(
                    method,
                    path,
                    content=body,
                    headers={"Content-Type": "application/json", "If-Match": '"v1"'},
                )
                assert_a_clean_refusal(answer, f"{method} {path} {name}")
    assert (await cast.http.get("/readyz")).status_code == 204


async def test_no_write_route_takes_another_content_type(
    app: FastAPI, cast: Cast
) -> None:
    for method, path, _ in write_routes(app):
        for kind in WRONG_TYPES:
            answer = await cast.therapist.ask(
                method, path, content=b"{}", headers={"Content-Type": kind}
            )
            assert answer.status_code == 415, f"{method} {path} {kind}"
            assert_a_clean_refusal(answer, f"{method} {path} {kind}")


@pytest.mark.parametrize(
    "path",
    ["/v1/%00", "/v1/%ff", "/v1/..;/", "/v1/clients/%2e%2e", "/v1/" + "a" * 4_000],
)
async def test_an_odd_path_is_an_ordinary_404(
    http: httpx.AsyncClient, path: str
) -> None:
    answer = await http.get(path)
    assert answer.status_code in (401, 404)
    assert_a_clean_refusal(answer, path)


@pytest.mark.parametrize("method", ["TRACE", "PROPFIND", "BREW", "CONNECT"])
async def test_an_odd_method_is_refused(http: httpx.AsyncClient, method: str) -> None:
    answer = await http.request(method, "/livez")
    assert answer.status_code == 405
    assert_a_clean_refusal(answer, method)


async def test_every_answer_forbids_caching_and_has_a_request_id(
    http: httpx.AsyncClient,
) -> None:
    for path in ("/livez", "/nowhere"):
        answer = await http.get(path)
        assert answer.headers["cache-control"] == "no-store"
        assert len(answer.headers["request-id"]) == 32


async def test_an_unexpected_error_is_a_problem_that_tells_nothing(
    app: FastAPI, cast: Cast, capsys: pytest.CaptureFixture[str]
) -> None:
    async def breaks() -> None:
        raise RuntimeError(CANARY)

    app.add_api_route("/breaks", breaks)
    answer = await cast.http.get("/breaks")
    assert answer.status_code == 500
    assert answer.json()["code"] == "internal"
    written = capsys.readouterr()
    assert CANARY not in answer.text + written.err + written.out


async def test_a_body_that_hides_its_length_is_refused_when_it_is_too_long(
    cast: Cast,
) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        yield b'{"a": "'
        for _ in range(120):
            yield b"z" * 10_000

    answer = await cast.http.post(
        "/v1/auth/refresh",
        content=pieces(),
        headers={"Content-Type": "application/json"},
    )
    assert answer.status_code == 413
    assert_a_clean_refusal(answer, "chunked")
