"""Bodies a device should never send: each gets a clear refusal, none breaks anything."""

from typing import Any

import pytest

from api.foundation.ids import new_id
from tests.completions.stage import Stage
from tests.completions.test_sync import kinds, sharing, sync

STRANGE: list[dict[str, Any]] = [
    {"kind": ["move"]},
    {"kind": {"a": 1}},
    {"kind": None},
    {"kind": "completion", "completion": []},
    {"kind": "completion", "completion": {"answers": {"a": [[[[1]]]]}}},
    {"kind": "move", "seen": 2**63 - 1, "verb": "pause"},
    {"kind": "part", "part": "after", "follow_up": None},
    {"kind": "sharing", "level": "sealed", "seen": ["x"]},
    {"kind": "occurrence", "occurrence": "", "answer": "done"},
]


@pytest.mark.parametrize("operation", STRANGE, ids=str)
async def test_a_strange_operation_is_refused_and_the_rest_is_taken(
    stage: Stage, operation: dict[str, Any]
) -> None:
    strange = operation | {"id": str(new_id())}
    found = await sync(stage.cast.client, strange, sharing(new_id(), "sealed"))
    assert kinds(found) == ["refused", "pending"]


@pytest.mark.parametrize(
    "moment",
    [
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-12:00",
        "2026-05-04T18:00:00",
        "2026-13-01T00:00:00Z",
        1777917600,
    ],
)
async def test_moments_beyond_the_calendar_are_refused(
    stage: Stage, moment: object
) -> None:
    body = stage.under_way(started_at=moment)
    assert (await stage.send(body, new_id())).status_code == 422
    path = f"/v1/completions/{new_id()}/parts/after"
    part = await stage.cast.client.put(path, json=stage.part(done_at=moment))
    assert part.status_code == 422


@pytest.mark.parametrize(
    "answers",
    [
        {"today": []},
        {"today": {"go": "given", "calm": 10**18}},
        {"today": {"go": "given", "guess": {"event": "x", "belief": 1e308}}},
        {"after": [{"came": {"result": "happened"}}]},
        {"rounds": {"words": "x"}},
    ],
)
async def test_answers_of_another_shape_are_refused(
    stage: Stage, answers: dict[str, Any]
) -> None:
    body = stage.body(state="stopped", answers=answers)
    assert (await stage.send(body, new_id())).status_code == 422


async def test_text_of_any_script_comes_back_as_it_was(stage: Stage) -> None:
    words = "Ñandú 静か 🫧 \u202e e\u0301 \u2028"
    answers = {"today": {"go": "given", "calm": 6, "note": words}}
    completion_id = await stage.done(answers=answers)
    kept = await stage.cast.client.get(f"/v1/completions/{completion_id}")
    assert kept.json()["answers"]["today"]["note"] == words
