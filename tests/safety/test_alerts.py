"""Alerts over HTTP: when they are raised, who sees them, what can be done about them."""

from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import col, select

from api.completions.tables import Completion
from api.foundation import journal
from api.foundation.ids import new_id
from api.people.tables import CareTie, Client, ClientState
from api.safety import service_alerts
from api.safety.tables import Alert
from tests.cast import LONG_AGO, Cast
from tests.completions.stage import Stage
from tests.safety.stage import (
    LOW,
    PRESSED,
    QUIET,
    RISE,
    SHUT,
    TURNED,
    UNREAL,
    alerts,
    answers,
    do,
    phq9,
    rules,
    set_up,
    set_up_form,
)

NOBODYS = ("colleague", "separated", "other_client", "stranger", "foreign_client")
WITHOUT_RIGHT = ("owner", "coordinator", "privacy_officer")


@pytest.fixture
async def stage(cast: Cast) -> Stage:
    return await set_up(cast)


# --- raised -------------------------------------------------------------------


async def test_a_risk_answer_is_told_and_answered_with_where_help_is(
    cast: Cast, stage: Stage
) -> None:
    receipt = (await do(stage, LOW)).json()
    [alert] = await alerts(cast.therapist)
    assert (alert["rule"], alert["priority"]) == ("AL-1", "urgent")
    assert alert["payload"]["value"] == 2
    assert alert["source"]["id"] == receipt["id"]
    support = receipt["support"]
    assert "not an emergency service" in support["not_emergency"]
    assert support["resources"][-1]["region"] == "INT"
    assert support["suggestions"][0]["slug"] == "orient-and-ground"


async def test_what_is_quiet_raises_nothing_and_has_no_support(
    cast: Cast, stage: Stage
) -> None:
    receipt = (await do(stage, QUIET)).json()
    assert receipt["support"] is None
    assert await alerts(cast.therapist) == await alerts(cast.client) == []


async def test_the_same_sent_fifty_times_is_told_once_and_supported_each_time(
    cast: Cast, stage: Stage
) -> None:
    ident = new_id()
    sent = [(await do(stage, LOW, ident=ident)).json() for _ in range(50)]
    assert all(one["support"] == sent[0]["support"] for one in sent)
    assert sent[0]["support"] is not None
    assert await rules(cast.therapist) == ["AL-1"]


@pytest.mark.parametrize("state", ["in_progress", "stopped", "completed"])
async def test_a_risk_answer_is_told_of_every_run_also_an_unfinished_one(
    cast: Cast, stage: Stage, state: str
) -> None:
    ended: dict[str, Any] = {} if state != "in_progress" else {"ended_at": None}
    receipt = (
        await do(stage, LOW, {"today": {"safe": "no"}}, state=state, **ended)
    ).json()
    assert receipt["support"] is not None
    assert await rules(cast.therapist) == ["AL-1", "AL-2"]


async def test_a_run_under_way_tells_nothing_but_what_is_always_told(
    cast: Cast, stage: Stage
) -> None:
    under_way: dict[str, Any] = {"state": "in_progress", "ended_at": None}
    await do(stage, TURNED, UNREAL, RISE, **under_way)
    assert await alerts(cast.therapist) == await alerts(cast.client) == []


async def test_a_stop_and_a_refused_consent_raise_nothing(
    cast: Cast, stage: Stage
) -> None:
    await do(stage, state="stopped")
    await do(stage, {"opening": {"consent": "no"}}, state="stopped")
    await do(stage, {"opening": {"consent": "not_now", "distress_before": 10}})
    path = f"/v1/assignments/{stage.assignment_id}/withdraw"
    assert (await cast.client.post(path, json={})).status_code == 200
    assert await alerts(cast.therapist) == await alerts(cast.client) == []


async def test_an_edit_that_changes_what_was_found_makes_another_alert(
    cast: Cast, stage: Stage
) -> None:
    ident = new_id()
    await do(stage, {"today": {"low": 1}}, ident=ident)
    await do(stage, {"today": {"low": 1, "how": "alone"}}, ident=ident, save=2)
    assert await rules(cast.therapist) == ["AL-1"]
    await do(stage, {"today": {"low": 2}}, ident=ident, save=3)
    await do(stage, {"today": {"low": 0}}, ident=ident, save=4)
    found = await alerts(cast.therapist)
    assert [one["payload"]["value"] for one in found] == [2, 1]
    assert [one["source"]["version"] for one in found] == [3, 1]


