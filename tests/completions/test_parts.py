"""Follow-up parts: later, out of order, once."""

import asyncio

import httpx
import pytest

from api.foundation.ids import new_id
from api.people.tables import PersonAlias, Standing
from tests.cast import LONG_AGO, Cast
from tests.completions.stage import Stage, set_up

SURPRISE = {
    "belief": 80,
    "result": "did_not_happen",
    "severity": 0,
    "ev": 80,
    "ec": 60,
    "lr": 0.75,
}


async def follow_up(
    stage: Stage, completion_id: object, **changed: object
) -> httpx.Response:
    path = f"/v1/completions/{completion_id}/parts/after"
    return await stage.cast.client.put(path, json=stage.part(**changed))


async def readings(stage: Stage, completion_id: object) -> object:
    found = await stage.cast.client.get(f"/v1/completions/{completion_id}")
    return found.json()["points"]


async def test_an_outcome_a_week_later_completes_the_readings(stage: Stage) -> None:
    completion_id = await stage.done()
    answer = await follow_up(stage, completion_id)
    assert (answer.status_code, answer.json()["pending"]) == (201, False)
    assert await readings(stage, completion_id) == {"calm": 6, "surprise": SURPRISE}
    kept = (await stage.cast.client.get(f"/v1/completions/{completion_id}")).json()
    [part] = kept["parts"]
    assert part["answers"] == stage.part()["answers"]
    assert kept["version"] == 2


async def test_a_part_that_comes_first_waits_for_its_run(stage: Stage) -> None:
    completion_id = new_id()
    early = await follow_up(stage, completion_id)
    assert (early.status_code, early.json()["pending"]) == (201, True)
    path = f"/v1/completions/{completion_id}"
    assert (await stage.cast.client.get(path)).status_code == 404
    await stage.send(stage.body(), completion_id)
    assert await readings(stage, completion_id) == {"calm": 6, "surprise": SURPRISE}


async def test_the_same_part_again_gets_the_same_answer(stage: Stage) -> None:
    completion_id = await stage.done()
    first, again = [await follow_up(stage, completion_id) for _ in range(2)]
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    many = await asyncio.gather(*(follow_up(stage, completion_id) for _ in range(20)))
    assert {answer.text for answer in many} == {first.text}


async def test_another_body_for_the_same_part_is_a_conflict(stage: Stage) -> None:
    completion_id = await stage.done()
    await follow_up(stage, completion_id)
    other = await follow_up(stage, completion_id, zone="UTC")
    assert (other.status_code, other.json()["code"]) == (409, "part-taken")


async def test_a_part_the_exercise_does_not_have_is_refused(stage: Stage) -> None:
    path = f"/v1/completions/{new_id()}/parts/today"
    answer = await stage.cast.client.put(path, json=stage.part(answers={}))
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["code"] == "no-such-part"


async def test_faults_of_a_part_have_their_place(stage: Stage) -> None:
    bad = {"came": {"result": "maybe"}}
    answer = await follow_up(stage, await stage.done(), answers=bad)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/answers/came/result"


async def test_nobody_can_take_the_place_of_anothers_part(stage: Stage) -> None:
    cast = stage.cast
    completion_id = await stage.done()
    for someone in (cast.other_client, cast.separated, cast.foreign_client):
        path = f"/v1/completions/{completion_id}/parts/after"
        answer = await someone.put(path, json=stage.part())
        assert answer.status_code == 404
    assert (await follow_up(stage, completion_id)).status_code == 201


async def test_others_read_a_part_at_the_level_full_only(stage: Stage) -> None:
    therapist, client = stage.cast.therapist, stage.cast.client
    completion_id = await stage.done(level="scores")
    await follow_up(stage, completion_id)
    path = f"/v1/completions/{completion_id}"
    assert "parts" not in (await therapist.get(path)).json()
    await client.put(f"{path}/sharing", json={"level": "full"})
    assert len((await therapist.get(path)).json()["parts"]) == 1


# --- persons ------------------------------------------------------------------


async def person(cast: Cast, standing: Standing) -> str:
    async with cast.store.writer() as db:
        alias = PersonAlias(
            practice_id=cast.practice_id,
            client_id=cast.client.id,
            nickname="M.",
            standing=standing,
            made_at=LONG_AGO,
        )
        db.add(alias)
        await db.commit()
    return str(alias.id)


@pytest.mark.parametrize(
    ("standing", "setting", "status"),
    [
        (Standing.TRUSTED, "trusted", 201),
        (Standing.HARMFUL, "trusted", 422),
        (Standing.HARMFUL, "solo", 201),
    ],
)
async def test_joint_work_is_not_done_with_somebody_marked_harmful(
    cast: Cast, standing: Standing, setting: str, status: int
) -> None:
    stage = await set_up(cast, setting=setting)
    who = await person(cast, standing)
    answers = {"today": {"go": "given", "calm": 6, "who": who}}
    answer = await stage.send(stage.body(answers=answers), new_id())
    assert answer.status_code == status
    if status == 422:
        [fault] = answer.json()["errors"]
        assert fault["pointer"] == "/answers/today/who"
        assert who not in answer.text


async def test_persons_of_other_clients_cannot_be_named(stage: Stage) -> None:
    answers = {"today": {"go": "given", "calm": 6, "who": str(new_id())}}
    answer = await stage.send(stage.body(answers=answers), new_id())
    assert answer.json()["errors"][0]["code"] == "unknown-person"
