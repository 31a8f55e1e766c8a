"""Moments at the ends of the calendar are refused plainly, on every door."""

import pytest

from api.foundation.ids import new_id
from tests.completions.stage import Stage

ENDS = [
    "0001-01-01T00:00:00+14:00",
    "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59Z",
    "9999-12-31T23:59:59-14:00",
]


@pytest.mark.parametrize("at", ENDS)
async def test_no_moment_outside_of_the_calendar_is_taken(
    stage: Stage, at: str
) -> None:
    client, assignment = stage.cast.client, f"/v1/assignments/{stage.assignment_id}"
    completion = f"/v1/completions/{new_id()}"
    answers = [
        await client.put(completion, json=stage.body(started_at=at, ended_at=at)),
        await client.put(f"{completion}/parts/after", json=stage.part(done_at=at)),
        await client.post(f"{assignment}/pause", json={"at": at}),
        await client.put(
            f"{assignment}/occurrences/1.1/answer", json={"answer": "done", "at": at}
        ),
        await client.get(f"{assignment}/occurrences", params={"from": at, "to": at}),
    ]
    assert [answer.status_code for answer in answers] == [422] * len(answers)


async def test_progress_can_be_read_with_moments_at_the_ends_of_the_calendar(
    stage: Stage,
) -> None:
    for at in ("1900-01-01T00:00:00Z", "2199-12-31T23:59:59Z"):
        for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago"):
            body = stage.body(started_at=at, ended_at=at, zone=zone)
            path = f"/v1/completions/{new_id()}"
            assert (await stage.cast.client.put(path, json=body)).status_code == 201
    path = f"/v1/clients/{stage.cast.client.id}/progress"
    assert (await stage.cast.client.get(path)).status_code == 200