async def test_the_answer_before_is_told_beside_it(cast: Cast, stage: Stage) -> None:
    await do(stage, {"today": {"low": 0}})
    await do(stage, LOW, day=3)
    [alert] = await alerts(cast.therapist)
    assert alert["payload"]["prior"] == 0


async def test_rises_in_two_of_three_runs_and_ends_shut_down_are_told(
    cast: Cast, stage: Stage
) -> None:
    await do(stage, RISE, SHUT)
    assert await alerts(cast.therapist) == []
    receipt = (await do(stage, RISE, SHUT, day=1)).json()
    assert await rules(cast.therapist) == ["AL-4", "AL-5"]
    assert receipt["support"] is not None


async def test_unreal_twice_in_a_week_is_high(cast: Cast, stage: Stage) -> None:
    await do(stage, UNREAL)
    await do(stage, UNREAL, day=5)
    assert [one["priority"] for one in await alerts(cast.therapist)] == [
        "high",
        "medium",
    ]


async def test_a_form_that_is_worse_and_high_is_told_with_its_parameter_sets(
    cast: Cast,
) -> None:
    form = await set_up_form(cast)
    await do(form, phq9(8))
    await do(form, phq9(20), day=30)
    found = {one["rule"]: one for one in await alerts(cast.therapist)}
    assert set(found) == {"AL-3", "AL-11"}
    sets = [one["id"] for one in found["AL-3"]["payload"]["parameter_sets"]]
    assert "phq9.nhs_tt" in sets
    assert found["AL-11"]["payload"]["score"] == 20


async def test_an_unfinished_form_tells_its_ninth_item(cast: Cast) -> None:
    form = await set_up_form(cast)
    ninth = {"form": {"phq9_9": "LA6570-1"}}
    await do(form, ninth, state="stopped")
    [alert] = await alerts(cast.therapist)
    assert alert["payload"]["value"] == 2
    assert alert["payload"]["steps"] == ["form.phq9_9"]


async def test_a_follow_up_part_is_told_also_before_its_run(
    cast: Cast, stage: Stage
) -> None:
    ident = new_id()
    path = f"/v1/completions/{ident}/parts/after"
    body = stage.part(answers={"safe_now": "no"})
    receipt = (await cast.client.put(path, json=body)).json()
    again = (await cast.client.put(path, json=body)).json()
    assert receipt["support"] == again["support"] is not None
    assert await rules(cast.therapist) == ["AL-2"]
    await do(stage, QUIET, ident=ident)
    [alert] = await alerts(cast.therapist)
    assert alert["source"] == {
        "kind": "part",
        "id": str(ident),
        "part": "after",
        "version": 1,
    }


# --- private until shared -----------------------------------------------------


async def test_what_is_sealed_stays_the_clients_own_card(cast: Cast) -> None:
    stage = await set_up(cast, sharing="sealed")
    await do(stage, TURNED, UNREAL)
    assert await alerts(cast.therapist) == []
    [_, card] = await alerts(cast.client)
    assert (card["is_shared"], card["may_share"]) == (False, True)
    assert set(card) == {
        "id",
        "rule",
        "text",
        "occurred_at",
        "is_shared",
        "may_share",
        "seen_at",
    }


async def test_a_risk_answer_of_a_sealed_run_reaches_the_care_team(cast: Cast) -> None:
    stage = await set_up(cast, sharing="sealed")
    await do(stage, LOW, {"today": {"safe": "no"}}, TURNED)
    assert await rules(cast.therapist) == ["AL-1", "AL-2"]


async def test_a_step_that_is_kept_back_is_told_to_nobody_else(
    cast: Cast, stage: Stage
) -> None:
    wish = {"level": "full", "kept_back": ["today.turned"]}
    await do(stage, TURNED, UNREAL, sharing=wish)
    assert await rules(cast.therapist) == ["AL-6"]
    assert set(await rules(cast.client)) == {"AL-6", "AL-7"}


async def test_a_run_that_is_not_shared_adds_nothing_for_others(
    cast: Cast, stage: Stage
) -> None:
    await do(stage, RISE, sharing={"level": "sealed"})
    await do(stage, RISE, day=1)
    assert await alerts(cast.therapist) == []
    assert await rules(cast.client) == ["AL-4"]


