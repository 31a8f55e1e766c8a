"""Numbers and moments beyond every range are refused plainly."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from api.assignments.schedule import Recurring
from api.foundation.ids import new_id
from tests.assignments.conftest import Desk

BEYOND = [0, -1, 2**31, 2**63 - 1]


@pytest.mark.parametrize("number", [*BEYOND, 10**30])
async def test_a_revision_beyond_every_range_is_no_fault_of_ours(
    desk: Desk, number: int
) -> None:
    one = await desk.offer()
    answer = await desk.cast.client.get(f"/v1/assignments/{one['id']}/terms/{number}")
    assert answer.status_code == 422


@pytest.mark.parametrize("number", BEYOND)
async def test_an_offer_names_no_version_beyond_every_range(
    desk: Desk, number: int
) -> None:
    exercise = {"slug": desk.slug, "version": number}
    body = {
        "client_id": str(desk.cast.client.id),
        "terms": desk.terms(exercise=exercise),
    }
    answer = await desk.cast.therapist.post("/v1/assignments", json=body)
    assert answer.status_code == 422


async def test_a_clock_far_ahead_asks_for_no_more_than_a_year(desk: Desk) -> None:
    one = await desk.offer()
    ahead = (datetime.now(UTC) + timedelta(days=500)).isoformat()
    answer = await desk.ask(
        desk.cast.client, one, "not-now", at=ahead, id=str(new_id())
    )
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/at"


@pytest.mark.parametrize("at", [1_798_761_600, "2026-12-31", "2026-12-31T19:00:00Z"])
async def test_a_plan_is_written_as_wall_time(desk: Desk, at: object) -> None:
    schedule = {"kind": "once", "zone": "Europe/Berlin", "at": at}
    body = {
        "client_id": str(desk.cast.client.id),
        "terms": desk.terms(schedule=schedule),
    }
    answer = await desk.cast.therapist.post("/v1/assignments", json=body)
    assert answer.status_code == 422


def test_wall_times_fit_the_schema_that_is_published() -> None:
    starts = Recurring.model_json_schema()["properties"]["starts"]
    assert "format" not in starts
    assert re.search(starts["pattern"], "2026-03-02T19:00:00")
