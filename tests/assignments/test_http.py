"""Assignments over HTTP, on both engines: offers, answers, refusals, who sees what."""

from typing import Any

import pytest

from api.foundation.ids import new_id
from tests.assignments.conftest import (
    EVERYTHING,
    Desk,
    another_device,
    new_uuid,
)
from tests.cast import Cast

YES = {"revision": 1, "grants": EVERYTHING}
MARKER = {"slug": "trauma-processing-marker", "version": 1}


async def test_an_offer_is_read_by_client_and_therapist(desk: Desk) -> None:
    one = await desk.offer()
    assert one.pop("cautions") == []
    assert one["state"] == "offered"
    assert one["grants"] == {"do": False, "remind": False, "share": False}
    for who in (desk.cast.client, desk.cast.therapist):
        assert await desk.read(one, who) == one
        [listed] = (await who.get("/v1/assignments")).json()["items"]
        assert listed == one


async def test_everyone_who_should_see_nothing_gets_the_same_404(desk: Desk) -> None:
    one = await desk.offer()
    cast = desk.cast
    for who in (cast.colleague, cast.other_client, cast.separated, cast.stranger):
        for path in ("", "/history", "/terms/1", "/occurrences"):
            there = await who.get(f"/v1/assignments/{one['id']}{path}")
            absent = await who.get(f"/v1/assignments/{new_id()}{path}")
            assert (there.status_code, there.content) == (404, absent.content)
        assert (await who.get("/v1/assignments")).json()["items"] == []
    for who in (cast.coordinator, cast.owner, cast.privacy_officer):
        assert (await who.get(f"/v1/assignments/{one['id']}")).status_code == 403


async def test_nobody_moves_what_is_not_theirs(desk: Desk) -> None:
    one = await desk.offer()
    cast = desk.cast
    for who in (cast.other_client, cast.foreign_client):
        answer = await desk.ask(who, one, "accept", **YES)
        assert answer.status_code == 404
    assert (await desk.ask(cast.therapist, one, "accept", **YES)).status_code == 403
    assert (await desk.ask(cast.client, one, "cancel")).status_code == 403
    assert (await desk.ask(cast.colleague, one, "cancel")).status_code == 404


async def test_the_client_accepts_one_grant_and_not_another(desk: Desk) -> None:
    one = await desk.offer()
    grants = {"do": True, "remind": False, "share": True}
    agreed = await desk.move(desk.cast.client, one, "accept", revision=1, grants=grants)
    assert (agreed["state"], agreed["agreed_revision"]) == ("active", 1)
    assert agreed["grants"] == grants
    path = f"/v1/assignments/{one['id']}/grants"
    less = {"do": True, "remind": True, "share": False}
    changed = await desk.cast.client.put(path, json={"grants": less})
    assert changed.json()["grants"] == less
    gone = await desk.cast.client.put(path, json={"grants": {"do": False}})
    assert gone.json()["state"] == "withdrawn"


async def test_a_counter_proposal_is_agreed_on_the_clients_terms(desk: Desk) -> None:
    one = await desk.offer()
    counter = desk.terms(sharing="sealed", rationale="Smaller, please.")
    asked = await desk.move(
        desk.cast.client, one, "counter", terms=counter, grants={"do": True}
    )
    assert (asked["state"], asked["counter_revision"]) == ("countered", 2)
    refused = await desk.ask(desk.cast.client, one, "accept", **YES)
    assert (refused.status_code, refused.json()["reason"]) == (409, "countered")
    agreed = await desk.move(
        desk.cast.therapist, one, "agree", revision=2, if_match=asked["version"]
    )
    assert (agreed["state"], agreed["agreed_revision"]) == ("active", 2)
    assert agreed["terms"]["sharing"] == "sealed"
    assert agreed["grants"] == {"do": True, "remind": False, "share": False}


