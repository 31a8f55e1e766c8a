"""Instruments over HTTP: who sees and switches what, and how they are answered."""

from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from fastapi import FastAPI

from api.assignments.tables import Assignment
from api.exercises import service_publishing
from api.foundation.ids import new_id
from api.foundation.settings import Settings
from api.instruments.definitions import library
from api.instruments.names import EXCLUDED
from api.instruments.registry import read
from api.main import create_app
from tests.cast import Cast, Someone
from tests.exercises.documents import exercise
from tests.exercises.test_questionnaires import LOINC
from tests.instruments.forms import filled, placeholder_text, ready
from tests.progress.past import agree
from tests.serving import serving

W4 = {f"phq9_{at}": v for at, v in enumerate([2, 2, 2, 2, 1, 1, 2, 0, 0], 1)}


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    """An operator's folder with the words of one instrument, and a file that is wrong."""
    for name in ("brs", "who5"):
        words = placeholder_text(library()[name])
        words["items"] = words["items"] if name == "brs" else {}
        (tmp_path / f"{name}.yaml").write_text(yaml.safe_dump(words), encoding="utf-8")
    return tmp_path


@pytest.fixture
def settings(settings: Settings, texts: Path) -> Settings:
    return settings.model_copy(update={"instrument_texts": texts})


@pytest.fixture
async def shelf(cast: Cast, texts: Path) -> Cast:
    """The cast, with the library on Harbour's shelf."""
    async with cast.store.writer() as db:
        await service_publishing.load_library(db, cast.practice_id, read(texts))
        await db.commit()
    return cast


async def about(who: Someone, name: str) -> Any:
    answer = await who.get(f"/v1/instruments/{name}")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def switch(who: Someone, name: str, way: str) -> httpx.Response:
    return await who.post(f"/v1/instruments/{name}/{way}")


# --- what there is ------------------------------------------------------------


async def test_everybody_of_the_practice_reads_what_can_be_asked_and_why_not(
    shelf: Cast,
) -> None:
    for who in (shelf.client, shelf.therapist, shelf.owner, shelf.coordinator):
        body = (await who.get("/v1/instruments")).json()
        assert "Regenstrief" in body["loinc_notice"]
        found = {one["id"]: one for one in body["items"]}
        assert set(found) == {*library(), *(one.id for one in EXCLUDED)}
        said = {name: one["availability"] for name, one in found.items()}
        assert (said["phq9"], said["brs"]) == ("available", "available")
        assert (said["who5"], said["wsas"]) == ("text_refused", "text_needed")
        assert said["ors"] == "excluded"
        for one in found.values():
            on = one["enabled"]
            assert on == (one["version"] is not None) == (one["reason"] is None)
            assert one["tier"] == "excluded" or (one["credit"] and one["licence"])


async def test_every_number_of_a_list_names_its_source(shelf: Cast) -> None:
    one = await about(shelf.therapist, "phq9")
    assert (one["least"], one["most"], one["direction"]) == (0, 27, "lower")
    assert (one["panel_loinc"], one["total_loinc"]) == ("44249-1", "44261-6")
    sets = {each["id"]: each for each in one["parameter_sets"]}
    assert sets["phq9.nhs_tt"]["evidence"] == "seen"
    assert all(each["source"] for each in one["band_sets"] + one["cuts"])


async def test_words_are_shown_only_where_they_may_be(shelf: Cast) -> None:
    shipped = await about(shelf.client, "phq9")
    assert shipped["items"][0]["text"] == "Little interest or pleasure in doing things"
    supplied = await about(shelf.client, "brs")
    assert (supplied["text_from"], supplied["items"][0]["text"]) == (
        "operator",
        "Question",
    )
    kept = await about(shelf.client, "who5")
    assert {item["text"] for item in kept["items"]} == {None}
    assert {o["label"] for options in kept["options"].values() for o in options} == {
        None
    }
    barred = await about(shelf.client, "ors")
    assert (barred["items"], barred["credit"]) == ([], None)


@pytest.mark.parametrize("name", ["phq8", "outcome_rating_scale", "wai"])
async def test_what_nobody_knows_is_not_there(cast: Cast, name: str) -> None:
    assert (await cast.owner.get(f"/v1/instruments/{name}")).status_code == 404
    assert (await switch(cast.owner, name, "enable")).status_code == 404
    assert (await switch(cast.owner, name, "disable")).status_code == 404


# --- on and off ---------------------------------------------------------------


