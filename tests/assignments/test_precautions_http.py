"""Precautions and phase over HTTP: set, ended, read by both sides, seen by nobody else."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from tests.assignments.care_desk import brake_path, check, mind, precautions_path
from tests.assignments.conftest import Desk


async def test_the_client_reads_the_same_page_as_the_therapist(desk: Desk) -> None:
    cast = desk.cast
    await mind(cast, "panic", "live", phase="self_trust")
    mine = await cast.client.get(precautions_path(cast))
    theirs = await cast.therapist.get(precautions_path(cast))
    assert mine.json() == theirs.json()
    page = mine.json()
    assert [one["code"] for one in page["precautions"]] == ["live", "panic"]
    assert all(one["set_by"] == str(cast.therapist.id) for one in page["precautions"])
    assert page["phase"]["phase"] == "self_trust"
    assert all(one["words"] for one in (*page["precautions"], page["phase"]))


async def test_what_ended_stays_readable(desk: Desk) -> None:
    cast = desk.cast
    await mind(cast, "panic", "gaze")
    page = await mind(cast, "gaze", phase="boundaries")
    assert [one["code"] for one in page["precautions"]] == ["gaze"]
    told = [(one["code"], one["holds"]) for one in page["history"]]
    assert told == [("gaze", True), ("panic", True), ("panic", False)]
    phases = [one["phase"] for one in page["phases"]]
    assert phases == ["graded_trust", "boundaries"]


async def test_saying_the_same_again_writes_nothing(desk: Desk) -> None:
    first = await mind(desk.cast, "panic")
    assert await mind(desk.cast, "panic") == first


async def test_a_change_names_the_version_that_was_read(desk: Desk) -> None:
    path = precautions_path(desk.cast)
    therapist = desk.cast.therapist
    body = {"precautions": ["live"], "phase": "steadying"}
    assert (await therapist.put(path, json=body)).status_code == 428
    stale = {"If-Match": '"v1"'}
    refused = await therapist.put(path, json=body, headers=stale)
    assert refused.status_code == 412
    assert (await therapist.get(path)).json()["precautions"] == []


@pytest.mark.parametrize("code", ["panicky", "", "minor ", 7])
async def test_an_unknown_precaution_is_refused(desk: Desk, code: object) -> None:
    body = {"precautions": [code], "phase": "steadying"}
    headers = {"If-Match": '"v2"'}
    path = precautions_path(desk.cast)
    answer = await desk.cast.therapist.put(path, json=body, headers=headers)
    assert answer.status_code == 422


async def test_only_client_and_care_team_see_any_of_it(desk: Desk) -> None:
    cast = desk.cast
    await mind(cast, "live", "acute")
    for path in (precautions_path(cast), brake_path(cast)):
        for who in (cast.colleague, cast.other_client, cast.separated, cast.stranger):
            assert (await who.get(path)).status_code == 404
        for who in (cast.owner, cast.coordinator, cast.privacy_officer):
            assert (await who.get(path)).status_code == 403
    body = {"precautions": [], "phase": "steadying"}
    headers = {"If-Match": '"v3"'}
    for who, status in (
        (cast.client, 403),
        (cast.owner, 403),
        (cast.coordinator, 403),
        (cast.colleague, 404),
        (cast.stranger, 404),
    ):
        answer = await who.put(precautions_path(cast), json=body, headers=headers)
        assert answer.status_code == status
    for who in (cast.owner, cast.coordinator):
        for path in (f"/v1/clients/{cast.client.id}", "/v1/clients"):
            assert "live" not in (await who.get(path)).text


async def test_the_journal_says_that_and_never_what(desk: Desk) -> None:
    await mind(desk.cast, "live", phase="steadying")
    await mind(desk.cast, phase="steadying")
    async with desk.cast.store.reader() as db:
        connection = await db.connection()
        rows = (await connection.execute(text("SELECT * FROM journal_entry"))).all()
    told = [row for row in rows if row.client_id is not None]
    verbs = [row.verb for row in told if row.verb.startswith(("precaution", "phase"))]
    assert sorted(verbs) == ["phase.set", "precaution.ended", "precaution.set"]
    assert not any("live" in str(row.verb) for row in told)


async def test_kept_rows_can_not_be_changed(desk: Desk) -> None:
    await mind(desk.cast, "live", phase="steadying")
    async with desk.cast.store.writer() as db:
        connection = await db.connection()
        for table in ("precaution_change", "phase_change"):
            savepoint = await connection.begin_nested()
            with pytest.raises(DBAPIError, match="stays as it was"):
                await connection.execute(
                    text(f"UPDATE {table} SET number = number")  # noqa: S608 - ours
                )
            await savepoint.rollback()


async def test_a_device_that_others_see_keeps_nothing_and_reminds_of_nothing(
    desk: Desk,
) -> None:
    cast = desk.cast
    me = (await cast.client.get("/v1/me")).json()
    assert (me["may_keep_offline"], me["may_remind"]) == (True, True)
    await mind(cast, "device")
    me = (await cast.client.get("/v1/me")).json()
    assert (me["may_keep_offline"], me["may_remind"]) == (False, False)
    staff = (await cast.therapist.get("/v1/me")).json()
    assert (staff["may_keep_offline"], staff["may_remind"]) == (True, True)
    other = (await cast.other_client.get("/v1/me")).json()
    assert other["may_remind"]


async def test_minors_are_offered_what_the_owner_has_had_reviewed(desk: Desk) -> None:
    cast = desk.cast
    path = "/v1/practice/youth-set"
    await mind(cast, "minor")
    held = await check(cast, desk.terms())
    assert not held["goes_through"]
    assert [(one["rule"], one["may_override"]) for one in held["cautions"]] == [
        ("R7", False)
    ]
    read = await cast.therapist.get(path)
    assert read.json() == {"exercises": [], "changed_by": None, "changed_at": None}
    body = {"exercises": [desk.slug]}
    headers = {"If-Match": read.headers["ETag"]}
    assert (await cast.therapist.put(path, json=body, headers=headers)).status_code == (
        403
    )
    changed = await cast.owner.put(path, json=body, headers=headers)
    assert changed.json()["exercises"] == [desk.slug]
    assert (await cast.owner.put(path, json=body, headers=headers)).status_code == 412
    assert (await check(cast, desk.terms()))["goes_through"]
    assert (await cast.stranger.get(path)).json()["exercises"] == []
    assert (await cast.client.get(path)).status_code == 403