async def test_pressure_goes_to_the_client_first_and_on_only_if_they_share(
    cast: Cast, stage: Stage
) -> None:
    for day in range(3):
        await do(stage, PRESSED, day=day)
    assert await alerts(cast.therapist) == []
    [card] = await alerts(cast.client)
    assert card["rule"] == "AL-12"
    path = f"/v1/alerts/{card['id']}/share"
    shared = (await cast.client.post(path)).json()
    assert (shared["is_shared"], shared["may_share"]) == (True, False)
    assert (await cast.client.post(path)).json() == shared
    [alert] = await alerts(cast.therapist)
    assert alert["payload"] == {"reviews": 3, "of": 3}


async def test_sealing_a_run_takes_its_alert_back_except_what_is_always_told(
    cast: Cast, stage: Stage
) -> None:
    done = (await do(stage, TURNED, LOW)).json()
    assert set(await rules(cast.therapist)) == {"AL-1", "AL-7"}
    path = f"/v1/completions/{done['id']}/sharing"
    await cast.client.put(path, json={"level": "sealed"})
    assert await rules(cast.therapist) == ["AL-1"]
    assert set(await rules(cast.client)) == {"AL-1", "AL-7"}


async def test_keeping_a_step_back_later_takes_its_alert_back(
    cast: Cast, stage: Stage
) -> None:
    done = (await do(stage, TURNED, UNREAL)).json()
    path = f"/v1/completions/{done['id']}/sharing"
    wish = {"level": "full", "kept_back": ["today"]}
    await cast.client.put(path, json=wish | {"kept_back": ["today.turned"]})
    assert await rules(cast.therapist) == ["AL-6"]
    await cast.client.put(path, json=wish)
    assert await rules(cast.therapist) == []


async def test_a_run_sent_again_with_sharing_shows_its_alert_to_the_care_team(
    cast: Cast, stage: Stage
) -> None:
    ident = new_id()
    await do(stage, TURNED, ident=ident, sharing={"level": "sealed"})
    assert await alerts(cast.therapist) == []
    wish = {"level": "scores"}
    path = f"/v1/completions/{ident}/sharing"
    await cast.client.put(path, json=wish)
    await do(stage, TURNED, {"today": {"how": "alone"}}, ident=ident, save=2)
    assert await rules(cast.therapist) == ["AL-7"]
    assert len(await alerts(cast.client)) == 1


# --- who sees it, and what they can do ----------------------------------------


async def test_nobody_but_the_care_team_and_the_client_sees_an_alert(
    cast: Cast, stage: Stage
) -> None:
    await do(stage, LOW)
    [alert] = await alerts(cast.therapist)
    for part in NOBODYS:
        who = cast.people[part]
        assert await alerts(who) == [], part
        assert (await who.get(f"/v1/alerts/{alert['id']}")).status_code == 404
        path = f"/v1/alerts/{alert['id']}/acknowledge"
        answer = await who.post(path, json={"outcome": "talked"})
        assert answer.status_code == (
            403 if "client" in part or part == "separated" else 404
        )
    for part in WITHOUT_RIGHT:
        assert (await cast.people[part].get("/v1/alerts")).status_code == 403


async def test_an_alert_goes_with_the_care_of_the_client(
    cast: Cast, stage: Stage
) -> None:
    await do(stage, LOW)
    async with cast.store.writer() as db:
        client = await db.get_one(Client, (cast.practice_id, cast.client.id))
        client.state = ClientState.DISCHARGED
        await db.commit()
    assert await rules(cast.therapist) == ["AL-1"]
    async with cast.store.writer() as db:
        ties = select(CareTie).where(col(CareTie.client_id) == cast.client.id)
        for tie in (await db.exec(ties)).all():
            tie.ended_at = LONG_AGO
        await db.commit()
    assert await alerts(cast.therapist) == []
    assert await rules(cast.client) == ["AL-1"]


async def test_several_people_acknowledge_and_nothing_closes(
    cast: Cast, stage: Stage
) -> None:
    await do(stage, LOW)
    [alert] = await alerts(cast.therapist, standing="open")
    path = f"/v1/alerts/{alert['id']}/acknowledge"
    for outcome in ("could_not_reach", "talked", "talked"):
        answer = await cast.therapist.post(path, json={"outcome": outcome})
        assert answer.status_code == 200
    async with cast.store.writer() as db:
        db.add(
            CareTie(
                practice_id=cast.practice_id,
                client_id=cast.client.id,
                staff_id=cast.colleague.id,
                began_at=LONG_AGO,
            )
        )
        await db.commit()
    seen = (await cast.colleague.post(path, json={"outcome": "talked"})).json()
    said = [(one["staff_id"], one["outcome"]) for one in seen["acknowledgements"]]
    assert sorted(said) == sorted(
        [
            (str(cast.therapist.id), "could_not_reach"),
            (str(cast.therapist.id), "talked"),
            (str(cast.colleague.id), "talked"),
        ]
    )
    assert await alerts(cast.therapist, standing="open") == []
    assert len(await alerts(cast.therapist, standing="acknowledged")) == 1
    assert (await alerts(cast.client))[0]["seen_at"] is not None
    verbs = await told(cast, "alert.")
    assert verbs == ["alert.raised", *["alert.acknowledged"] * 3]


