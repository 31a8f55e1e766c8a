"""The ladder over HTTP: up by the client's go alone, down with nothing lost, and who
may know of it.
"""

import asyncio
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from api.foundation.ids import new_id
from api.foundation.journal import Entry
from api.programmes.tables import ProgrammePlan
from tests.assignments.conftest import another_device
from tests.programmes.conftest import (
    COURSE,
    GRANTS,
    PRIVATE,
    RUNGS,
    Desk,
    gates,
    moment_answers,
    part_of,
    part_states,
    yes,
)


async def test_only_the_client_goes_up_one_rung_at_a_time(desk: Desk) -> None:
    plan = await desk.agreed()
    for verb in ("go", "down"):
        refused = await desk.ask(plan, verb, desk.cast.therapist)
        assert refused.status_code == 403
    refused = await desk.ask(plan, "go", part="small")
    assert (refused.status_code, refused.json()["reason"]) == (409, "not_next")
    step: dict[str, Any] = {
        "id": str(new_id()),
        "at": "2026-11-20T10:00:00Z",
        "seen": 2,
    }
    on = await desk.move(plan, "go", **step)
    assert (on["position"], gates(on)["tiny"]) == ("tiny", "open")
    assert await desk.move(plan, "go", **step) == on
    assert (await desk.move(plan, "go"))["position"] == "small"
    refused = await desk.ask(plan, "go", part="tiny", id=step["id"])
    assert refused.json()["code"] == "id-in-use"


async def test_going_down_keeps_all_that_was_found(desk: Desk) -> None:
    plan = await desk.agreed()
    await desk.move(plan, "go")
    await desk.move(plan, "go")
    await desk.run(plan, "small", moment_answers("respected"))
    await desk.run(plan, "small", moment_answers("misused"))
    await desk.run(plan, "middling", moment_answers("unclear"))  # early, and kept
    before = await desk.read(plan)
    assert part_of(before, "small")["evidence"] == {
        "runs": 2,
        "for": 1,
        "against": 1,
        "unclear": 0,
    }
    down = await desk.move(plan, "down", part="tiny")
    assert down["position"] == "tiny"
    assert gates(down)["small"] == "waiting"
    ground = await desk.move(plan, "down")
    assert ground["position"] is None
    for after in (down, ground, await desk.move(plan, "withdraw")):
        for part in before["parts"]:
            assert part_of(after, part["id"])["evidence"] == part["evidence"]


async def test_what_is_on_hold_or_not_agreed_is_not_gone_to(desk: Desk) -> None:
    plan = await desk.agreed()
    await desk.part_move(part_of(plan, "tiny"), "hold", desk.cast.therapist)
    refused = await desk.ask(plan, "go")
    assert refused.json()["reason"] == "on_hold"
    other = await desk.offer()
    refused = await desk.ask(other, "go")
    assert refused.json()["reason"] == "not_agreed"


async def test_where_the_client_stands_is_theirs_until_they_share(desk: Desk) -> None:
    plan = await desk.agreed(grants=PRIVATE)
    await desk.move(plan, "go")
    mine = await desk.read(plan)
    assert (mine["position"], mine["position_shared"]) == ("tiny", True)
    seen = await desk.read(plan, desk.cast.therapist)
    assert (seen["position"], seen["position_shared"]) == (None, False)
    assert set(gates(seen).values()) == {"not_shared"}
    path = f"/v1/programme-plans/{plan['id']}/history"
    told = (await desk.cast.therapist.get(path)).json()["items"]
    assert [one["verb"] for one in told] == ["offer", "accept"]


