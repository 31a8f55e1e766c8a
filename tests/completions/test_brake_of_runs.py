"""A run whose review says that it made it worse is heard by the brake, once, if shared."""

from typing import Any

import pytest

from api.foundation.ids import new_id
from tests.assignments.care_desk import brake_path, report
from tests.assignments.conftest import Desk, desk
from tests.cast import Cast

__all__ = ["desk"]


async def send(cast: Cast, one: dict[str, Any], run: str, level: str) -> None:
    body = {
        "assignment_id": one["id"],
        "revision": 1,
        "save": 1,
        "state": "stopped",
        "started_at": "2026-11-20T18:00:00Z",
        "ended_at": "2026-11-20T18:05:00Z",
        "zone": "Europe/Berlin",
        "answers": {
            "opening": {"consent": "given"},
            "closing": {"review": {"helpfulness": -1}},
        },
        "sharing": {"level": level},
    }
    answer = await cast.client.put(f"/v1/completions/{run}", json=body)
    assert answer.status_code in (200, 201), answer.text


@pytest.mark.parametrize(
    ("level", "count"), [("scores", 1), ("full", 1), ("sealed", 0)]
)
async def test_a_run_that_made_it_worse_counts_once_and_only_where_shared(
    desk: Desk, level: str, count: int
) -> None:
    cast = desk.cast
    one = await desk.agreed(exercise={"slug": "paced-breath", "version": 1})
    run = str(new_id())
    for _ in range(2):
        await send(cast, one, run, level)
    page = (await cast.therapist.get(brake_path(cast))).json()
    assert len(page["worsenings"]) == count
    await report(cast, one, completion_id=run)
    page = (await cast.therapist.get(brake_path(cast))).json()
    assert len(page["worsenings"]) == 1