async def test_a_material_change_is_an_offer_beside_what_is_agreed(desk: Desk) -> None:
    one = await desk.agreed()
    more = desk.terms(sharing="full")
    revised = await desk.move(
        desk.cast.therapist, one, "revise", terms=more, if_match=one["version"]
    )
    assert (revised["state"], revised["agreed_revision"]) == ("active", 1)
    assert revised["offered_revision"] == 2
    assert revised["terms"]["sharing"] == "fact"
    path = f"/v1/assignments/{one['id']}/terms/2"
    beside = (await desk.cast.client.get(path)).json()
    assert (beside["is_material"], beside["terms"]["sharing"]) == (True, "full")
    kept = await desk.move(desk.cast.client, one, "decline", revision=2)
    assert (kept["state"], kept["agreed_revision"]) == ("active", 1)
    assert kept["grants"] == EVERYTHING


async def test_new_wording_takes_effect_at_once(desk: Desk) -> None:
    one = await desk.agreed()
    words = desk.terms(rationale="To settle, a little.")
    revised = await desk.move(
        desk.cast.therapist, one, "revise", terms=words, if_match=one["version"]
    )
    assert (revised["agreed_revision"], revised["offered_revision"]) == (2, None)
    assert revised["terms"]["rationale"] == "To settle, a little."
    same = await desk.move(
        desk.cast.therapist, one, "revise", terms=words, if_match=revised["version"]
    )
    assert same == revised


async def test_a_decline_is_final_until_something_new_is_offered(desk: Desk) -> None:
    one = await desk.offer()
    no = await desk.move(desk.cast.client, one, "decline")
    assert no["state"] == "declined"
    assert await desk.move(desk.cast.client, one, "decline") == no
    late = await desk.ask(desk.cast.client, one, "accept", **YES)
    assert (late.status_code, late.json()["state"]) == (409, "declined")
    anew = await desk.move(
        desk.cast.therapist, one, "revise", terms=desk.terms(), if_match=no["version"]
    )
    assert (anew["state"], anew["offered_revision"]) == ("offered", 2)


async def test_revising_needs_the_version_that_was_read(desk: Desk) -> None:
    one = await desk.agreed()
    therapist = desk.cast.therapist
    blind = await desk.ask(therapist, one, "revise", terms=desk.terms())
    assert blind.status_code == 428
    stale = await desk.ask(therapist, one, "revise", terms=desk.terms(), if_match=1)
    assert stale.status_code == 412


async def test_a_refusal_says_where_things_stand(desk: Desk) -> None:
    one = await desk.offer()
    refused = await desk.ask(desk.cast.client, one, "pause")
    problem = refused.json()
    assert refused.status_code == 409
    assert problem["code"] == "move-refused"
    assert problem["reason"] == "not_agreed"
    assert (problem["state"], problem["version"]) == ("offered", 1)


async def test_pauses_holds_and_their_ends(desk: Desk) -> None:
    one = await desk.agreed()
    client, therapist = desk.cast.client, desk.cast.therapist
    await desk.move(client, one, "pause")
    assert (await desk.ask(therapist, one, "resume")).status_code == 409
    held = await desk.move(therapist, one, "hold")
    assert held["state"] == "on_hold"
    assert (await desk.ask(client, one, "resume")).json()["reason"] == "on_hold"
    lifted = await desk.move(therapist, one, "resume")
    assert (lifted["state"], lifted["paused_by"]) == ("paused", "client")
    assert (await desk.move(client, one, "resume"))["state"] == "active"
    assert (await desk.move(therapist, one, "finish"))["state"] == "finished"


async def test_a_retry_of_a_move_is_the_same_move(desk: Desk) -> None:
    one = await desk.offer()
    yes = YES | {"id": new_uuid(), "at": "2026-11-20T10:00:00Z", "seen": 1}
    first = await desk.move(desk.cast.client, one, "accept", **yes)
    await desk.move(desk.cast.client, one, "pause")
    again = await desk.move(desk.cast.client, one, "accept", **yes)
    assert again["state"] == "paused"
    other = await desk.ask(desk.cast.client, one, "withdraw", id=yes["id"])
    assert other.json()["code"] == "id-in-use"
    assert first["state"] == "active"


