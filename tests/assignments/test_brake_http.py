"""The titration brake over HTTP: reports, holds, lifting together, and sync."""

from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from api.exercises.library import library
from api.foundation.ids import new_id
from tests.assignments.care_desk import AT, brake_path, check, codes, lift, mind, report
from tests.assignments.conftest import EVERYTHING, Desk
from tests.cast import Cast

YES = {"revision": 1, "grants": EVERYTHING}
STRONG = next(
    one
    for one in library().values()
    if one["intensity"] >= 2 and one["kind"] == "exercise" and "solo" in one["settings"]
)
GRADE = STRONG["intensity"]


def terms(slug: str = STRONG["slug"], **rest: Any) -> dict[str, Any]:
    base = {"exercise": {"slug": slug, "version": 1}, "setting": "solo"}
    return base | {"schedule": {"kind": "as_needed"}} | rest


async def brake(cast: Cast) -> dict[str, Any]:
    mine = await cast.client.get(brake_path(cast))
    theirs = await cast.therapist.get(brake_path(cast))
    assert mine.json() == theirs.json()
    return dict(mine.json())


async def held(desk: Desk) -> dict[str, Any]:
    """An assignment of a strong exercise that made it worse twice."""
    one = await desk.agreed(exercise={"slug": STRONG["slug"], "version": 1})
    for _ in range(2):
        told = await report(desk.cast, one)
        assert told.status_code == 201, told.text
    return one


async def test_one_report_surfaces_grounding_and_holds_no_grade(desk: Desk) -> None:
    one = await desk.agreed(exercise={"slug": STRONG["slug"], "version": 1})
    page = (await report(desk.cast, one)).json()
    assert (page["held_from"], page["hold"]) == (None, None)
    assert page["suggest"] == ["orient-and-ground"]
    assert [one["grade"] for one in page["worsenings"]] == [GRADE]


async def test_the_same_report_again_counts_once(desk: Desk) -> None:
    one = await desk.agreed()
    ident, run = str(new_id()), str(new_id())
    for _ in range(3):
        await report(desk.cast, one, id=ident)
    assert len((await brake(desk.cast))["worsenings"]) == 1
    for _ in range(2):
        await report(desk.cast, one, completion_id=run)
    assert len((await brake(desk.cast))["worsenings"]) == 2


async def test_two_hold_that_grade_and_above_and_stop_nothing(desk: Desk) -> None:
    cast = desk.cast
    one = await held(desk)
    page = await brake(cast)
    assert page["held_from"] == GRADE
    assert [found["assignment_id"] for found in page["affects"]] == [one["id"]]
    assert (await desk.read(one))["state"] == "active"
    found = await check(cast, terms())
    assert not found["goes_through"]
    strength = next(c for c in found["cautions"] if c["code"] == "strength")
    assert (strength["rule"], strength["may_override"]) == ("brake", False)
    reason = {"overrides": [{"code": "strength", "reason": "I am sure."}]}
    body = {"client_id": str(cast.client.id), "terms": terms()} | reason
    refused = await cast.therapist.post("/v1/assignments", json=body)
    assert (refused.status_code, refused.json()["code"]) == (409, "held-back")
    assert (await check(cast, terms("orient-and-ground")))["goes_through"]


async def test_an_offer_that_waits_can_not_be_taken_while_it_is_held(
    desk: Desk,
) -> None:
    waiting = await desk.offer(exercise={"slug": STRONG["slug"], "version": 1})
    await held(desk)
    late = await desk.ask(desk.cast.client, waiting, "accept", **YES)
    assert "strength" in codes(late.json())


async def test_only_both_together_lift_it(desk: Desk) -> None:
    cast = desk.cast
    await held(desk)
    hold = (await brake(cast))["hold"]
    for _ in range(2):
        page = (await lift(cast.client, cast, hold)).json()
        assert (page["held_from"], page["agreed"]) == (GRADE, ["client"])
    page = (await lift(cast.therapist, cast, hold)).json()
    assert (page["held_from"], page["agreed"], page["worsenings"]) == (None, [], [])
    found = await check(cast, terms())
    assert "strength" not in codes(found)


