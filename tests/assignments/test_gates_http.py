"""What an offer meets over HTTP: held back, warned, gone on with for a reason, a late no."""

from typing import Any

import pytest
from sqlalchemy import text

from api.foundation.ids import new_id
from tests.assignments.care_desk import check, codes, mind, precautions_path
from tests.assignments.conftest import EVERYTHING, Desk

REASON = "We talked it through twice; she asked for it."
YES = {"revision": 1, "grants": EVERYTHING}


def terms(slug: str, **rest: Any) -> dict[str, Any]:
    return {
        "exercise": {"slug": slug, "version": 1},
        "schedule": {"kind": "as_needed"},
        "setting": "solo",
    } | rest


NO = terms("saying-no", setting="therapist")
PLAN = terms("boundary-plan", setting="therapist")


async def offer(desk: Desk, wanted: dict[str, Any], **rest: Any) -> Any:
    body = {"client_id": str(desk.cast.client.id), "terms": wanted} | rest
    return await desk.cast.therapist.post("/v1/assignments", json=body)


def because(code: str) -> dict[str, Any]:
    return {"overrides": [{"code": code, "reason": REASON}]}


async def test_a_block_holds_the_offer_back_and_says_what_can_be_done(
    desk: Desk,
) -> None:
    await mind(desk.cast, "panic")
    held = await offer(desk, terms("paced-breath"))
    problem = held.json()
    assert (held.status_code, problem["code"]) == (409, "held-back")
    [caution] = [one for one in problem["cautions"] if one["code"] == "panic"]
    assert caution["effect"] == "block"
    assert caution["may_override"] is True
    assert caution["instead"] == "orient-and-ground"
    assert (await desk.cast.client.get("/v1/assignments")).json()["items"] == []


async def test_a_warning_goes_along_with_the_offer_and_its_terms(desk: Desk) -> None:
    await mind(desk.cast, "legal")
    made = await offer(desk, terms("interaction-record"))
    assert made.status_code == 201
    assert ("legal", "warn") in {
        (one["code"], one["effect"]) for one in made.json()["cautions"]
    }
    path = f"/v1/assignments/{made.json()['id']}/terms/1"
    read = (await desk.cast.client.get(path)).json()
    assert read["cautions"] == made.json()["cautions"]


async def test_a_reason_sets_a_block_aside_and_stays_with_the_care_team(
    desk: Desk,
) -> None:
    cast = desk.cast
    await mind(cast, "live")
    assert codes((await offer(desk, PLAN)).json()) == ["live"]
    for wrong in ("", "   "):
        blank = {"overrides": [{"code": "live", "reason": wrong}]}
        assert (await offer(desk, PLAN, **blank)).status_code == 422
    made = await offer(desk, PLAN, **because("live"))
    assert made.status_code == 201, made.text
    shown = {one["code"]: one for one in made.json()["cautions"]}
    assert shown["live"]["overridden"] is True
    assert shown["safety_plan"]["effect"] == "warn"
    path = f"/v1/assignments/{made.json()['id']}/terms/1"
    theirs = (await cast.therapist.get(path)).json()
    assert [one["reason"] for one in theirs["overrides"]] == [REASON]
    assert theirs["overrides"][0]["by_id"] == str(cast.therapist.id)
    mine = await cast.client.get(path)
    assert mine.json()["overrides"] is None
    everything = [
        mine.text,
        (await cast.client.get(f"/v1/assignments/{made.json()['id']}/history")).text,
        (await cast.client.get(precautions_path(cast))).text,
    ]
    assert not any(REASON in body for body in everything)
    accepted = await desk.ask(cast.client, made.json(), "accept", **YES)
    assert accepted.status_code == 200, accepted.text


async def test_a_reason_that_nothing_asks_for_is_not_kept(desk: Desk) -> None:
    made = await offer(desk, desk.terms(), **because("live"))
    path = f"/v1/assignments/{made.json()['id']}/terms/1"
    assert (await desk.cast.therapist.get(path)).json()["overrides"] == []


@pytest.mark.parametrize("code", ["acute", "minor"])
async def test_some_blocks_no_reason_sets_aside(desk: Desk, code: str) -> None:
    await mind(desk.cast, code)
    held = await offer(desk, PLAN, **because(code))
    assert held.status_code == 409
    assert codes(held.json()) == [code]