async def test_hark_is_off_until_the_owner_switches_it_on(shelf: Cast) -> None:
    assert (await shelf.therapist.get("/v1/exercises/hark")).status_code == 404
    one = await about(shelf.therapist, "hark")
    assert (one["enabled"], one["on_by_default"]) == (False, False)
    assert "owner" in one["reason"]
    for who in (shelf.therapist, shelf.client, shelf.coordinator):
        assert (await switch(who, "hark", "enable")).status_code == 403
    for _ in range(2):
        answer = await switch(shelf.owner, "hark", "enable")
        assert (answer.json()["enabled"], answer.json()["version"]) == (True, 1)
    assert (await shelf.therapist.get("/v1/exercises/hark")).status_code == 200
    assert not (await about(shelf.stranger, "hark"))["enabled"]


async def test_switched_off_it_is_offered_no_more_and_stays_readable(
    shelf: Cast,
) -> None:
    await switch(shelf.owner, "hark", "enable")
    for _ in range(2):
        answer = await switch(shelf.owner, "hark", "disable")
        assert answer.json()["enabled"] is False
    listed = (await shelf.therapist.get("/v1/exercises?tag=safety&limit=100")).json()
    assert "hark" not in [one["slug"] for one in listed["items"]]
    path = "/v1/exercises/hark/versions/1"
    assert (await shelf.therapist.get(path)).status_code == 200
    async with shelf.store.writer() as db:
        assert await service_publishing.load_library(db, shelf.practice_id) == 0
    assert not (await about(shelf.owner, "hark"))["enabled"]
    again = await switch(shelf.owner, "hark", "enable")
    assert (again.json()["enabled"], again.json()["version"]) == (True, 1)


@pytest.mark.parametrize(
    ("name", "code"),
    [("ors", "excluded-instrument"), ("who5", "text-needed"), ("wsas", "text-needed")],
)
async def test_what_may_not_be_asked_can_not_be_switched_on(
    cast: Cast, name: str, code: str
) -> None:
    answer = await switch(cast.owner, name, "enable")
    assert (answer.status_code, answer.json()["code"]) == (409, code)
    assert (await switch(cast.owner, name, "disable")).json()["enabled"] is False


async def test_words_of_an_operator_reach_practices_that_are_there_already(
    cast: Cast, texts: Path
) -> None:
    async with cast.store.writer() as db:
        await service_publishing.load_library(db, cast.practice_id)
        assert (
            await service_publishing.load_library(db, cast.practice_id, read(texts))
            == 1
        )
        await db.commit()
    document = await cast.client.get("/v1/exercises/brs/versions/1")
    assert document.json()["document"]["credit"].endswith("By nobody at all.")


async def test_a_standard_questionnaire_is_not_copied_or_named_anew(
    shelf: Cast,
) -> None:
    forked = await shelf.therapist.post(
        "/v1/exercises/phq9/fork", json={"slug": "our-mood"}
    )
    assert (forked.status_code, forked.json()["code"]) == (
        409,
        "standard-questionnaire",
    )
    for slug in ("phq9", "who5", "hark"):
        body = {"document": exercise(slug=slug)}
        taken = await shelf.therapist.post("/v1/exercises", json=body)
        assert (taken.status_code, taken.json()["code"]) == (409, "slug-taken")


async def test_a_draft_with_a_licensed_name_is_not_published(cast: Cast) -> None:
    draft = exercise(title="Outcome Rating Scale (ORS)", kind="questionnaire")
    await cast.therapist.post("/v1/exercises", json={"document": draft})
    path = f"/v1/exercises/{draft['slug']}"
    checked = (await cast.therapist.post(f"{path}/draft/check")).json()
    found = {(one["pointer"], one["code"]) for one in checked["faults"]}
    assert found == {("/title", "licensed-instrument"), ("/kind", "reserved")}
    refused = await cast.therapist.post(f"{path}/publish", json={})
    assert refused.status_code == 422
    assert "Outcome" not in refused.text


# --- offered and answered -----------------------------------------------------


def offer(cast: Cast, slug: str, **terms: Any) -> dict[str, Any]:
    return {
        "client_id": str(cast.client.id),
        "terms": {
            "exercise": {"slug": slug, "version": 1},
            "schedule": {"kind": "as_needed"},
            "sharing": "scores",
        }
        | terms,
    }


async def test_hark_is_offered_for_the_session_and_without_reminders(
    shelf: Cast,
) -> None:
    await switch(shelf.owner, "hark", "enable")

    async def offered(**terms: Any) -> httpx.Response:
        body = offer(shelf, "hark", **terms)
        return await shelf.therapist.post("/v1/assignments", json=body)

    alone = await offered()
    assert alone.status_code == 422
    assert [one["pointer"] for one in alone.json()["errors"]] == ["/terms/setting"]
    reminded = await offered(setting="therapist", reminders={"wanted": True})
    assert reminded.status_code == 422
    assert [(one["pointer"], one["code"]) for one in reminded.json()["errors"]] == [
        ("/terms/reminders/wanted", "in-session-only")
    ]
    assert (await offered(setting="therapist")).status_code == 201