async def test_a_retry_of_an_offer_is_the_same_offer(desk: Desk) -> None:
    body = {
        "id": new_uuid(),
        "client_id": str(desk.cast.client.id),
        "terms": desk.terms(),
    }
    first = await desk.cast.therapist.post("/v1/assignments", json=body)
    again = await desk.cast.therapist.post("/v1/assignments", json=body)
    assert (again.status_code, again.json()) == (201, first.json())
    other = body | {"terms": desk.terms(sharing="full")}
    refused = await desk.cast.therapist.post("/v1/assignments", json=other)
    assert refused.json()["code"] == "id-in-use"


async def test_a_late_no_from_another_device_wins(desk: Desk) -> None:
    one = await desk.agreed()
    tablet = await another_device(desk.cast)
    unknowing = {"id": new_uuid(), "at": "2026-11-20T10:00:00Z", "seen": 1}
    late = await desk.move(tablet, one, "decline", revision=1, **unknowing)
    assert late["state"] == "declined"
    assert late["grants"] == {"do": False, "remind": False, "share": False}


async def test_a_late_resume_does_not_undo_a_pause_it_did_not_know_of(
    desk: Desk,
) -> None:
    one = await desk.agreed()
    tablet = await another_device(desk.cast)
    await desk.move(desk.cast.client, one, "pause")
    await desk.move(desk.cast.client, one, "resume")
    late = await desk.move(tablet, one, "pause", id=new_uuid(), seen=3)
    assert late["state"] == "paused"
    outweighed = await desk.ask(desk.cast.client, one, "resume", id=new_uuid(), seen=3)
    assert outweighed.status_code == 409
    assert outweighed.json()["reason"] == "outweighed"
    assert (await desk.move(tablet, one, "resume"))["state"] == "active"


async def test_nobody_knows_a_version_that_does_not_exist(desk: Desk) -> None:
    one = await desk.offer()
    refused = await desk.ask(desk.cast.client, one, "accept", **YES, seen=9)
    assert refused.status_code == 422


async def test_reasons_are_their_makers_own_unless_shared(desk: Desk) -> None:
    one = await desk.offer()
    client, therapist = desk.cast.client, desk.cast.therapist
    await desk.move(client, one, "not-now", reason="Exams, and I am tired.")
    await desk.move(
        client, one, "decline", reason="It is too much now.", reason_shared=True
    )
    path = f"/v1/assignments/{one['id']}/history"
    own = (await client.get(path)).json()["items"]
    theirs = (await therapist.get(path)).json()["items"]
    assert [entry["verb"] for entry in own] == ["offer", "not_now", "decline"]
    assert own[1]["reason"] == "Exams, and I am tired."
    assert [entry["reason"] for entry in theirs] == [None, None, "It is too much now."]


@pytest.mark.parametrize("standing", ["harmful", "under_review"])
async def test_no_joint_work_with_a_person_marked_so(desk: Desk, standing: str) -> None:
    cast = desk.cast
    shared = {"nickname": "Bear", "standing": standing, "is_shared": True}
    person = (await cast.client.post("/v1/me/people", json=shared)).json()["id"]
    body = {"client_id": str(cast.client.id)}
    joint = desk.terms(setting="trusted", with_person=person)
    refused = await cast.therapist.post("/v1/assignments", json=body | {"terms": joint})
    assert (refused.status_code, refused.json()["code"]) == (
        409,
        "not-with-this-person",
    )
    nobody = desk.terms(setting="trusted")
    refused = await cast.therapist.post(
        "/v1/assignments", json=body | {"terms": nobody}
    )
    assert refused.status_code == 409


async def trusted_slug(cast: Cast) -> str:
    listed = await cast.therapist.get("/v1/exercises?setting=trusted&limit=1")
    return str(listed.json()["items"][0]["slug"])