async def test_a_therapist_does_not_learn_of_a_sealed_run_from_a_gate(
    desk: Desk,
) -> None:
    plan = await desk.agreed(COURSE)
    for _ in range(2):
        await desk.run(plan, "ground", await sound_answers(desk, plan), level="sealed")
    mine = await desk.read(plan)
    assert gates(mine)["breathe"] == "open"
    assert part_of(mine, "ground")["evidence"]["runs"] == 2
    seen = await desk.read(plan, desk.cast.therapist)
    assert gates(seen)["breathe"] == "waiting"
    assert part_of(seen, "breathe")["waits_for"]["more"] == 2
    assert part_of(seen, "ground")["evidence"]["runs"] == 0
    listed = await desk.cast.therapist.get("/v1/programme-plans")
    assert gates(listed.json()["items"][0])["breathe"] == "waiting"
    path = f"/v1/assignments/{part_of(plan, 'breathe')['assignment_id']}/occurrences"
    assert (await desk.cast.therapist.get(path)).json()["items"] == []
    assert (await desk.cast.client.get(path)).json()["items"] != []
    for _ in range(2):
        await desk.run(plan, "ground", await sound_answers(desk, plan), level="fact")
    seen = await desk.read(plan, desk.cast.therapist)
    assert gates(seen)["breathe"] == "open"
    assert part_of(seen, "ground")["evidence"]["runs"] == 2


async def sound_answers(desk: Desk, plan: dict[str, Any]) -> dict[str, Any]:
    """Answer whatever the grounding exercise needs, from its own document."""
    slug = part_of(plan, "ground")["exercise"]
    path = f"/v1/exercises/{slug}/versions/1"
    document = (await desk.cast.client.get(path)).json()["document"]
    given: dict[str, Any] = {}
    for part in document["parts"]:
        for step in part["steps"]:
            if step.get("required"):
                given.setdefault(part["id"], {})[step["id"]] = _some(step)
    return given


def _some(step: dict[str, Any]) -> Any:
    match step["type"]:
        case "consent":
            return "given"
        case "state":
            return "settled"
        case "scale":
            return 3
        case "choice":
            return step["options"][0]["code"]
        case "checklist":
            return [step["options"][0]["code"]]
        case "list":
            return ["one", "two", "three", "four", "five"][: step.get("at_least") or 1]
        case _:
            return "words"


async def test_a_new_order_leaves_what_was_agreed_until_it_is_answered(
    desk: Desk,
) -> None:
    plan = await desk.agreed()
    await desk.move(plan, "go")
    extra = {
        "id": "extra",
        "title": "In between",
        "exercise": "micro-trust-moment",
        "why": "A step in between.",
        "stop_note": "Stop whenever you like.",
        "gate": {"type": "client_go"},
        "terms": {"sharing": "fact"},
    }
    body = {"order": ["tiny", "extra", "small", "stay"], "add": [extra]}
    therapist = desk.cast.therapist
    refused = await desk.ask(plan, "revise", therapist, **body)
    assert refused.status_code == 428
    now = await desk.read(plan, therapist)
    offered = await desk.move(
        plan, "revise", therapist, if_match=now["version"], **body
    )
    assert (offered["revision"], offered["offered_revision"]) == (1, 2)
    leaving = {part["id"] for part in offered["parts"] if part["is_leaving"]}
    assert leaving == {"in_session", "middling"}
    assert part_of(offered, "extra")["is_proposed"]
    assert part_states(offered)["middling"] == "active"
    refused = await desk.ask(plan, "go", part="extra")
    assert refused.json()["reason"] == "no_such_part"
    said_no = await desk.move(plan, "decline")
    assert (said_no["revision"], said_no["offered_revision"]) == (1, None)
    assert set(part_states(said_no).values()) == {"active"}
    again = await desk.move(
        plan,
        "revise",
        therapist,
        if_match=said_no["version"],
        order=["tiny", "stay", "small"],
    )
    agreed = await desk.move(plan, "accept", **yes(again))
    assert [part["id"] for part in agreed["parts"]] == ["tiny", "stay", "small"]
    assert agreed["position"] == "tiny"
    gone = f"/v1/assignments/{part_of(plan, 'middling')['assignment_id']}"
    assert (await desk.cast.client.get(gone)).json()["state"] == "cancelled"