async def told(cast: Cast, prefix: str) -> list[str]:
    async with cast.store.reader() as db:
        query = select(journal.Entry.verb).where(
            col(journal.Entry.verb).startswith(prefix)
        )
        return list((await db.exec(query.order_by(col(journal.Entry.id)))).all())


@pytest.mark.parametrize("outcome", ["no_risk", "", None, 3])
async def test_an_outcome_outside_the_closed_list_is_refused(
    cast: Cast, stage: Stage, outcome: Any
) -> None:
    await do(stage, LOW)
    [alert] = await alerts(cast.therapist)
    path = f"/v1/alerts/{alert['id']}/acknowledge"
    answer = await cast.therapist.post(path, json={"outcome": outcome})
    assert answer.status_code == 422


async def test_alerts_are_narrowed_and_paged(cast: Cast, stage: Stage) -> None:
    await do(stage, LOW, TURNED, UNREAL)
    await do(stage, LOW, day=1)
    assert await rules(cast.therapist, rule="AL-7") == ["AL-7"]
    assert await rules(cast.therapist, priority="urgent") == ["AL-1", "AL-1"]
    nobody = str(cast.other_client.id)
    assert await alerts(cast.therapist, client_id=nobody) == []
    first = (await cast.therapist.get("/v1/alerts?limit=3")).json()
    rest = await cast.therapist.get(f"/v1/alerts?limit=3&cursor={first['next']}")
    ids = [one["id"] for one in (*first["items"], *rest.json()["items"])]
    assert len(ids) == len(set(ids)) == 4
    assert ids == sorted(ids, reverse=True)


# --- one transaction ----------------------------------------------------------


async def test_a_submission_is_not_kept_if_its_alert_can_not_be(
    cast: Cast, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: Any, **__: Any) -> None:
        msg = "the disk is full"
        raise OSError(msg)

    monkeypatch.setattr(service_alerts, "_add", broken)
    body = stage.body(answers=answers(LOW))
    assert (await stage.send(body, new_id())).status_code == 500
    async with cast.store.reader() as db:
        assert (await db.exec(select(Completion))).all() == []
        assert (await db.exec(select(Alert))).all() == []
    monkeypatch.undo()
    await do(stage, LOW)
    assert await rules(cast.therapist) == ["AL-1"]


async def test_no_words_of_the_client_are_in_any_alert(
    cast: Cast, stage: Stage
) -> None:
    words = {
        "today": {
            "how": {"other": "CANARY-other"},
            "guess": {"event": "CANARY", "belief": 9},
        }
    }
    await do(
        stage, LOW, TURNED, RISE, words, {"closing": {"review": {"note": "CANARY"}}}
    )
    async with cast.store.reader() as db:
        for alert in (await db.exec(select(Alert))).all():
            assert "CANARY" not in alert.model_dump_json()


@pytest.mark.parametrize(
    "table", ["alert", "alert_acknowledgement", "alert_share", "safety_settings"]
)
async def test_what_was_told_is_never_changed(
    cast: Cast, stage: Stage, table: str
) -> None:
    for day in range(3):
        await do(stage, PRESSED, LOW, day=day)
    [card] = [one for one in await alerts(cast.client) if one["may_share"]]
    await cast.client.post(f"/v1/alerts/{card['id']}/share")
    path = f"/v1/alerts/{card['id']}/acknowledge"
    await cast.therapist.post(path, json={"outcome": "talked"})
    settings = {"json": {"response_hours": 48}, "headers": {"If-Match": '"v0"'}}
    await cast.owner.put("/v1/safety-settings", **settings)
    async with cast.store.writer() as db:
        connection = await db.connection()
        change = text(f"UPDATE {table} SET practice_id = practice_id")  # noqa: S608
        with pytest.raises(DBAPIError, match="stays as it was"):
            await connection.execute(change)
