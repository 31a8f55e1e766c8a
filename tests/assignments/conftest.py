"""A cast whose practices have the library, and small ways to offer and move."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from api.exercises.service_publishing import load_library
from api.foundation.ids import new_id
from tests.cast import Cast, Someone, _token, add_device

AS_NEEDED: dict[str, Any] = {"kind": "as_needed"}
EVERYTHING = {"do": True, "remind": True, "share": True}


def terms(**changed: Any) -> dict[str, Any]:
    """Terms of a small offer."""
    base = {
        "exercise": {"slug": "simple-grounding", "version": 1},
        "schedule": AS_NEEDED,
        "setting": "solo",
        "sharing": "fact",
        "rationale": "To settle.",
    }
    return base | changed


class Desk:
    """Offers and moves in the names of the cast."""

    def __init__(self, cast: Cast, slug: str) -> None:
        self.cast = cast
        self.slug = slug

    def terms(self, **changed: Any) -> dict[str, Any]:
        return terms(exercise={"slug": self.slug, "version": 1}) | changed

    async def offer(self, **changed: Any) -> dict[str, Any]:
        body = {
            "client_id": str(self.cast.client.id),
            "terms": self.terms(**changed),
        }
        made = await self.cast.therapist.post("/v1/assignments", json=body)
        assert made.status_code == 201, made.text
        return dict(made.json())

    async def move(
        self, who: Someone, one: Mapping[str, Any], verb: str, **body: Any
    ) -> dict[str, Any]:
        """Make a move that must be made."""
        answer = await self.ask(who, one, verb, **body)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    async def ask(
        self, who: Someone, one: Mapping[str, Any], verb: str, **body: Any
    ) -> Any:
        """Make a move and return the whole answer."""
        version = body.pop("if_match", None)
        headers = {} if version is None else {"If-Match": f'"v{version}"'}
        return await who.post(
            f"/v1/assignments/{one['id']}/{verb}", json=body, headers=headers
        )

    async def agreed(self, **changed: Any) -> dict[str, Any]:
        one = await self.offer(**changed)
        return await self.move(
            self.cast.client, one, "accept", revision=1, grants=EVERYTHING
        )

    async def read(self, one: Mapping[str, Any], who: Someone | None = None) -> Any:
        reader = who or self.cast.client
        return (await reader.get(f"/v1/assignments/{one['id']}")).json()


async def another_device(cast: Cast) -> Someone:
    """Return the client on a second device."""
    client = cast.client
    async with cast.store.writer() as db:
        device = await add_device(db, cast.practice_id, client.id)
        token, sign_in = await _token(db, cast.practice_id, client.id, "client", device)
        await db.commit()
    return replace(client, token=token, sign_in_id=sign_in, device_id=device)


@pytest.fixture
async def desk(cast: Cast) -> Desk:
    """The cast with the library, and a solo exercise to offer."""
    async with cast.store.writer() as db:
        await load_library(db, cast.practice_id)
        await load_library(db, cast.other_practice_id)
        await db.commit()
    listed = await cast.therapist.get("/v1/exercises?setting=solo&limit=1")
    return Desk(cast, listed.json()["items"][0]["slug"])


def new_uuid() -> str:
    """Return an id as a device makes it."""
    return str(new_id())
