"""Who reads what of a completion: exactly what its level says, or nothing at all."""

import pytest

from api.foundation.ids import new_id
from tests.cast import Cast
from tests.completions.stage import Stage

NOBODY = ("colleague", "stranger", "separated", "other_client", "foreign_client")
NEVER = ("coordinator", "owner", "privacy_officer")
FACT = {
    "id",
    "client_id",
    "assignment_id",
    "revision",
    "exercise_version_id",
    "occurrence",
    "state",
    "started_at",
    "ended_at",
    "zone",
}
SCORES = FACT | {"ended_by_choice", "fraction_done", "points"}
FULL = SCORES | {"answers", "parts"}
OWN = FULL | {"save", "received_at", "sharing", "version"}


@pytest.mark.parametrize("part", NOBODY)
async def test_for_those_it_does_not_concern_it_does_not_exist(
    stage: Stage, part: str
) -> None:
    someone = stage.cast.people[part]
    completion_id = await stage.done(level="full")
    found = await someone.get(f"/v1/completions/{completion_id}")
    absent = await someone.get(f"/v1/completions/{new_id()}")
    assert found.status_code == absent.status_code == 404
    assert found.content == absent.content
    listed = await someone.get("/v1/completions")
    assert listed.json() == {"items": [], "next": None}


@pytest.mark.parametrize("part", NEVER)
async def test_who_reads_nothing_clinical_is_told_so(stage: Stage, part: str) -> None:
    someone = stage.cast.people[part]
    completion_id = await stage.done(level="full")
    for path in (f"/v1/completions/{completion_id}", "/v1/completions"):
        assert (await someone.get(path)).status_code == 403


async def test_a_sealed_completion_does_not_exist_for_the_therapist(
    stage: Stage,
) -> None:
    therapist = stage.cast.therapist
    completion_id = await stage.done(level="sealed")
    sealed = await therapist.get(f"/v1/completions/{completion_id}")
    absent = await therapist.get(f"/v1/completions/{new_id()}")
    assert (sealed.status_code, sealed.content) == (404, absent.content)
    listed = await therapist.get("/v1/completions")
    assert listed.json() == {"items": [], "next": None}


@pytest.mark.parametrize(
    ("level", "members"), [("fact", FACT), ("scores", SCORES), ("full", FULL)]
)
async def test_the_therapist_gets_exactly_the_members_of_the_level(
    stage: Stage, level: str, members: set[str]
) -> None:
    therapist = stage.cast.therapist
    completion_id = await stage.done(level=level)
    one = (await therapist.get(f"/v1/completions/{completion_id}")).json()
    [listed] = (await therapist.get("/v1/completions")).json()["items"]
    assert set(one) == members
    assert one == listed


@pytest.mark.parametrize("level", ["sealed", "fact", "scores", "full"])
async def test_the_client_always_gets_everything(stage: Stage, level: str) -> None:
    completion_id = await stage.done(level=level)
    one = (await stage.cast.client.get(f"/v1/completions/{completion_id}")).json()
    assert set(one) == OWN
    assert one["answers"]["today"]["calm"] == 6
    assert one["sharing"]["level"] == level


async def test_the_agreed_level_holds_until_the_client_chooses(stage: Stage) -> None:
    therapist, client = stage.cast.therapist, stage.cast.client
    completion_id = await stage.done()
    path = f"/v1/completions/{completion_id}"
    assert set((await therapist.get(path)).json()) == SCORES
    await client.put(f"{path}/sharing", json={"level": "full"})
    assert set((await therapist.get(path)).json()) == FULL
    await client.put(f"{path}/sharing", json={"level": "sealed"})
    assert (await therapist.get(path)).status_code == 404
    await client.put(f"{path}/sharing", json={"level": "fact"})
    assert set((await therapist.get(path)).json()) == FACT


async def test_steps_kept_back_reach_nobody_and_neither_do_their_readings(
    stage: Stage,
) -> None:
    therapist, client = stage.cast.therapist, stage.cast.client
    completion_id = await stage.done()
    path = f"/v1/completions/{completion_id}"
    wish = {"level": "full", "kept_back": ["today.calm"]}
    await client.put(f"{path}/sharing", json=wish)
    shown = (await therapist.get(path)).json()
    assert shown["points"] == {}
    assert "calm" not in shown["answers"]["today"]
    assert shown["answers"]["today"]["go"] == "given"
    assert (await client.get(path)).json()["points"] == {"calm": 6}


async def test_a_run_under_way_shows_the_therapist_only_that_it_is(
    stage: Stage,
) -> None:
    completion_id = new_id()
    body = stage.under_way(sharing={"level": "full"})
    await stage.send(body, completion_id)
    shown = await stage.cast.therapist.get(f"/v1/completions/{completion_id}")
    assert set(shown.json()) == FACT
    assert shown.json()["state"] == "in_progress"


async def test_the_history_of_choices_is_the_clients_alone(stage: Stage) -> None:
    cast = stage.cast
    completion_id = await stage.done(level="full")
    path = f"/v1/completions/{completion_id}/sharing"
    for wish in ("sealed", "sealed", "fact"):
        await cast.client.put(path, json={"level": wish})
    history = (await cast.client.get(path)).json()
    assert history["default"] == "scores"
    assert history["now"]["level"] == "fact"
    assert [one["level"] for one in history["changes"]] == ["full", "sealed", "fact"]
    assert (await cast.therapist.get(path)).status_code == 403
    assert (await cast.therapist.put(path, json={"level": "full"})).status_code == 403
    for someone in (cast.other_client, cast.separated, cast.foreign_client):
        assert (await someone.get(path)).status_code == 404
        assert (await someone.put(path, json={"level": "full"})).status_code == 404


async def test_lists_are_pages_newest_first_and_can_be_narrowed(stage: Stage) -> None:
    client = stage.cast.client
    done = [await stage.done() for _ in range(3)]
    await stage.send(stage.under_way(), new_id())
    first = await client.get("/v1/completions?state=completed&limit=2")
    assert [one["id"] for one in first.json()["items"]] == [
        str(done[2]),
        str(done[1]),
    ]
    cursor = first.json()["next"]
    assert 'rel="next"' in first.headers["link"]
    rest = await client.get(f"/v1/completions?state=completed&limit=2&cursor={cursor}")
    assert [one["id"] for one in rest.json()["items"]] == [str(done[0])]
    assert rest.json()["next"] is None
    other = await client.get(f"/v1/completions?assignment_id={new_id()}")
    assert other.json()["items"] == []
    own = await client.get(f"/v1/completions?assignment_id={stage.assignment_id}")
    assert len(own.json()["items"]) == 4


async def test_a_therapist_narrows_to_one_client(stage: Stage, cast: Cast) -> None:
    await stage.done(level="fact")
    path = "/v1/completions?client_id="
    mine = await cast.therapist.get(f"{path}{cast.client.id}")
    other = await cast.therapist.get(f"{path}{cast.other_client.id}")
    assert (len(mine.json()["items"]), other.json()["items"]) == (1, [])