async def test_a_later_phase_needs_a_reason(desk: Desk) -> None:
    await mind(desk.cast, phase="steadying")
    assert codes((await offer(desk, PLAN)).json()) == ["phase"]
    made = await offer(desk, PLAN, **because("phase"))
    assert made.status_code == 201
    assert (await desk.ask(desk.cast.client, made.json(), "accept", **YES)).is_success


async def test_a_look_beforehand_offers_nothing(desk: Desk) -> None:
    cast = desk.cast
    await mind(cast, "live")
    found = await check(cast, PLAN)
    assert not found["goes_through"]
    assert codes(found) == ["live"]
    assert (await check(cast, desk.terms())) == {"goes_through": True, "cautions": []}
    assert (await cast.client.get("/v1/assignments")).json()["items"] == []
    path = f"/v1/clients/{cast.client.id}/offer-check"
    for who, status in (
        (cast.colleague, 404),
        (cast.stranger, 404),
        (cast.client, 403),
        (cast.owner, 403),
        (cast.coordinator, 403),
    ):
        answer = await who.post(path, json={"terms": PLAN})
        assert answer.status_code == status


async def test_a_look_shows_r0_among_the_cautions(desk: Desk) -> None:
    cast = desk.cast
    person = {"nickname": "M.", "standing": "harmful", "is_shared": True}
    named = (await cast.client.post("/v1/me/people", json=person)).json()["id"]
    wanted = terms("small-share", setting="trusted", with_person=named)
    found = await check(cast, wanted)
    assert [(one["rule"], one["may_override"]) for one in found["cautions"]] == [
        ("R0", False)
    ]
    held = await offer(desk, wanted, **because("person"))
    assert held.json()["code"] == "not-with-this-person"


async def test_a_precaution_set_since_holds_back_the_yes_and_not_the_no(
    desk: Desk,
) -> None:
    cast = desk.cast
    made = (await offer(desk, NO)).json()
    page = await mind(cast, "live")
    assert [one["assignment_id"] for one in page["affects"]] == [made["id"]]
    held = await desk.ask(cast.client, made, "accept", **YES)
    assert (held.status_code, held.json()["code"]) == (409, "held-back")
    assert codes(held.json()) == ["live"]
    assert (await desk.read(made))["state"] == "offered"
    declined = await desk.ask(cast.client, made, "decline")
    assert declined.json()["state"] == "declined"


async def test_a_reason_given_before_a_precaution_was_set_does_not_hold_for_it(
    desk: Desk,
) -> None:
    cast = desk.cast
    await mind(cast, "live")
    made = (await offer(desk, NO, **because("live"))).json()
    await mind(cast)
    await mind(cast, "live")
    held = await desk.ask(cast.client, made, "accept", **YES)
    assert held.json()["code"] == "held-back"


async def test_what_was_agreed_stays_agreed_and_is_listed(desk: Desk) -> None:
    cast = desk.cast
    made = (await offer(desk, NO)).json()
    agreed = await desk.move(cast.client, made, "accept", **YES)
    page = await mind(cast, "acute")
    assert [one["exercise"] for one in page["affects"]] == ["saying-no"]
    now = await desk.read(made)
    assert (now["state"], now["version"]) == ("active", agreed["version"])
    assert await desk.move(cast.client, made, "accept", **YES) == now
    held = await desk.move(cast.therapist, made, "hold")
    assert held["state"] == "on_hold"


async def test_new_words_pass_and_a_new_offer_meets_the_gate(desk: Desk) -> None:
    cast = desk.cast
    made = (await offer(desk, NO)).json()
    agreed = await desk.move(cast.client, made, "accept", **YES)
    await mind(cast, "live")
    words = await desk.move(
        cast.therapist,
        agreed,
        "revise",
        terms=NO | {"rationale": "Small and safe."},
        if_match=agreed["version"],
    )
    assert words["agreed_revision"] == 2
    more = NO | {"sharing": "full"}
    body = {"terms": more, "if_match": words["version"]}
    held = await desk.ask(cast.therapist, words, "revise", **body)
    assert codes(held.json()) == ["live"]
    offered = await desk.move(
        cast.therapist, words, "revise", **body, **because("live")
    )
    assert offered["offered_revision"] == 3
    taken = await desk.ask(
        cast.client, offered, "accept", revision=3, grants=EVERYTHING
    )
    assert taken.status_code == 200, taken.text


