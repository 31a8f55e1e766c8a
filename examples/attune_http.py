"""Asking Attune over HTTP: problems as exceptions, safe retries, nothing else.

SPDX-License-Identifier: Apache-2.0

Only requests that may be repeated without doubling anything are repeated: GET, PUT,
and POSTs that the caller says are repeatable (moves, sync, token requests).
"""

import random
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx

Json = dict[str, Any]

WORTH_RETRYING = frozenset({429, 502, 503, 504})
NOT_SIGNED_IN = 401


class Problem(Exception):
    """The service refused (RFC 9457). `code` is stable; build on it, not on texts."""

    def __init__(self, response: httpx.Response) -> None:
        try:
            document = response.json()
        except ValueError:
            document = {}
        self.document: Json = document if isinstance(document, dict) else {}
        self.status = response.status_code
        self.code = str(self.document.get("code", f"http-{self.status}"))
        detail = self.document.get("detail") or self.document.get("title") or ""
        super().__init__(f"{self.status} {self.code}: {detail}")


class Offline(Exception):
    """The service could not be reached; what was queued stays queued."""


class Http:
    """One base address, one bearer token at a time, polite retries.

    `renew` is called once when the service says 401; it must leave a fresh token in
    `token`, or raise.
    """

    def __init__(
        self,
        url: str,
        *,
        tries: int = 5,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self.url = url.rstrip("/")
        self.token: str | None = None
        self.renew: Callable[[], None] | None = None
        self._tries = tries
        self._http = httpx.Client(base_url=self.url, timeout=20, transport=transport)

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def get(self, path: str, **query: Any) -> Any:
        """Read something; None values of the query are left out."""
        params = {name: value for name, value in query.items() if value is not None}
        return self._json("GET", path, repeatable=True, params=params)

    def get_with_etag(self, path: str) -> tuple[Json, str]:
        """Read something with the ETag that a change of it has to name."""
        response = self.ask("GET", path, repeatable=True)
        return dict(response.json()), response.headers["ETag"]

    def get_text(self, path: str, **query: Any) -> str:
        """Read something that is not JSON, such as a chart."""
        params = {name: value for name, value in query.items() if value is not None}
        return self.ask("GET", path, repeatable=True, params=params).text

    def pages(self, path: str, **query: Any) -> Iterator[Json]:
        """Walk through every item of a list, page after page."""
        cursor = None
        while True:
            page = self.get(path, **query, cursor=cursor)
            yield from page["items"]
            cursor = page["next"]
            if cursor is None:
                return

    def put(self, path: str, body: Json, *, if_match: str | None = None) -> Any:
        """Create or replace what this address names: the same again changes nothing.

        With `if_match`, the ETag that was read, it is sent once: a lost answer is read
        again before anything else is tried.
        """
        headers = {"If-Match": if_match} if if_match else {}
        again = if_match is None
        return self._json("PUT", path, repeatable=again, headers=headers, json=body)

    def post(
        self,
        path: str,
        body: Json | None = None,
        *,
        repeatable: bool = False,
        if_match: str | None = None,
    ) -> Any:
        """Do something; `if_match` is the ETag that was read."""
        headers = {"If-Match": if_match} if if_match else {}
        extra: Json = {} if body is None else {"json": body}
        return self._json("POST", path, repeatable=repeatable, headers=headers, **extra)

    def post_form(self, path: str, fields: dict[str, str]) -> Any:
        """Ask for a token: the one place that speaks forms (RFC 6749)."""
        return self._json("POST", path, repeatable=False, data=fields)

    def _json(self, method: str, path: str, *, repeatable: bool, **more: Any) -> Any:
        response = self.ask(method, path, repeatable=repeatable, **more)
        return response.json() if response.content else None

    def ask(
        self, method: str, path: str, *, repeatable: bool, **more: Any
    ) -> httpx.Response:
        """Send, and send again where that is safe; raise Problem or Offline."""
        response = self._patiently(method, path, repeatable=repeatable, **more)
        if response.status_code == NOT_SIGNED_IN and self.token and self.renew:
            self.token = None
            self.renew()
            response = self._patiently(method, path, repeatable=repeatable, **more)
        if response.is_error:
            raise Problem(response)
        return response

    def _patiently(
        self, method: str, path: str, *, repeatable: bool, **more: Any
    ) -> httpx.Response:
        headers = more.pop("headers", {})
        if self.token:
            headers = headers | {"Authorization": f"Bearer {self.token}"}
        last = self._tries if repeatable else 1
        for attempt in range(1, last + 1):
            try:
                response = self._http.request(method, path, headers=headers, **more)
            except httpx.TransportError as error:
                if attempt == last:
                    raise Offline(str(error)) from error
                time.sleep(_pause(attempt, None))
                continue
            if response.status_code not in WORTH_RETRYING or attempt == last:
                return response
            time.sleep(_pause(attempt, response.headers.get("Retry-After")))
        raise AssertionError("unreachable")


def _pause(attempt: int, retry_after: str | None) -> float:
    """Wait as long as the service asks, else longer each time and never in step."""
    if retry_after is not None and retry_after.isdigit():
        return float(retry_after)
    return random.uniform(0.5, 1.0) * min(8.0, 0.25 * 2.0**attempt)  # noqa: S311