async def test_no_step_up_by_time_can_be_put_into_a_ladder(desk: Desk) -> None:
    plan = await desk.agreed()
    refused = await desk.ask(
        plan,
        "revise",
        desk.cast.therapist,
        if_match=plan["version"],
        order=["tiny", "small"],
        gates={"small": {"type": "after_delay", "of": "tiny", "days": 3}},
    )
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["code"] == "not-a-go"


async def test_go_and_down_at_once_come_to_the_lower_rung(desk: Desk) -> None:
    plan = await desk.agreed()
    tablet = await another_device(desk.cast)
    await desk.move(plan, "go")
    on = await desk.move(plan, "go")
    known = on["version"]
    await asyncio.gather(
        desk.ask(plan, "go", id=str(new_id()), seen=known, part="in_session"),
        desk.ask(plan, "down", tablet, id=str(new_id()), seen=known, part="tiny"),
    )
    now = await desk.read(plan)
    assert now["position"] == "tiny"
    assert [one for one, gate in gates(now).items() if gate == "open"] == ["tiny"]


async def test_the_whole_and_a_part_answered_at_once_agree(desk: Desk) -> None:
    plan = await desk.offer()
    part = part_of(plan, "stay")
    whole, alone = await asyncio.gather(
        desk.ask(plan, "accept", **yes(plan)),
        desk.cast.client.post(
            f"/v1/assignments/{part['assignment_id']}/accept",
            json={"revision": 1, "grants": GRANTS},
        ),
    )
    assert (whole.status_code, alone.status_code) == (200, 200), whole.text
    now = await desk.read(plan)
    assert set(part_states(now).values()) == {"active"}


async def test_every_move_is_journalled_and_stamped(desk: Desk) -> None:
    plan = await desk.agreed()
    await desk.move(plan, "go")
    await desk.move(plan, "down")
    async with desk.cast.store.reader() as db:
        subject = col(Entry.subject_id) == UUID(plan["id"])
        query = select(Entry.verb).where(subject).order_by(col(Entry.id))
        told = list((await db.exec(query)).all())
        row = await db.get_one(ProgrammePlan, (desk.cast.practice_id, UUID(plan["id"])))
    assert told == [
        "programme.offered",
        "programme.accepted",
        "programme.went_on",
        "programme.stepped_back",
    ]
    assert row.changed_seq > 0
    assert row.version == 4


async def test_a_private_step_leaves_no_trace_for_a_therapist(desk: Desk) -> None:
    cast = desk.cast
    plan = await desk.accept(await desk.offer(), grants=PRIVATE)
    tiny = part_of(plan, "tiny")["assignment_id"]
    paths = (
        f"/v1/programme-plans/{plan['id']}",
        f"/v1/programme-plans/{plan['id']}/history",
        "/v1/programme-plans",
        f"/v1/assignments/{tiny}",
        f"/v1/assignments/{tiny}/history",
        f"/v1/assignments/{tiny}/summary",
    )

    async def seen() -> list[Any]:
        answers = [await cast.therapist.get(path) for path in paths]
        return [(one.status_code, one.headers.get("etag"), one.text) for one in answers]

    before = await seen()
    stepped = await desk.move(plan, "go")
    assert stepped["version"] > plan["version"]
    assert await seen() == before
    await desk.run(plan, "tiny", moment_answers(), level="sealed")
    await desk.move(plan, "down")
    assert await seen() == before
    guess = {"seen": plan["version"] + 1}
    refused = await desk.ask(plan, "cancel", cast.therapist, **guess)
    assert refused.json()["errors"][0]["code"] == "not-yet"
    order = [one for one in RUNGS if one != "middling"]
    version = plan["version"]
    revised = await desk.move(
        plan, "revise", cast.therapist, order=order, if_match=version
    )
    assert revised["version"] == version + 1
