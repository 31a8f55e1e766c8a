"""Plans that begin with the client's own go, or with a number of completions."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter

from api.assignments import service_anchors
from api.assignments.anchors import Event
from api.assignments.schedule import Context, Schedule, faults, planned
from api.assignments.tables import Assignment
from api.foundation import clock
from api.foundation.ids import new_id
from tests.assignments.conftest import Desk

_READ: TypeAdapter[Schedule] = TypeAdapter(Schedule)
BERLIN = "Europe/Berlin"
FIRST = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)
FAR = {
    "from_": datetime(2026, 1, 1, tzinfo=UTC),
    "to": datetime(2027, 1, 1, tzinfo=UTC),
}


def after(anchor: dict[str, Any], **more: Any) -> Any:
    base = {"kind": "anchored", "zone": BERLIN, "anchor": anchor, "distance": "P1D"}
    return _READ.validate_python(base | more)


def events(count: int) -> Context:
    moments = [Event(at, FIRST + timedelta(days=at)) for at in range(1, count + 1)]
    return Context(events=moments)


def test_a_plan_after_a_number_of_completions_begins_with_the_last_of_them() -> None:
    anchor = {
        "event": "completion",
        "assignment_id": str(new_id()),
        "times": 3,
    }
    plan = after(anchor)
    assert planned(plan, events(2), **FAR) == []
    (one,) = planned(plan, events(5), **FAR)
    assert one.due_at == FIRST + timedelta(days=4)


def test_with_a_rule_a_plan_goes_on_from_the_go() -> None:
    plan = after({"event": "go"}, rule="FREQ=WEEKLY;BYDAY=MO,TH;COUNT=4", at="19:00")
    found = planned(plan, events(1), **FAR)
    assert [one.ordinal for one in found] == [1, 2, 3, 4]
    assert {one.local.strftime("%a %H:%M") for one in found} == {
        "Mon 19:00",
        "Thu 19:00",
    }
    assert found[0].local.date() > FIRST.date()


def test_a_rule_needs_one_beginning_and_a_count() -> None:
    each = {"event": "completion", "exercise": "paced-breath", "each": True}
    assert faults(after(each, rule="FREQ=DAILY;COUNT=3"))
    assert faults(after({"event": "go"}, rule="FREQ=DAILY;UNTIL=20260501"))
    assert faults(after({"event": "go"}, rule="FREQ=HOURLY;COUNT=3"))
    assert faults(after(each | {"times": 2}))
    assert not faults(after({"event": "go"}, rule="FREQ=DAILY;COUNT=3"))


async def step(desk: Desk, one: Any, *, is_open: bool, days: int) -> None:
    async with desk.cast.store.writer() as db:
        row = await db.get_one(Assignment, (desk.cast.practice_id, UUID(one["id"])))
        await service_anchors.note_step(
            db,
            row,
            is_open=is_open,
            move_id=new_id(),
            at=clock.now() + timedelta(days=days),
        )
        await db.commit()


async def asked(desk: Desk, one: Any) -> list[str]:
    path = f"/v1/assignments/{one['id']}/occurrences"
    window = {
        "from": (clock.now() - timedelta(days=20)).isoformat(),
        "to": (clock.now() + timedelta(days=20)).isoformat(),
    }
    told = await desk.cast.client.get(path, params=window)
    seen = await desk.cast.therapist.get(path, params=window)
    assert seen.json() == {"items": []}  # its days would tell when the client went on
    return [item["asked"] for item in told.json()["items"]]


async def test_nothing_is_asked_before_the_go_nor_after_a_step_back(desk: Desk) -> None:
    schedule = {
        "kind": "anchored",
        "zone": BERLIN,
        "anchor": {"event": "go"},
        "distance": "P1D",
        "at": "19:00",
        "rule": "FREQ=DAILY;COUNT=6",
        "window": {"opens_before": "PT2H", "closes_after": "PT2H"},
        "grace": "PT1H",
    }
    one = await desk.agreed(schedule=schedule)
    assert await asked(desk, one) == []
    await step(desk, one, is_open=False, days=0)
    assert await asked(desk, one) == []
    await step(desk, one, is_open=True, days=0)
    await step(desk, one, is_open=True, days=1)
    before = await asked(desk, one)
    assert len(before) == 6
    assert "paused" not in before
    await step(desk, one, is_open=False, days=2)
    stepped_back = await asked(desk, one)
    assert stepped_back.count("paused") >= 3
    await step(desk, one, is_open=True, days=4)
    again = await asked(desk, one)
    assert 0 < again.count("paused") < stepped_back.count("paused")
