"""Occurrences over HTTP: what is planned, answers, journeys, changed plans, lapsing."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from api.assignments import service_anchors
from api.assignments.jobs import lapse_due
from api.assignments.tables import Assignment
from api.foundation import clock
from api.foundation.ids import new_id
from tests.assignments.conftest import Desk, another_device, new_uuid

ZONE = "Europe/Berlin"


def daily(count: int = 4, hour: int = 19) -> dict[str, Any]:
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).date()
    return {
        "kind": "recurring",
        "zone": ZONE,
        "starts": f"{tomorrow}T{hour}:00:00",
        "rule": f"FREQ=DAILY;COUNT={count}",
    }


async def planned(desk: Desk, one: dict[str, Any]) -> list[dict[str, Any]]:
    path = f"/v1/assignments/{one['id']}/occurrences"
    found = await desk.cast.client.get(path)
    assert found.status_code == 200, found.text
    return list(found.json()["items"])


async def test_nothing_is_planned_before_a_yes(desk: Desk) -> None:
    one = await desk.offer(schedule=daily())
    assert await planned(desk, one) == []


async def test_what_was_agreed_is_planned(desk: Desk) -> None:
    one = await desk.agreed(schedule=daily())
    found = await planned(desk, one)
    assert [item["key"] for item in found] == ["1.1", "1.2", "1.3", "1.4"]
    assert {item["asked"] for item in found} <= {"not_due", "window_open"}
    assert {item["local"][11:] for item in found} == {"19:00:00"}


async def test_as_needed_has_no_occurrences(desk: Desk) -> None:
    assert await planned(desk, await desk.agreed()) == []


async def test_a_journey_moves_what_is_to_come_and_renames_nothing(desk: Desk) -> None:
    one = await desk.agreed(schedule=daily())
    before = await planned(desk, one)
    profile = {"nickname": "Client", "zone": "America/New_York"}
    moved = await desk.cast.client.put(
        "/v1/me/profile", json=profile, headers={"If-Match": '"v1"'}
    )
    assert moved.status_code == 200
    after = await planned(desk, one)
    assert [item["key"] for item in after] == [item["key"] for item in before]
    assert {item["zone"] for item in after} == {"America/New_York"}
    assert {item["local"][11:] for item in after} == {"19:00:00"}


async def test_a_pause_and_a_withdrawal_ask_nothing(desk: Desk) -> None:
    one = await desk.agreed(schedule=daily())
    await desk.move(desk.cast.client, one, "pause")
    assert {item["asked"] for item in await planned(desk, one)} == {"paused"}
    await desk.move(desk.cast.client, one, "withdraw")
    found = await planned(desk, one)
    assert {item["asked"] for item in found} <= {"cancelled"}


async def test_a_new_plan_has_names_of_its_own_and_other_changes_keep_them(
    desk: Desk,
) -> None:
    one = await desk.agreed(schedule=daily())
    client, therapist = desk.cast.client, desk.cast.therapist
    less = desk.terms(schedule=daily(), sharing="scores")
    revised = await desk.move(
        therapist, one, "revise", terms=less, if_match=one["version"]
    )
    yes = {"revision": 2, "grants": {"do": True}}
    now = await desk.move(client, one, "accept", **yes)
    assert revised["offered_revision"] == 2
    assert next(item["key"] for item in await planned(desk, one)) == "1.1"
    other = desk.terms(schedule=daily(hour=21), sharing="scores")
    await desk.move(therapist, one, "revise", terms=other, if_match=now["version"])
    await desk.move(client, one, "accept", revision=3, grants={"do": True})
    keys = [item["key"] for item in await planned(desk, one)]
    assert keys[-4:] == ["3.1", "3.2", "3.3", "3.4"]


async def say(who: Any, one: dict[str, Any], key: str, **body: Any) -> Any:
    return await who.put(
        f"/v1/assignments/{one['id']}/occurrences/{key}/answer", json=body
    )


async def test_an_answer_is_kept_and_its_retry_is_the_same(desk: Desk) -> None:
    one = await desk.agreed(schedule=daily())
    body = {"answer": "not_today", "id": new_uuid()}
    first = await say(desk.cast.client, one, "1.1", **body)
    again = await say(desk.cast.client, one, "1.1", **body)
    assert first.status_code == 200
    assert again.json() == first.json()
    assert first.json()["answers"] == 1
    [item] = [i for i in await planned(desk, one) if i["key"] == "1.1"]
    assert (item["answer"], item["asked"]) == ("not_today", "declined")


async def test_answers_are_private_until_the_client_shares(desk: Desk) -> None:
    one = await desk.agreed(schedule=daily())
    await say(desk.cast.client, one, "1.1", answer="done")
    path = f"/v1/assignments/{one['id']}"
    seen = (await desk.cast.therapist.get(f"{path}/occurrences")).json()["items"]
    assert seen[0]["answer"] == "done"
    grants = {"do": True, "share": False}
    await desk.cast.client.put(f"{path}/grants", json={"grants": grants})
    seen = (await desk.cast.therapist.get(f"{path}/occurrences")).json()["items"]
    assert (seen[0]["answer"], seen[0]["answers"]) == (None, 0)
    assert (await planned(desk, one))[0]["answer"] == "done"


async def test_between_devices_the_more_protective_answer_holds(desk: Desk) -> None:
    one = await desk.agreed(schedule=daily())
    tablet = await another_device(desk.cast)
    phone = desk.cast.client
    await say(tablet, one, "1.1", answer="not_safe_to", id=new_uuid(), seen=0)
    held = await say(phone, one, "1.1", answer="done", id=new_uuid(), seen=0)
    assert held.json()["answer"] == "not_safe_to"
    knowing = await say(phone, one, "1.1", answer="other_reason", seen=2)
    assert knowing.json()["answer"] == "other_reason"


async def test_only_the_client_answers_and_only_real_names(desk: Desk) -> None:
    one = await desk.agreed(schedule=daily())
    cast = desk.cast
    refused = await say(cast.therapist, one, "1.1", answer="done")
    assert refused.status_code == 403
    for who in (cast.other_client, cast.foreign_client):
        assert (await say(who, one, "1.1", answer="done")).status_code == 404
    for key in ("9.1", "1.0", "x"):
        refused = await say(cast.client, one, key, answer="done")
        assert refused.status_code in (404, 422)


async def test_a_look_is_bounded(desk: Desk) -> None:
    one = await desk.agreed(schedule=daily())
    path = f"/v1/assignments/{one['id']}/occurrences"
    long = "?from=2020-01-01T00:00:00Z&to=2029-01-01T00:00:00Z"
    assert (await desk.cast.client.get(path + long)).status_code == 422


async def test_a_plan_after_completions_grows_with_them(desk: Desk) -> None:
    done = await desk.agreed()
    schedule = {
        "kind": "anchored",
        "zone": ZONE,
        "anchor": {"event": "completion", "exercise": desk.slug, "each": True},
        "distance": "P1D",
    }
    one = await desk.agreed(schedule=schedule)
    assert await planned(desk, one) == []
    completion = new_id()
    for _ in range(2):
        async with desk.cast.store.writer() as db:
            key = (desk.cast.practice_id, UUID(done["id"]))
            row = await db.get_one(Assignment, key)
            await service_anchors.note_completion(
                db,
                row,
                exercise=desk.slug,
                completion_id=completion,
                at=clock.now(),
            )
            await db.commit()
    assert [item["key"] for item in await planned(desk, one)] == ["1.1"]
    path = f"/v1/assignments/{one['id']}/occurrences"
    seen = await desk.cast.therapist.get(path)  # its day would tell the completion's
    assert seen.json() == {"items": []}


@pytest.mark.parametrize("verb", [None, "not-now"])
async def test_an_offer_lapses_unless_the_client_asked_for_time(
    desk: Desk, verb: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = await desk.offer(lapses_after_days=3)
    forever = await desk.offer()
    later = clock.now() + timedelta(days=5)
    if verb:
        until = (later + timedelta(days=5)).isoformat()
        await desk.move(desk.cast.client, one, verb, until=until)
    monkeypatch.setattr(clock, "now", lambda: later)
    async with desk.cast.store.writer() as db:
        assert await lapse_due(db) == (0 if verb else 1)
        await db.commit()
    monkeypatch.undo()
    assert (await desk.read(one))["state"] == ("offered" if verb else "lapsed")
    assert (await desk.read(forever))["state"] == "offered"