async def test_a_client_can_not_propose_hark_alone_either(shelf: Cast) -> None:
    await switch(shelf.owner, "hark", "enable")
    body = offer(shelf, "hark", setting="therapist")
    made = (await shelf.therapist.post("/v1/assignments", json=body)).json()
    counter = await shelf.client.post(
        f"/v1/assignments/{made['id']}/counter",
        json={"terms": body["terms"] | {"setting": "solo"}},
    )
    assert counter.status_code == 422


async def test_a_questionnaire_is_offered_accepted_and_declined_like_any_exercise(
    shelf: Cast,
) -> None:
    weekly = {
        "kind": "recurring",
        "zone": "Europe/Berlin",
        "starts": "2026-03-02T19:00:00",
        "rule": "FREQ=WEEKLY;COUNT=4",
    }
    made = await shelf.therapist.post(
        "/v1/assignments", json=offer(shelf, "gad7", schedule=weekly)
    )
    assert made.status_code == 201, made.text
    path = f"/v1/assignments/{made.json()['id']}"
    accepted = await shelf.client.post(
        f"{path}/accept", json={"revision": 1, "grants": {"do": True, "share": True}}
    )
    assert accepted.json()["state"] == "active"
    other = (
        await shelf.therapist.post("/v1/assignments", json=offer(shelf, "pcl5"))
    ).json()
    declined = await shelf.client.post(
        f"/v1/assignments/{other['id']}/decline", json={}
    )
    assert declined.json()["state"] == "declined"


@pytest.fixture
async def agreed(shelf: Cast) -> tuple[Cast, Assignment]:
    """The client agreed to the PHQ-9 and shares scores."""
    return shelf, await agree(shelf.store, shelf.client, shelf.therapist, "phq9")


def run(assignment: Assignment, form: Any, **changed: Any) -> dict[str, Any]:
    return {
        "assignment_id": str(assignment.id),
        "revision": 1,
        "state": "completed",
        "save": 1,
        "started_at": "2026-05-04T18:00:00Z",
        "ended_at": "2026-05-04T18:03:00Z",
        "zone": "Europe/Berlin",
        "answers": {"opening": {"consent": "given"}, "form": form},
    } | changed


async def points(who: Someone, completion_id: Any) -> Any:
    body = (await who.get(f"/v1/completions/{completion_id}")).json()
    return body.get("points")


@pytest.mark.parametrize("form", [W4, {k: LOINC[v] for k, v in W4.items()}])
async def test_w4_is_scored_by_the_server(
    agreed: tuple[Cast, Assignment], form: Any
) -> None:
    cast, assignment = agreed
    ident = new_id()
    path = f"/v1/completions/{ident}"
    kept = await cast.client.put(path, json=run(assignment, form))
    assert kept.status_code == 201, kept.text
    score = (await points(cast.client, ident))["score"]
    assert (score["score"], score["bands"]) == (12, {"phq9.severity": "moderate"})
    assert await points(cast.therapist, ident) == await points(cast.client, ident)


async def test_w10_is_prorated_and_three_missing_are_no_score(
    agreed: tuple[Cast, Assignment],
) -> None:
    cast, assignment = agreed
    form = filled(ready("phq9"), [2, 2, None, 1, None, 2, 1, 0, 0])
    ident, other = new_id(), new_id()
    await cast.client.put(f"/v1/completions/{ident}", json=run(assignment, form))
    score = (await points(cast.therapist, ident))["score"]
    assert score["score"] == pytest.approx(10.286, abs=0.001)
    assert (score["prorated"], score["missing"]) == (True, 2)
    form["phq9_1"] = None
    await cast.client.put(f"/v1/completions/{other}", json=run(assignment, form))
    score = (await points(cast.therapist, other))["score"]
    assert (score["score"], score["reason"]) == (None, "too_many_missing")


async def test_a_stopped_form_is_a_good_end_and_scored_by_the_missing_rule_only(
    agreed: tuple[Cast, Assignment],
) -> None:
    cast, assignment = agreed
    ident, unbegun = new_id(), new_id()
    stopped = run(assignment, {"phq9_1": 3, "phq9_9": 1}, state="stopped")
    kept = await cast.client.put(f"/v1/completions/{ident}", json=stopped)
    assert kept.status_code == 201
    score = (await points(cast.client, ident))["score"]
    assert (score["score"], score["missing"]) == (None, 7)
    refused = run(assignment, {}, answers={"opening": {"consent": "no"}})
    await cast.client.put(f"/v1/completions/{unbegun}", json=refused)
    assert await points(cast.client, unbegun) == {}