async def test_a_lift_names_the_hold_that_was_looked_at(desk: Desk) -> None:
    cast = desk.cast
    one = await held(desk)
    hold = (await brake(cast))["hold"]
    await lift(cast.therapist, cast, hold)
    await report(cast, one)
    page = await brake(cast)
    assert page["agreed"] == []
    assert page["hold"] != hold
    old = await lift(cast.client, cast, hold)
    assert (old.status_code, old.json()["code"]) == (409, "hold-changed")


async def test_nobody_else_lifts_reports_or_reads(desk: Desk) -> None:
    cast = desk.cast
    one = await held(desk)
    hold = (await brake(cast))["hold"]
    for who in (cast.colleague, cast.other_client, cast.separated, cast.stranger):
        assert (await lift(who, cast, hold)).status_code == 404
    for who in (cast.owner, cast.coordinator, cast.privacy_officer):
        assert (await lift(who, cast, hold)).status_code == 403
    for who in (cast.other_client, cast.separated, cast.foreign_client):
        assert (await report(cast, one, who=who)).status_code == 404
    assert (await report(cast, one, who=cast.therapist)).status_code == 403
    assert len((await brake(cast))["worsenings"]) == 2


async def test_a_report_lowers_no_number(desk: Desk) -> None:
    cast = desk.cast
    one = await desk.agreed()
    paths = [
        f"/v1/clients/{cast.client.id}/adherence?zone=Europe/Berlin",
        f"/v1/clients/{cast.client.id}/progress",
        f"/v1/assignments/{one['id']}",
    ]
    before = [(await cast.therapist.get(path)).json() for path in paths]
    for _ in range(3):
        await report(cast, one)
    after = [(await cast.therapist.get(path)).json() for path in paths]
    assert after == before


async def test_what_the_brake_heard_can_not_be_changed(desk: Desk) -> None:
    await held(desk)
    async with desk.cast.store.writer() as db:
        connection = await db.connection()
        with pytest.raises(DBAPIError, match="stays as it was"):
            await connection.execute(text("UPDATE brake_event SET grade = 1"))


async def sync(cast: Cast, *operations: dict[str, Any]) -> list[dict[str, Any]]:
    body = {"operations": list(operations)}
    answer = await cast.client.post("/v1/sync", json=body)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["verdicts"])


def worsening(one: dict[str, Any]) -> dict[str, Any]:
    body = {"kind": "worsening", "id": str(new_id()), "at": AT}
    return body | {"assignment_id": one["id"]}


def accepting(one: dict[str, Any]) -> dict[str, Any]:
    body = {"kind": "move", "id": str(new_id()), "at": AT, "seen": 1}
    return body | {"assignment_id": one["id"], "verb": "accept"} | YES


async def test_a_device_brings_reports_and_each_counts_once(desk: Desk) -> None:
    one = await desk.agreed()
    told = worsening(one)
    first = await sync(desk.cast, told)
    again = await sync(desk.cast, told)
    assert [first[0]["verdict"], again[0]["verdict"]] == ["applied", "repeated"]
    absent = await sync(desk.cast, worsening({"id": str(new_id())}))
    assert absent[0]["problem"]["code"] == "not-found"


@pytest.mark.parametrize("turned", [False, True])
async def test_a_yes_made_offline_is_held_back_with_a_clear_verdict(
    desk: Desk, *, turned: bool
) -> None:
    cast = desk.cast
    active = await desk.agreed(exercise={"slug": STRONG["slug"], "version": 1})
    waiting = await desk.offer(exercise={"slug": STRONG["slug"], "version": 1})
    yes = accepting(waiting)
    batch = [yes, worsening(active), worsening(active)]
    verdicts = await sync(cast, *(reversed(batch) if turned else batch))
    [said] = [one for one in verdicts if one["id"] == yes["id"]]
    assert (said["verdict"], said["problem"]["code"]) == ("refused", "held-back")
    assert said["problem"]["detail"]
    assert (await desk.read(waiting))["state"] == "offered"
    again = await sync(cast, yes)
    assert again[0]["problem"]["code"] == "held-back"
    hold = (await brake(cast))["hold"]
    await lift(cast.client, cast, hold)
    await lift(cast.therapist, cast, hold)
    await mind(cast)
    if STRONG["cooldown_hours"] == 0:
        assert (await sync(cast, yes))[0]["verdict"] == "applied"