async def test_a_client_may_propose_anything_and_the_agreement_meets_the_gate(
    desk: Desk,
) -> None:
    cast = desk.cast
    made = await desk.offer()
    await mind(cast, "live", "grief")
    asked = await desk.move(
        cast.client, made, "counter", terms=terms("space-for-grief")
    )
    body = {"revision": 2, "if_match": asked["version"]}
    agreed = await desk.move(cast.therapist, asked, "agree", **body)
    assert agreed["state"] == "active", "grief waits unless the client asks"
    again = await desk.move(cast.client, agreed, "counter", terms=NO)
    body = {"revision": 3, "if_match": again["version"]}
    held = await desk.ask(cast.therapist, again, "agree", **body)
    assert codes(held.json()) == ["live"]
    done = await desk.move(cast.therapist, again, "agree", **body, **because("live"))
    assert done["agreed_revision"] == 3
    path = f"/v1/assignments/{made['id']}/terms/3"
    theirs = (await cast.therapist.get(path)).json()
    assert [one["code"] for one in theirs["overrides"]] == ["live"]


async def test_reminders_end_at_once_where_others_see_the_device(desk: Desk) -> None:
    cast = desk.cast
    wanted = desk.terms(reminders={"wanted": True, "at": ["09:00"]})
    made = (await offer(desk, wanted)).json()
    await desk.move(cast.client, made, "accept", **YES)
    waiting = (await offer(desk, wanted)).json()
    await mind(cast, "device")
    now = await desk.read(made)
    assert now["state"] == "active"
    assert now["grants"] == {"do": True, "remind": False, "share": True}
    history = (await cast.client.get(f"/v1/assignments/{made['id']}/history")).json()[
        "items"
    ]
    assert (history[-1]["verb"], history[-1]["actor"]) == ("quiet", "system")
    assert codes((await offer(desk, wanted, **because("device"))).json()) == ["device"]
    held = await desk.ask(cast.client, waiting, "accept", **YES)
    assert codes(held.json()) == ["device"]
    without = {"revision": 1, "grants": {"do": True, "share": True}}
    taken = await desk.ask(cast.client, waiting, "accept", **without)
    assert taken.json()["state"] == "active"
    path = f"/v1/assignments/{made['id']}/grants"
    back = await cast.client.put(path, json={"grants": EVERYTHING})
    assert (back.status_code, back.json()["code"]) == (409, "held-back")
    asks = await desk.ask(
        cast.client, made, "counter", terms=desk.terms(), grants=EVERYTHING
    )
    assert asks.json()["code"] == "held-back"


async def test_agreeing_brings_no_reminders_where_others_see_the_device(
    desk: Desk,
) -> None:
    cast = desk.cast
    made = await desk.offer()
    asked = await desk.move(
        cast.client,
        made,
        "counter",
        terms=desk.terms(sharing="sealed"),
        grants=EVERYTHING,
    )
    await mind(cast, "device")
    agreed = await desk.move(
        cast.therapist, asked, "agree", revision=2, if_match=asked["version"]
    )
    assert agreed["grants"] == {"do": True, "remind": False, "share": True}


async def test_a_retried_offer_or_yes_is_never_held_back(desk: Desk) -> None:
    cast = desk.cast
    ident = str(new_id())
    made = (await offer(desk, NO, id=ident)).json()
    yes = YES | {"id": str(new_id())}
    await desk.move(cast.client, made, "accept", **yes)
    await mind(cast, "acute")
    assert (await offer(desk, NO, id=ident)).status_code == 201
    again = await desk.move(cast.client, made, "accept", **yes)
    assert again["state"] == "active"
    await desk.move(cast.client, made, "withdraw")
    late = await desk.move(cast.client, made, "accept", **yes)
    assert late["state"] == "withdrawn"


async def test_overrides_are_told_to_the_journal_and_never_change(desk: Desk) -> None:
    await mind(desk.cast, "live")
    await offer(desk, NO, **because("live"))
    async with desk.cast.store.reader() as db:
        connection = await db.connection()
        query = text("SELECT verb FROM journal_entry")
        verbs = [row.verb for row in (await connection.execute(query)).all()]
    assert verbs.count("caution.overridden") == 1