@pytest.mark.parametrize(
    "answer",
    [4, -1, 27, 1.0, 0.5, "2", "LA6572-7", "seekrit-text", True, [1], {"a": 1}],
)
async def test_what_is_no_response_is_refused_at_its_item_and_not_repeated(
    agreed: tuple[Cast, Assignment], answer: Any
) -> None:
    cast, assignment = agreed
    body = run(assignment, {"phq9_1": 1, "phq9_3": answer})
    refused = await cast.client.put(f"/v1/completions/{new_id()}", json=body)
    assert refused.status_code == 422
    places = {one["pointer"] for one in refused.json()["errors"]}
    assert places == {"/answers/form/phq9_3"}
    assert "LA6572" not in refused.text
    assert "seekrit" not in refused.text


async def test_an_item_answered_twice_is_refused_at_its_item(
    agreed: tuple[Cast, Assignment],
) -> None:
    cast, assignment = agreed
    text = httpx.Request("PUT", "http://x", json=run(assignment, {"phq9_2": 0}))
    twice = text.content.replace(b'"phq9_2":0', b'"phq9_2":0,"phq9_2":3')
    refused = await cast.client.put(
        f"/v1/completions/{new_id()}",
        content=twice,
        headers={"Content-Type": "application/json"},
    )
    assert refused.status_code == 422
    assert [(one["pointer"], one["code"]) for one in refused.json()["errors"]] == [
        ("/answers/form/phq9_2", "duplicate")
    ]


@pytest.mark.parametrize("extra", ["score", "total", "seekrit"])
async def test_a_total_is_never_taken_from_a_client(
    agreed: tuple[Cast, Assignment], extra: str
) -> None:
    cast, assignment = agreed
    body = run(assignment, W4 | {extra: 0})
    refused = await cast.client.put(f"/v1/completions/{new_id()}", json=body)
    assert refused.status_code == 422
    assert [one["pointer"] for one in refused.json()["errors"]] == ["/answers/form"]
    assert "seekrit" not in refused.text


@pytest.mark.parametrize(
    ("level", "shown"),
    [("sealed", set()), ("fact", set()), ("scores", {"points"})],
)
async def test_a_score_is_shared_as_far_as_the_client_shares(
    agreed: tuple[Cast, Assignment], level: str, shown: set[str]
) -> None:
    cast, assignment = agreed
    ident = new_id()
    body = run(assignment, W4, sharing={"level": level})
    assert (
        await cast.client.put(f"/v1/completions/{ident}", json=body)
    ).status_code == 201
    answer = await cast.therapist.get(f"/v1/completions/{ident}")
    assert answer.status_code == (404 if level == "sealed" else 200)
    assert {"points", "answers"} & set(answer.json()) == shown
    for other in (cast.colleague, cast.stranger, cast.foreign_client, cast.separated):
        assert (await other.get(f"/v1/completions/{ident}")).status_code == 404
    for nobody in (cast.coordinator, cast.owner):
        assert (await nobody.get(f"/v1/completions/{ident}")).status_code == 403


async def test_a_server_says_in_its_log_which_text_was_refused(
    settings: Settings, capfd: pytest.CaptureFixture[str]
) -> None:
    app: FastAPI = create_app(settings)
    async with serving(app, base_url=settings.public_url):
        pass
    said = capfd.readouterr().err
    assert "who5.yaml#/items/who5_1" in said
    assert "Response" not in said


async def test_what_is_switched_off_is_not_offered_anew_and_what_stands_goes_on(
    shelf: Cast,
) -> None:
    await switch(shelf.owner, "hark", "enable")
    terms: dict[str, Any] = {
        "exercise": {"slug": "hark", "version": 1},
        "schedule": {"kind": "as_needed"},
        "setting": "therapist",
    }
    body = {"client_id": str(shelf.client.id), "terms": terms}
    made = await shelf.therapist.post("/v1/assignments", json=body)
    assert made.status_code == 201, made.text
    await switch(shelf.owner, "hark", "disable")
    refused = await shelf.therapist.post("/v1/assignments", json=body)
    assert refused.status_code == 422
    assert refused.json()["errors"][0] == {
        "pointer": "/terms/exercise",
        "code": "retired",
        "message": "This was taken off the shelf: nothing new is offered of it.",
    }
    check = f"/v1/clients/{shelf.client.id}/offer-check"
    looked = await shelf.therapist.post(check, json={"terms": terms})
    assert looked.status_code == 422
    path = f"/v1/assignments/{made.json()['id']}"
    revised = await shelf.therapist.post(
        f"{path}/revise",
        json={"terms": terms | {"rationale": "When you like."}},
        headers={"If-Match": made.headers["etag"]},
    )
    assert revised.status_code == 200, revised.text
    yes = {"revision": 2, "grants": {"do": True, "remind": False, "share": False}}
    accepted = await shelf.client.post(f"{path}/accept", json=yes)
    assert accepted.status_code == 200, accepted.text
