"""AL-9: silence after an open alert, and urgent alerts that wait."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import col, select

from api.assignments.standing import State
from api.assignments.tables import Assignment
from api.foundation import clock
from api.people.tables import Client, ClientState
from api.safety.alerts import Audience, Priority, Rule
from api.safety.service_silence import waiting_too_long
from api.worker import JOBS
from tests.cast import Cast
from tests.completions.stage import Stage
from tests.safety.permission_cases import add_alert
from tests.safety.stage import LOW, QUIET, alerts, do, rules, set_up


@pytest.fixture
async def stage(cast: Cast) -> Stage:
    return await set_up(cast)


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Moves the service's clock by some days; tokens are not asked about it."""

    def move(days: float) -> None:
        now = datetime.now(UTC) + timedelta(days=days)
        monkeypatch.setattr(clock, "now", lambda: now)

    yield move
    monkeypatch.undo()


async def silence(cast: Cast) -> int:
    async with cast.store.writer() as db:
        count = await JOBS["assignments.silence"](db)
        await db.commit()
    return count


async def test_two_weeks_of_silence_after_an_open_alert_are_told_once(
    cast: Cast, stage: Stage, later: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    await do(stage, LOW)
    later(13.9)
    assert await silence(cast) == 0
    later(14.1)
    assert [await silence(cast) for _ in range(3)] == [1, 0, 0]
    monkeypatch.undo()
    found = await alerts(cast.therapist)
    assert [one["rule"] for one in found] == ["AL-9", "AL-1"]
    assert found[0]["payload"] == {"after": "AL-1", "days": 14}
    assert found[0]["source"]["id"] == found[1]["id"]


async def test_a_sign_of_the_client_begins_the_time_anew(
    cast: Cast, stage: Stage, later: Any
) -> None:
    async with cast.store.writer() as db:
        ago = clock.now() - timedelta(days=20)
        await add_alert(db, cast, raised_at=ago)
        await db.commit()
    await do(stage, QUIET)
    assert await silence(cast) == 0
    later(14.1)
    assert await silence(cast) == 1


async def test_what_somebody_has_seen_is_not_waited_for(
    cast: Cast, stage: Stage, later: Any
) -> None:
    await do(stage, LOW)
    [alert] = await alerts(cast.therapist)
    path = f"/v1/alerts/{alert['id']}/acknowledge"
    await cast.therapist.post(path, json={"outcome": "talked"})
    later(30)
    assert await silence(cast) == 0


async def _old_alert(cast: Cast, **changed: Any) -> UUID:
    async with cast.store.writer() as db:
        ago = clock.now() - timedelta(days=20)
        alert = await add_alert(db, cast, **{"raised_at": ago, **changed})
        await db.commit()
        return alert.id


async def test_whoever_paused_everything_or_left_is_not_waited_for(
    cast: Cast, stage: Stage
) -> None:
    await _old_alert(cast)
    async with cast.store.writer() as db:
        own = (cast.practice_id, stage.assignment_id)
        (await db.get_one(Assignment, own)).state = State.PAUSED
        await db.commit()
    assert await silence(cast) == 0
    async with cast.store.writer() as db:
        (await db.get_one(Assignment, own)).state = State.ACTIVE
        client = await db.get_one(Client, (cast.practice_id, cast.client.id))
        client.state = ClientState.DISCHARGED
        await db.commit()
    assert await silence(cast) == 0
    async with cast.store.writer() as db:
        query = select(Client).where(col(Client.id) == cast.client.id)
        (await db.exec(query)).one().state = ClientState.ACTIVE
        await db.commit()
    assert await silence(cast) == 1


async def test_silence_is_not_told_about_what_the_care_team_never_got(
    cast: Cast, stage: Stage
) -> None:
    await _old_alert(cast, rule=Rule.WORSE_THAN_AT_FIRST, audience=Audience.CLIENT)
    await _old_alert(cast, rule=Rule.LOW_MOOD)
    assert await silence(cast) == 0
    assert await rules(cast.therapist) == ["AL-11"]


async def test_urgent_alerts_that_wait_longer_than_was_said_are_counted(
    cast: Cast,
) -> None:
    hours = clock.now() - timedelta(hours=30)
    await _old_alert(cast, raised_at=hours)
    await _old_alert(cast, raised_at=hours, priority=Priority.HIGH)
    async with cast.store.reader() as db:
        assert await waiting_too_long(db) == 0
    match = {"If-Match": '"v0"'}
    body = {"response_hours": 24}
    await cast.owner.put("/v1/safety-settings", json=body, headers=match)
    async with cast.store.reader() as db:
        assert await waiting_too_long(db) == 1
    assert "safety.waiting" in JOBS
