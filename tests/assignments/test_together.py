"""Many at once: retries, races between devices, batches that cross."""

import asyncio
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from api.assignments.service import apply_client_move
from api.foundation.journal import Entry
from tests.assignments.conftest import EVERYTHING, Desk, another_device, new_uuid
from tests.assignments.test_sync import caller_of, move, sync
from tests.cast import Someone

YES = {"revision": 1, "grants": EVERYTHING}


async def test_twenty_retries_at_once_are_one_move(desk: Desk) -> None:
    one = await desk.offer()
    yes = YES | {"id": new_uuid(), "at": "2026-11-20T10:00:00Z", "seen": 1}
    answers = await asyncio.gather(
        *(desk.ask(desk.cast.client, one, "accept", **yes) for _ in range(20))
    )
    assert {answer.status_code for answer in answers} == {200}
    path = f"/v1/assignments/{one['id']}/history"
    told = (await desk.cast.client.get(path)).json()["items"]
    assert [entry["verb"] for entry in told] == ["offer", "accept"]


async def test_a_yes_and_a_no_at_once_come_to_the_no(desk: Desk) -> None:
    tablet = await another_device(desk.cast)
    for _ in range(5):
        one = await desk.offer()
        yes = YES | {"id": new_uuid(), "seen": 1}
        await asyncio.gather(
            desk.ask(desk.cast.client, one, "accept", **yes),
            desk.ask(tablet, one, "decline", id=new_uuid(), seen=1),
        )
        assert (await desk.read(one))["state"] == "declined"


async def test_of_two_revisions_of_one_version_only_one_is_made(desk: Desk) -> None:
    one = await desk.agreed()
    answers = await asyncio.gather(
        *(
            desk.ask(
                desk.cast.therapist,
                one,
                "revise",
                terms=desk.terms(sharing=level),
                if_match=one["version"],
            )
            for level in ("scores", "full")
        )
    )
    assert sorted(answer.status_code for answer in answers) == [200, 412]
    assert (await desk.read(one))["latest_revision"] == 2


async def test_batches_that_cross_do_not_wait_for_each_other(desk: Desk) -> None:
    tablet = await another_device(desk.cast)
    offers = [await desk.agreed() for _ in range(3)]

    async def batch(who: Someone, order: list[dict[str, Any]], minute: int) -> None:
        async with desk.cast.store.writer() as db:
            for one in order:
                sent = move("pause", minute, seen=2)
                await apply_client_move(
                    db,
                    caller_of(who),
                    UUID(one["id"]),
                    sent,
                )
                await asyncio.sleep(0)
            await db.commit()

    async with asyncio.timeout(20):
        await asyncio.gather(
            batch(desk.cast.client, offers, 1),
            batch(tablet, offers[::-1], 2),
            batch(desk.cast.client, offers[1:] + offers[:1], 3),
        )
    states = {(await desk.read(one))["state"] for one in offers}
    assert states == {"paused"}


async def test_the_journal_names_each_fact_once(desk: Desk) -> None:
    one = await desk.agreed()
    await sync(desk.cast, desk.cast.client, one, move("accept", 9, **YES, seen=2))
    await desk.move(desk.cast.client, one, "withdraw", reason="Private words.")
    async with desk.cast.store.reader() as db:
        query = select(Entry).where(col(Entry.subject_id) == UUID(one["id"]))
        entries = (await db.exec(query.order_by(col(Entry.id)))).all()
    assert [entry.verb for entry in entries] == [
        "assignment.offered",
        "assignment.accepted",
        "assignment.withdrawn",
    ]
    assert {entry.client_id for entry in entries} == {desk.cast.client.id}
    assert "Private" not in str([entry.model_dump() for entry in entries])
