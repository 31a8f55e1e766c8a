"""Programmes over HTTP: the library is read, a practice writes its own."""

from copy import deepcopy
from typing import Any

from sqlalchemy import text

from api.programmes import service_definitions
from tests.programmes.conftest import LADDER, Desk
from tests.programmes.permission_cases import DRAFT

DOCS = "/v1/programmes"


async def test_the_library_is_loaded_once_and_can_be_read(desk: Desk) -> None:
    cast = desk.cast
    listed = (await cast.client.get(DOCS)).json()["items"]
    assert [one["library_id"] for one in listed] == ["P01", "P02", "P03", "P04"]
    one = (await cast.client.get(f"{DOCS}/{LADDER}/versions/1")).json()
    assert one["document"]["kind"] == "ladder"
    assert (await cast.client.get(f"{DOCS}/{LADDER}/versions/2")).status_code == 404
    async with cast.store.writer() as db:
        assert await service_definitions.load_library(db, cast.practice_id) == 0
        connection = await db.connection()
        kept = await connection.execute(text("SELECT count(*) FROM programme_version"))
        assert kept.scalar_one() == 8  # four of each practice


async def test_a_practice_writes_and_publishes_its_own(desk: Desk) -> None:
    therapist, client = desk.cast.therapist, desk.cast.client
    draft: dict[str, Any] = deepcopy(DRAFT)
    begun = await therapist.post(DOCS, json={"document": draft})
    assert begun.status_code == 201
    assert (await client.get(f"{DOCS}/our-own")).status_code == 404
    again = await therapist.post(DOCS, json={"document": draft})
    assert again.json()["code"] == "slug-taken"
    published = await therapist.post(f"{DOCS}/our-own/publish")
    assert published.json()["number"] == 1
    nothing = await therapist.post(f"{DOCS}/our-own/publish")
    assert nothing.json()["code"] == "no-draft"
    draft["parts"][0]["exercise"] = "no-such-exercise"
    match = {"If-Match": (await therapist.get(f"{DOCS}/our-own")).headers["etag"]}
    written = await therapist.put(
        f"{DOCS}/our-own/draft", json={"document": draft}, headers=match
    )
    assert written.status_code == 200
    refused = await therapist.post(f"{DOCS}/our-own/publish")
    assert refused.json()["errors"][0]["pointer"] == "/parts/0/exercise"
    stale = await therapist.put(
        f"{DOCS}/our-own/draft", json={"document": draft}, headers=match
    )
    assert stale.status_code == 412
    first = (await client.get(f"{DOCS}/our-own/versions/1")).json()
    assert first["document"]["parts"][0]["exercise"] == "paced-breath"


async def test_a_library_programme_is_not_changed(desk: Desk) -> None:
    refused = await desk.cast.therapist.post(f"{DOCS}/{LADDER}/publish")
    assert refused.json()["code"] == "library-programme"


async def test_drafts_are_for_those_who_write(desk: Desk) -> None:
    cast = desk.cast
    await cast.therapist.post(DOCS, json={"document": DRAFT})
    assert (await cast.client.get(f"{DOCS}/our-own/draft")).status_code == 403
    assert (await cast.stranger.get(f"{DOCS}/our-own/draft")).status_code == 404
    listed = (await cast.owner.get(DOCS)).json()["items"]
    assert "our-own" not in [one["slug"] for one in listed]