async def test_a_person_marked_harmful_later_stops_the_yes(desk: Desk) -> None:
    cast = desk.cast
    shared = {"nickname": "Bear", "standing": "trusted", "is_shared": True}
    person = (await cast.client.post("/v1/me/people", json=shared)).json()
    slug = await trusted_slug(cast)
    one = await desk.offer(
        exercise={"slug": slug, "version": 1},
        setting="trusted",
        with_person=person["id"],
    )
    changed = {"nickname": "Bear", "standing": "harmful", "is_shared": True}
    await cast.client.put(
        f"/v1/me/people/{person['id']}", json=changed, headers={"If-Match": '"v1"'}
    )
    refused = await desk.ask(cast.client, one, "accept", **YES)
    assert refused.json()["code"] == "not-with-this-person"


async def test_an_unshared_person_cannot_be_named_by_a_therapist(desk: Desk) -> None:
    cast = desk.cast
    private = {"nickname": "Bear", "standing": "trusted"}
    person = (await cast.client.post("/v1/me/people", json=private)).json()["id"]
    body = {
        "client_id": str(cast.client.id),
        "terms": desk.terms(setting="trusted", with_person=person),
    }
    refused = await cast.therapist.post("/v1/assignments", json=body)
    absent = body | {"terms": desk.terms(setting="trusted", with_person=str(new_id()))}
    assert refused.status_code == 422
    assert (await cast.therapist.post("/v1/assignments", json=absent)).content == (
        refused.content
    )


@pytest.mark.parametrize(
    ("changed", "pointer"),
    [
        ({"exercise": {"slug": "no-such-thing", "version": 1}}, "/terms/exercise"),
        ({"exercise": MARKER}, "/terms/exercise"),
        ({"exercise": MARKER, "setting": "therapist"}, "/terms/exercise"),
        ({"setting": "group"}, "/terms/setting"),
        ({"parameters": {"no.step": {"seconds": 5}}}, "/terms/parameters"),
        (
            {
                "schedule": {
                    "kind": "recurring",
                    "zone": "UTC",
                    "starts": "2026-12-01T19:00",
                    "rule": "FREQ=SECONDLY",
                }
            },
            "/terms/schedule/rule",
        ),
    ],
)
async def test_terms_that_cannot_be_kept_are_refused_with_their_place(
    desk: Desk, changed: dict[str, Any], pointer: str
) -> None:
    body = {"client_id": str(desk.cast.client.id), "terms": desk.terms(**changed)}
    refused = await desk.cast.therapist.post("/v1/assignments", json=body)
    assert refused.status_code == 422
    assert pointer in [fault["pointer"] for fault in refused.json()["errors"]]


async def test_nothing_is_offered_to_somebody_elses_client(desk: Desk) -> None:
    for who in (desk.cast.separated, desk.cast.foreign_client):
        body = {"client_id": str(who.id), "terms": desk.terms()}
        refused = await desk.cast.therapist.post("/v1/assignments", json=body)
        assert refused.status_code == 404


async def test_lists_are_pages_and_can_be_narrowed(desk: Desk) -> None:
    made = [(await desk.offer())["id"] for _ in range(5)]
    await desk.move(desk.cast.client, {"id": made[0]}, "decline")
    seen: list[str] = []
    path: str | None = "/v1/assignments?limit=2"
    while path:
        answer = await desk.cast.therapist.get(path)
        seen += [one["id"] for one in answer.json()["items"]]
        following = answer.json()["next"]
        assert ("Link" in answer.headers) == bool(following)
        path = f"/v1/assignments?limit=2&cursor={following}" if following else None
    assert seen == made
    declined = await desk.cast.client.get("/v1/assignments?state=declined")
    assert [one["id"] for one in declined.json()["items"]] == made[:1]
    other = desk.cast.other_client.id
    none = await desk.cast.therapist.get(f"/v1/assignments?client_id={other}")
    assert none.json()["items"] == []
