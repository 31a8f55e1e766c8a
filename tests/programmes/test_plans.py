"""Plans over HTTP: offered, answered as a whole and per part, revised, taken back."""

from typing import Any

import pytest

from api.foundation.ids import new_id
from tests.programmes.conftest import (
    COURSE,
    GRANTS,
    RUNGS,
    Desk,
    gates,
    part_of,
    part_states,
    yes,
)


async def test_a_programme_is_offered_as_ordinary_offers(desk: Desk) -> None:
    plan = await desk.offer()
    assert plan["state"] == "offered"
    assert [part["id"] for part in plan["parts"]] == RUNGS
    for part in plan["parts"]:
        path = f"/v1/assignments/{part['assignment_id']}"
        one = (await desk.cast.client.get(path)).json()
        assert one["state"] == "offered"
        assert one["terms"]["exercise"]["slug"] == part["exercise"]
        assert one["terms"]["rationale"] == part["why"]
    assert (await desk.read(plan, desk.cast.therapist))["state"] == "offered"


async def test_the_same_offer_again_is_the_same_plan(desk: Desk) -> None:
    chosen = str(new_id())
    plan = await desk.offer(id=chosen)
    assert (await desk.offer(id=chosen))["parts"] == plan["parts"]
    other = {
        "id": chosen,
        "client_id": str(desk.cast.client.id),
        "programme": {"slug": COURSE, "version": 1},
    }
    refused = await desk.cast.therapist.post("/v1/programme-plans", json=other)
    assert refused.json()["code"] == "id-in-use"


async def test_terms_of_a_part_can_be_chosen_and_faults_name_its_place(
    desk: Desk,
) -> None:
    chosen = [{"part": "tiny", "terms": {"sharing": "scores"}}]
    plan = await desk.offer(parts=chosen)
    path = f"/v1/assignments/{part_of(plan, 'tiny')['assignment_id']}"
    assert (await desk.cast.client.get(path)).json()["terms"]["sharing"] == "scores"
    body = {
        "client_id": str(desk.cast.client.id),
        "programme": {"slug": COURSE, "version": 1},
        "parts": [
            {"part": "breathe", "terms": {"setting": "therapist"}},
            {"part": "nothing", "terms": {}},
        ],
    }
    refused = await desk.cast.therapist.post("/v1/programme-plans", json=body)
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["pointer"] == "/parts/1/part"
    body["parts"] = body["parts"][:1]  # type: ignore[index]
    refused = await desk.cast.therapist.post("/v1/programme-plans", json=body)
    assert refused.json()["errors"][0]["pointer"] == "/parts/0/terms/setting"
    listed = await desk.cast.therapist.get("/v1/programme-plans")
    assert len(listed.json()["items"]) == 1


async def test_a_part_that_others_wait_for_can_not_be_left_out_of_the_offer(
    desk: Desk,
) -> None:
    body = {
        "client_id": str(desk.cast.client.id),
        "programme": {"slug": COURSE, "version": 1},
        "leave_out": ["ground"],
    }
    refused = await desk.cast.therapist.post("/v1/programme-plans", json=body)
    assert refused.json()["errors"][0]["code"] == "is-waited-for"


async def test_a_refusal_names_the_part_that_it_is_about(desk: Desk) -> None:
    body = {
        "client_id": str(desk.cast.client.id),
        "programme": {"slug": "micro-trust-ladder", "version": 1},
    }
    refused = await desk.cast.therapist.post("/v1/programme-plans", json=body)
    assert refused.json()["code"] == "not-with-this-person"
    assert refused.json()["part"] == "share"
    listed = await desk.cast.therapist.get("/v1/programme-plans")
    assert listed.json()["items"] == []


async def test_one_yes_answers_the_whole(desk: Desk) -> None:
    plan = await desk.agreed()
    assert plan["state"] == "active"
    assert plan["agreed_revision"] == 1
    assert set(part_states(plan).values()) == {"active"}
    assert set(gates(plan).values()) == {"waiting"}
    again = await desk.accept(plan)
    assert again["version"] == plan["version"]


async def test_parts_may_be_left_out_of_a_yes(desk: Desk) -> None:
    plan = await desk.agreed(leave_out=("stay", "middling"))
    states = part_states(plan)
    assert states["stay"] == states["middling"] == "declined"
    assert plan["state"] == "active"


async def test_a_yes_answers_each_part_or_is_no_answer(desk: Desk) -> None:
    plan = await desk.offer()
    body = yes(plan)
    body["parts"] = body["parts"][1:]
    refused = await desk.ask(plan, "accept", **body)
    assert refused.json()["errors"][0]["code"] == "answer-missing"
    twice = yes(plan) | {"leave_out": ["tiny"]}
    refused = await desk.ask(plan, "accept", **twice)
    assert refused.json()["errors"][0]["code"] == "named-twice"
    nothing = yes(plan) | {"grants": GRANTS | {"do": False}}
    refused = await desk.ask(plan, "accept", **nothing)
    assert refused.json()["errors"][0]["pointer"] == "/grants/do"
    assert (await desk.read(plan))["state"] == "offered"


