"""A part that a caution holds back: the whole waits, or goes on for a reason."""

from typing import Any

import pytest

from api.foundation.ids import new_id
from tests.assignments.care_desk import codes, mind
from tests.programmes.conftest import COURSE, Desk, part_of

REASON = "We tried it together and it went well."
FOLLOWS_GROUND = {"type": "after_completion", "of": "ground", "times": 1}


def because(code: str, reason: str = REASON) -> list[dict[str, str]]:
    return [{"code": code, "reason": reason}]


async def ask(desk: Desk, **rest: Any) -> Any:
    body = {
        "client_id": str(desk.cast.client.id),
        "programme": {"slug": COURSE, "version": 1},
    } | rest
    return await desk.cast.therapist.post("/v1/programme-plans", json=body)


async def reasons_of(desk: Desk, part: dict[str, Any], revision: int) -> Any:
    """Return the reasons kept for one part, as the therapist reads them."""
    path = f"/v1/assignments/{part['assignment_id']}/terms/{revision}"
    answer = await desk.cast.therapist.get(path)
    return [one["reason"] for one in answer.json()["overrides"]]


async def nothing_was_offered(desk: Desk) -> bool:
    listed = [
        await desk.cast.therapist.get(path)
        for path in ("/v1/programme-plans", "/v1/assignments")
    ]
    return [one.json()["items"] for one in listed] == [[], []]


async def revise(desk: Desk, plan: dict[str, Any], **body: Any) -> Any:
    now = await desk.read(plan, desk.cast.therapist)
    return await desk.ask(
        plan, "revise", desk.cast.therapist, if_match=now["version"], **body
    )


async def test_a_part_held_back_holds_the_whole_and_is_named(desk: Desk) -> None:
    await mind(desk.cast, "panic")
    held = await ask(desk)
    problem = held.json()
    assert (held.status_code, problem["code"]) == (409, "held-back")
    assert problem["part"] == "breathe"
    assert codes(problem) == ["panic"]
    assert await nothing_was_offered(desk)
    assert (await ask(desk, leave_out=["breathe"])).status_code == 201


async def test_a_part_held_back_is_offered_for_a_reason_that_stays_with_the_care_team(
    desk: Desk,
) -> None:
    await mind(desk.cast, "panic")
    chosen = {"part": "breathe", "overrides": because("panic")}
    made = await ask(desk, parts=[chosen])
    assert made.status_code == 201, made.text
    part = part_of(made.json(), "breathe")
    assert await reasons_of(desk, part, 1) == [REASON]
    assert await reasons_of(desk, part_of(made.json(), "ground"), 1) == []
    plan = await desk.accept(made.json())
    assert part_of(plan, "breathe")["assignment_state"] == "active"
    path = f"/v1/programme-plans/{plan['id']}"
    for who in (desk.cast.client, desk.cast.therapist):
        for rest in ("", "/history", "/revisions/1"):
            assert REASON not in (await who.get(path + rest)).text


async def test_a_reason_for_another_part_helps_nothing(desk: Desk) -> None:
    await mind(desk.cast, "panic")
    held = await ask(desk, parts=[{"part": "ground", "overrides": because("panic")}])
    assert held.json()["part"] == "breathe"
    assert await nothing_was_offered(desk)


@pytest.mark.parametrize(("code", "part"), [("acute", "breathe"), ("minor", "notice")])
async def test_what_no_reason_sets_aside_refuses_the_whole(
    desk: Desk, code: str, part: str
) -> None:
    await mind(desk.cast, code)
    held = await ask(desk, parts=[{"part": part, "overrides": because(code)}])
    assert (held.status_code, held.json()["code"]) == (409, "held-back")
    assert held.json()["part"] == part
    assert codes(held.json()) == [code]
    assert await nothing_was_offered(desk)


async def test_the_same_offer_with_a_reason_said_otherwise_is_the_same_plan(
    desk: Desk,
) -> None:
    await mind(desk.cast, "panic")
    chosen = str(new_id())
    first, again = [
        await ask(
            desk,
            id=chosen,
            parts=[{"part": "breathe", "overrides": because("panic", words)}],
        )
        for words in (REASON, "In other words.")
    ]
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json()["parts"] == first.json()["parts"]
    part = part_of(first.json(), "breathe")
    assert await reasons_of(desk, part, 1) == [REASON]


async def test_a_part_added_later_is_held_back_too_and_named(desk: Desk) -> None:
    plan = await desk.agreed(COURSE, leave_out=("breathe",))
    await mind(desk.cast, "panic")
    extra = {
        "id": "breathe_again",
        "title": "A slower breath",
        "exercise": "paced-breath",
        "why": "To try it once more.",
        "stop_note": "You can stop at any breath.",
        "gate": {"type": "client_go"},
        "terms": {"setting": "solo", "sharing": "fact"},
    }
    order = ["notice", "ground", "kind_pause", "haven", "breathe_again"]
    body = {"order": order, "add": [extra]}
    held = await revise(desk, plan, **body)
    assert (held.status_code, held.json()["part"]) == (409, "breathe_again")
    made = await revise(
        desk, plan, **body, overrides={"breathe_again": because("panic")}
    )
    assert made.status_code == 200, made.text
    part = part_of(made.json(), "breathe_again")
    assert part["is_proposed"]
    assert await reasons_of(desk, part, 1) == [REASON]


async def test_times_that_follow_another_gate_are_a_new_offer_and_need_a_reason(
    desk: Desk,
) -> None:
    plan = await desk.agreed(COURSE)
    await mind(desk.cast, "panic")
    body = {
        "order": ["notice", "ground", "breathe", "kind_pause", "haven"],
        "gates": {"breathe": FOLLOWS_GROUND},
    }
    held = await revise(desk, plan, **body)
    assert (held.status_code, held.json()["part"]) == (409, "breathe")
    assert (await desk.read(plan))["offered_revision"] is None
    made = await revise(desk, plan, **body, overrides={"breathe": because("panic")})
    assert made.status_code == 200, made.text
    part = part_of(made.json(), "breathe")
    assert (part["agreed_terms"], part["offered_terms"]) == (1, 2)
    assert await reasons_of(desk, part, 2) == [REASON]


async def test_a_reason_for_a_part_that_is_not_there_is_a_fault(desk: Desk) -> None:
    plan = await desk.agreed(COURSE)
    order = ["ground", "notice", "breathe", "kind_pause", "haven"]
    refused = await revise(
        desk, plan, order=order, overrides={"nothing": because("panic")}
    )
    assert refused.status_code == 422
    fault = refused.json()["errors"][0]
    assert (fault["pointer"], fault["code"]) == ("/overrides", "no-such-part")
