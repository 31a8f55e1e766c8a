"""The straight way of submitting keeps the same row as the careful one, or none."""

import asyncio
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func
from sqlmodel import col, select

from api.assignments.tables import AnchorEvent, TermsRevision
from api.completions import service
from api.completions.sharing import Level
from api.completions.tables import Completion, SharingChange
from api.foundation import clock, journal
from api.foundation.ids import new_id
from api.people import service as people
from api.people.tables import Client
from tests.completions.stage import Stage

_OWN = {"id", "changed_seq", "received_at", "digest"}


async def kept(stage: Stage, completion_id: UUID) -> dict[str, Any]:
    async with stage.cast.store.reader() as db:
        query = select(Completion).where(col(Completion.id) == completion_id)
        return (await db.exec(query)).one().model_dump()


async def told(stage: Stage, completion_id: UUID) -> list[dict[str, Any]]:
    async with stage.cast.store.reader() as db:
        query = select(journal.Entry).where(
            col(journal.Entry.subject_id) == completion_id
        )
        return [
            one.model_dump(exclude={"id", "at", "subject_id"})
            for one in (await db.exec(query)).all()
        ]


async def changes(stage: Stage) -> int:
    async with stage.cast.store.reader() as db:
        query = select(Client.change_seq).where(col(Client.id) == stage.cast.client.id)
        return (await db.exec(query)).one()


@pytest.fixture
async def ways(monkeypatch: pytest.MonkeyPatch) -> list[UUID]:
    """Ids of the completions that took the careful way."""
    careful: list[UUID] = []
    submit = service.submit

    async def watched(db: Any, caller: Any, completion_id: UUID, *rest: Any) -> Any:
        careful.append(completion_id)
        return await submit(db, caller, completion_id, *rest)

    monkeypatch.setattr(service, "submit", watched)
    return careful


async def test_both_ways_keep_the_same_row(stage: Stage, ways: list[UUID]) -> None:
    careful, straight = await stage.done(), await stage.done()
    assert ways == [careful]
    one, other = await kept(stage, careful), await kept(stage, straight)
    assert {key for key in one if one[key] != other[key]} <= _OWN
    assert one["digest"] == other["digest"]
    assert other["changed_seq"] == one["changed_seq"] + 1 == await changes(stage)
    assert await told(stage, careful) == await told(stage, straight)


async def test_fifty_retries_on_the_straight_way_make_one_row(
    stage: Stage, ways: list[UUID]
) -> None:
    await stage.done()
    completion_id = new_id()
    sendings = (stage.send(stage.body(), completion_id) for _ in range(50))
    answers = await asyncio.gather(*sendings)
    assert sorted(answer.status_code for answer in answers) == [200] * 49 + [201]
    assert len({answer.text for answer in answers}) == 1
    assert len(await told(stage, completion_id)) == 1
    async with stage.cast.store.reader() as db:
        count = select(func.count()).select_from(Completion)
        assert (await db.exec(count)).one() == 2


async def test_what_came_before_it_is_weighed_on_the_careful_way(
    stage: Stage, ways: list[UUID]
) -> None:
    await stage.done()
    completion_id = new_id()
    path = f"/v1/completions/{completion_id}/parts/after"
    await stage.cast.client.put(path, json=stage.part())
    await stage.send(stage.body(), completion_id)
    assert ways[-1] == completion_id
    assert "surprise" in (await kept(stage, completion_id))["points"]


async def test_a_plan_that_hangs_on_a_completion_hears_of_it(
    stage: Stage, ways: list[UUID]
) -> None:
    await stage.done()
    async with stage.cast.store.writer() as db:
        terms = (await db.exec(select(TermsRevision))).one().model_dump()
        db.add(TermsRevision(**terms | {"number": 2, "hangs_on": "small-ask"}))
        await db.commit()
    completion_id = await stage.done()
    assert ways[-1] == completion_id
    async with stage.cast.store.reader() as db:
        [event] = (await db.exec(select(AnchorEvent))).all()
    assert event.completion_id == completion_id


async def test_the_straight_way_refuses_with_the_same_words(
    stage: Stage, ways: list[UUID]
) -> None:
    wrong = stage.body(answers={"today": {"go": "given"}})
    careful = await stage.send(wrong, new_id())
    await stage.done()
    straight = await stage.send(wrong, new_id())
    assert careful.content == straight.content
    absent = stage.body(revision=9)
    assert (await stage.send(absent, new_id())).status_code == 404


async def test_a_seal_that_comes_while_it_waits_for_the_client_holds(
    stage: Stage, ways: list[UUID]
) -> None:
    await stage.done()
    completion_id, client = new_id(), stage.cast.client
    async with stage.cast.store.writer() as db:
        change = await people.next_change(db, client.practice_id, client.id)
        db.add(
            SharingChange(
                practice_id=client.practice_id,
                client_id=client.id,
                completion_id=completion_id,
                id=new_id(),
                at=clock.now(),
                received_at=clock.now(),
                level=Level.SEALED,
            )
        )
        await db.flush()
        sending = asyncio.create_task(stage.send(stage.body(), completion_id))
        await asyncio.sleep(0.3)
        assert not sending.done()
        await db.commit()
    assert (await sending).json()["sharing"]["level"] == "sealed"
    assert ways[-1] == completion_id
    assert (await kept(stage, completion_id))["changed_seq"] == change + 1