async def test_nobody_agrees_to_terms_they_have_not_read(desk: Desk) -> None:
    plan = await desk.offer()
    part = part_of(plan, "small")
    one = (
        await desk.cast.client.get(f"/v1/assignments/{part['assignment_id']}")
    ).json()
    await desk.part_move(
        part,
        "revise",
        desk.cast.therapist,
        if_match=1,
        terms=one["terms"] | {"sharing": "full"},
    )
    refused = await desk.ask(plan, "accept", **yes(plan))
    assert refused.status_code == 409
    assert refused.json()["code"] == "move-refused"
    now = await desk.read(plan)
    assert set(part_states(now).values()) == {"offered"}  # all of it, or none
    assert (await desk.accept(now))["state"] == "active"


async def test_a_no_answers_the_whole_and_is_no_less_when_repeated(desk: Desk) -> None:
    plan = await desk.offer()
    move_id = str(new_id())
    said = await desk.move(plan, "decline", id=move_id)
    assert said["state"] == "declined"
    again = await desk.move(plan, "decline", id=move_id)
    assert again == said
    refused = await desk.ask(plan, "withdraw", id=move_id)
    assert refused.json()["code"] == "id-in-use"


async def test_a_no_to_a_part_stays_a_no_when_the_whole_is_accepted(
    desk: Desk,
) -> None:
    plan = await desk.offer()
    await desk.part_move(part_of(plan, "stay"), "decline")
    after = await desk.accept(plan)  # read before the no was said
    assert part_states(after)["stay"] == "declined"
    assert after["state"] == "active"


async def test_not_now_keeps_every_offer_open(desk: Desk) -> None:
    plan = await desk.offer()
    later = await desk.move(plan, "not-now")
    assert later["state"] == "offered"
    path = f"/v1/assignments/{part_of(plan, 'tiny')['assignment_id']}"
    assert (await desk.cast.client.get(path)).json()["not_now_until"] is not None
    assert (await desk.accept(later))["state"] == "active"


async def test_the_whole_can_be_withdrawn_at_any_time(desk: Desk) -> None:
    plan = await desk.agreed(leave_out=("stay",))
    over = await desk.move(plan, "withdraw")
    assert over["state"] == "withdrawn"
    assert part_states(over)["stay"] == "declined"
    assert (await desk.move(plan, "withdraw"))["version"] == over["version"]


async def test_the_therapist_can_take_the_whole_back(desk: Desk) -> None:
    plan = await desk.offer()
    over = await desk.move(plan, "cancel", desk.cast.therapist)
    assert over["state"] == "cancelled"
    refused = await desk.ask(plan, "cancel")
    assert refused.status_code == 403


async def test_each_part_can_be_answered_for_itself(desk: Desk) -> None:
    plan = await desk.offer()
    await desk.part_move(part_of(plan, "tiny"), "accept", revision=1, grants=GRANTS)
    one = (
        await desk.cast.client.get(
            f"/v1/assignments/{part_of(plan, 'small')['assignment_id']}"
        )
    ).json()
    countered = one["terms"] | {"sharing": "sealed"}
    await desk.part_move(part_of(plan, "small"), "counter", terms=countered)
    now = await desk.read(plan)
    assert now["state"] == "active"
    assert part_states(now)["small"] == "countered"
    assert (await desk.move(plan, "go"))["position"] == "tiny"
    agreed = await desk.part_move(
        part_of(plan, "small"), "agree", desk.cast.therapist, revision=2, if_match=2
    )
    assert agreed["terms"]["sharing"] == "sealed"


async def test_history_and_orders_can_be_read(desk: Desk) -> None:
    plan = await desk.agreed()
    await desk.move(plan, "go", reason="Today feels right.")
    path = f"/v1/programme-plans/{plan['id']}"
    told = (await desk.cast.client.get(f"{path}/history")).json()["items"]
    assert [one["verb"] for one in told] == ["offer", "accept", "go"]
    assert told[2]["reason"] == "Today feels right."
    seen = (await desk.cast.therapist.get(f"{path}/history")).json()["items"]
    assert seen[2]["reason"] is None
    order = (await desk.cast.client.get(f"{path}/revisions/1")).json()
    assert [part["id"] for part in order["parts"]] == RUNGS
    assert (await desk.cast.client.get(f"{path}/revisions/2")).status_code == 404


@pytest.mark.parametrize(
    "part",
    ["colleague", "separated", "stranger", "foreign_client", "other_client"],
)
async def test_nobody_else_knows_of_a_plan(desk: Desk, part: str) -> None:
    plan = await desk.agreed()
    who = desk.cast.people[part]
    for path in ("", "/history", "/revisions/1"):
        answer = await who.get(f"/v1/programme-plans/{plan['id']}{path}")
        assert answer.status_code == 404
    listed = await who.get(f"/v1/programme-plans?client_id={desk.cast.client.id}")
    assert listed.json()["items"] == []


@pytest.mark.parametrize("part", ["owner", "coordinator", "privacy_officer"])
async def test_who_works_at_the_desk_sees_no_plan(desk: Desk, part: str) -> None:
    plan = await desk.agreed()
    who = desk.cast.people[part]
    answers: list[Any] = [
        await who.get(f"/v1/programme-plans/{plan['id']}"),
        await who.get("/v1/programme-plans"),
        await who.post(f"/v1/programme-plans/{plan['id']}/go", json={}),
    ]
    assert [answer.status_code for answer in answers] == [403, 403, 403]
