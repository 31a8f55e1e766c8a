"""A device that was away: every operation for itself, then everything it missed."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from api.foundation.ids import new_id
from tests.cast import Cast, Someone
from tests.completions.stage import DONE_AT, Stage, set_up


def completion(stage: Stage, completion_id: UUID, **changed: Any) -> dict[str, Any]:
    return {
        "kind": "completion",
        "id": str(new_id()),
        "completion_id": str(completion_id),
        "completion": stage.body(**changed),
    }


def part(stage: Stage, completion_id: UUID) -> dict[str, Any]:
    return {
        "kind": "part",
        "id": str(new_id()),
        "completion_id": str(completion_id),
        "part": "after",
        "follow_up": stage.part(),
    }


def sharing(completion_id: UUID, level: str, **more: Any) -> dict[str, Any]:
    return {
        "kind": "sharing",
        "id": str(new_id()),
        "at": DONE_AT.isoformat(),
        "completion_id": str(completion_id),
        "level": level,
    } | more


def move(stage: Stage, verb: str, **more: Any) -> dict[str, Any]:
    return {
        "kind": "move",
        "id": str(new_id()),
        "assignment_id": str(stage.assignment_id),
        "verb": verb,
        "at": DONE_AT.isoformat(),
        "seen": 2,
    } | more


def answer(stage: Stage, said: str, **more: Any) -> dict[str, Any]:
    return {
        "kind": "occurrence",
        "id": str(new_id()),
        "assignment_id": str(stage.assignment_id),
        "occurrence": "1.1",
        "at": DONE_AT.isoformat(),
        "seen": 0,
        "answer": said,
    } | more


async def sync(who: Someone, *operations: dict[str, Any], **more: Any) -> Any:
    body = {"operations": list(operations)} | more
    found = await who.post("/v1/sync", json=body)
    assert found.status_code == 200, found.text
    return found.json()


def kinds(answered: Any) -> list[str]:
    return [one["verdict"] for one in answered["verdicts"]]


async def test_a_new_device_gets_everything_it_needs_offline(stage: Stage) -> None:
    completion_id = await stage.done()
    found = await sync(stage.cast.client)
    changes = found["changes"]
    [assignment] = changes["assignments"]
    assert assignment["id"] == str(stage.assignment_id)
    assert assignment["terms"]["sharing"] == "scores"
    assert [one["revision"] for one in assignment["revisions"]] == [1]
    [exercise] = changes["exercises"]
    assert exercise["id"] == str(stage.version_id)
    assert exercise["document"]["slug"] == "small-ask"
    [run] = changes["completions"]
    assert run["id"] == str(completion_id)
    assert run["answers"]["today"]["calm"] == 6
    assert found["more"] is False


async def test_after_the_cursor_only_what_changed_comes(stage: Stage) -> None:
    client = stage.cast.client
    await stage.done()
    first = await sync(client)
    again = await sync(client, cursor=first["cursor"])
    assert all(found == [] for found in again["changes"].values())
    newer = await stage.done()
    later = await sync(client, cursor=first["cursor"])
    assert [one["id"] for one in later["changes"]["completions"]] == [str(newer)]


async def test_versions_the_device_has_are_not_sent_again(stage: Stage) -> None:
    found = await sync(stage.cast.client, have=[str(stage.version_id)])
    assert found["changes"]["exercises"] == []
    assert len(found["changes"]["assignments"]) == 1


async def test_a_week_of_operations_is_taken_in_any_order(stage: Stage) -> None:
    one, two = new_id(), new_id()
    operations = [
        part(stage, one),
        sharing(two, "sealed"),
        completion(stage, one),
        completion(stage, two, state="stopped"),
        answer(stage, "not_safe_to"),
        move(stage, "pause"),
    ]
    found = await sync(stage.cast.client, *operations)
    assert kinds(found) == ["applied"] * 6
    changes = found["changes"]
    assert changes["assignments"][0]["state"] == "paused"
    assert changes["answers"][0]["answer"] == "not_safe_to"
    runs = {one["id"]: one for one in changes["completions"]}
    assert "surprise" in runs[str(one)]["points"]
    assert runs[str(two)]["sharing"]["level"] == "sealed"
    again = await sync(stage.cast.client, *operations)
    assert kinds(again) == ["repeated"] * 6
    assert again["changes"] == found["changes"]


async def test_a_full_batch_of_long_completions_fits(stage: Stage) -> None:
    longer = {"note": "x" * 2_000}
    batch = [completion(stage, new_id(), answers=longer) for _ in range(200)]
    found = await stage.cast.client.post("/v1/sync", json={"operations": batch})
    assert len(found.request.content) > 400_000
    assert found.status_code == 200, found.text
    assert len(found.json()["verdicts"]) == 200


async def test_a_refused_operation_takes_nothing_of_the_others_with_it(
    stage: Stage,
) -> None:
    good = new_id()
    operations = [
        {"kind": "dance", "id": str(new_id())},
        completion(stage, new_id(), zone="Nowhere"),
        completion(stage, new_id(), answers={"today": {"go": "given"}}),
        completion(stage, good),
        move(stage, "accept", revision=9, grants={"do": True}),
        move(stage, "pause", assignment_id=str(new_id())),
        {**part(stage, good), "part": "today"},
        answer(stage, "done", occurrence="nonsense"),
        {**completion(stage, new_id()), "extra": 1},
    ]
    found = await sync(stage.cast.client, *operations)
    assert kinds(found) == [
        "refused",
        "refused",
        "refused",
        "applied",
        "superseded",
        "refused",
        "refused",
        "refused",
        "refused",
    ]
    problems = [one["problem"] for one in found["verdicts"]]
    assert problems[1]["errors"][0]["pointer"] == "/completion/zone"
    assert problems[2]["errors"][0]["pointer"] == "/answers/today/calm"
    assert problems[3] is None
    assert [one["id"] for one in found["changes"]["completions"]] == [str(good)]
    again = await sync(stage.cast.client, *operations)
    assert kinds(again)[4:] == kinds(found)[4:]


async def test_what_comes_before_its_run_is_pending_and_then_holds(
    stage: Stage,
) -> None:
    client = stage.cast.client
    completion_id = new_id()
    early = [part(stage, completion_id), sharing(completion_id, "sealed")]
    assert kinds(await sync(client, *early)) == ["pending", "pending"]
    assert kinds(await sync(client, *early)) == ["pending", "pending"]
    found = await sync(client, completion(stage, completion_id))
    [run] = found["changes"]["completions"]
    assert run["sharing"]["level"] == "sealed"
    assert "surprise" in run["points"]
    path = f"/v1/completions/{completion_id}"
    assert (await stage.cast.therapist.get(path)).status_code == 404


async def test_a_run_that_comes_before_its_yes_waits_sealed(cast: Cast) -> None:
    stage = await set_up(cast, agreed=False)
    completion_id = new_id()
    early = completion(stage, completion_id)
    assert kinds(await sync(cast.client, early)) == ["pending"]
    path = f"/v1/completions/{completion_id}"
    assert (await cast.therapist.get(path)).status_code == 404
    said = {"do": True, "remind": False, "share": True}
    yes = move(stage, "accept", revision=1, grants=said, seen=1)
    assert kinds(await sync(cast.client, yes, early)) == ["applied", "repeated"]
    assert "points" in (await cast.therapist.get(path)).json()


async def test_two_saves_of_one_run_end_at_the_one_that_holds(stage: Stage) -> None:
    completion_id = new_id()
    operations = [
        completion(stage, completion_id, save=2),
        completion(
            stage,
            completion_id,
            state="in_progress",
            ended_at=None,
            answers={"today": {"go": "given"}},
        ),
    ]
    assert kinds(await sync(stage.cast.client, *operations)) == [
        "applied",
        "superseded",
    ]
    assert kinds(await sync(stage.cast.client, *operations)) == [
        "repeated",
        "superseded",
    ]


async def test_sharing_that_another_device_did_not_know_of_gives_way(
    stage: Stage,
) -> None:
    client = stage.cast.client
    completion_id = await stage.done()
    path = f"/v1/completions/{completion_id}"
    await client.put(f"{path}/sharing", json={"level": "full"})
    known = (await client.get(path)).json()["sharing"]["seen"]
    knowing = sharing(completion_id, "fact", seen=known)
    assert kinds(await sync(client, knowing)) == ["applied"]
    assert (await client.get(path)).json()["sharing"]["level"] == "fact"


async def test_the_grant_taken_back_offline_seals_what_was_done_after(
    stage: Stage,
) -> None:
    client = stage.cast.client
    before, after = await stage.done(), new_id()
    back = (DONE_AT + timedelta(hours=1)).isoformat()
    later = {
        "started_at": (DONE_AT + timedelta(hours=2)).isoformat(),
        "ended_at": (DONE_AT + timedelta(hours=3)).isoformat(),
    }
    run = completion(stage, after, **later)
    await sync(client, run)
    taken = move(stage, "revoke", grants={"do": False, "share": True}, at=back)
    assert kinds(await sync(client, taken)) == ["applied"]
    levels = {
        one["id"]: one["sharing"]["level"]
        for one in (await client.get("/v1/completions")).json()["items"]
    }
    assert levels == {str(before): "scores", str(after): "sealed"}


async def test_long_absences_come_in_pieces_that_join_without_a_gap(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.completions.service_changes.MOST", 3)
    client = stage.cast.client
    done = [await stage.done() for _ in range(4)]
    batch = [new_id() for _ in range(5)]
    await sync(client, *(completion(stage, one) for one in batch))
    done += [*batch, await stage.done()]
    seen: list[str] = []
    cursor, more = None, True
    while more:
        found = await sync(client, cursor=cursor)
        cursor, more = found["cursor"], found["more"]
        seen += [one["id"] for one in found["changes"]["completions"]]
    assert sorted(seen) == sorted(map(str, done))


async def test_a_cursor_is_good_for_its_own_client_only(stage: Stage) -> None:
    cast = stage.cast
    cursor = (await sync(cast.client))["cursor"]
    for someone, given in (
        (cast.other_client, cursor),
        (cast.client, "AAAA" + cursor[4:]),
        (cast.client, "nonsense"),
    ):
        found = await someone.post("/v1/sync", json={"cursor": given})
        assert (found.status_code, found.json()["code"]) == (400, "bad-cursor")


async def test_nobody_syncs_for_anybody_else(stage: Stage) -> None:
    cast = stage.cast
    completion_id = await stage.done()
    operations = [
        completion(stage, new_id()),
        sharing(completion_id, "full"),
        part(stage, completion_id),
        move(stage, "withdraw"),
        answer(stage, "done"),
    ]
    for someone in (cast.other_client, cast.separated, cast.foreign_client):
        found = await sync(someone, *operations)
        # A choice about a completion nobody sent yet waits: it tells of no other's.
        assert kinds(found) == ["refused", "pending", *["refused"] * 3]
        codes = {one["problem"] and one["problem"]["code"] for one in found["verdicts"]}
        assert codes == {"not-found", None}
        assert all(one == [] for one in found["changes"].values())
    kept = (await cast.client.get(f"/v1/completions/{completion_id}")).json()
    assert (kept["sharing"]["level"], kept["parts"]) == ("scores", [])
    for someone in (cast.therapist, cast.owner, cast.coordinator):
        assert (await someone.post("/v1/sync", json={})).status_code == 403


@pytest.mark.parametrize(
    "operations", [[3], [{}], [{"id": "x"}], [{"id": None}], ["x"], [[]]]
)
async def test_an_operation_without_an_id_cannot_be_answered(
    stage: Stage, operations: list[Any]
) -> None:
    found = await stage.cast.client.post("/v1/sync", json={"operations": operations})
    assert found.status_code == 422
    assert found.json()["errors"][0]["pointer"] == "/operations/0/id"


async def test_at_most_200_operations_come_at_once(stage: Stage) -> None:
    many = [sharing(new_id(), "sealed") for _ in range(201)]
    found = await stage.cast.client.post("/v1/sync", json={"operations": many})
    assert found.status_code == 422


@pytest.mark.parametrize("kind", [[], {}, None, 7, "journal"])
async def test_an_operation_of_an_unknown_kind_is_refused_alone(
    stage: Stage, kind: Any
) -> None:
    strange = {"id": str(new_id()), "kind": kind}
    found = await sync(stage.cast.client, strange, completion(stage, new_id()))
    assert kinds(found) == ["refused", "applied"]
    assert found["verdicts"][0]["problem"]["errors"][0]["pointer"] == "/kind"


async def test_an_id_used_for_another_move_is_refused_and_never_told_as_done(
    stage: Stage,
) -> None:
    used = str(new_id())
    await sync(stage.cast.client, move(stage, "pause", id=used))
    found = await sync(stage.cast.client, move(stage, "withdraw", id=used))
    assert kinds(found) == ["refused"]
    assert found["verdicts"][0]["problem"]["code"] == "id-in-use"
