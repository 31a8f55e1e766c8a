"""Seeing what was shared and saying something to it: both sides read the same."""

from typing import Any
from uuid import UUID

import httpx
import pytest

from api.foundation.ids import new_id
from tests.cast import Someone
from tests.completions.stage import Stage
from tests.progress.past import load_library

NOBODY = ("colleague", "stranger", "separated", "other_client", "foreign_client")
NEVER = ("coordinator", "owner", "privacy_officer")


async def say(who: Someone, run: UUID, text: str = "Thank you.") -> httpx.Response:
    path = f"/v1/completions/{run}/comments"
    return await who.post(path, json={"id": str(new_id()), "text": text})


async def feedback(who: Someone, run: UUID) -> dict[str, Any]:
    answer = await who.get(f"/v1/completions/{run}/feedback")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def test_the_client_reads_who_has_seen_a_run_and_what_they_said(
    stage: Stage,
) -> None:
    run = await stage.done(level="scores")
    seen = await stage.cast.therapist.put(f"/v1/completions/{run}/seen")
    assert seen.status_code == 200, seen.text
    assert (await say(stage.cast.therapist, run)).status_code == 201
    told = await feedback(stage.cast.client, run)
    assert [look["changed_since"] for look in told["seen"]] == [False]
    assert [one["text"] for one in told["comments"]] == ["Thank you."]
    assert told == await feedback(stage.cast.therapist, run)
    [listed] = (await stage.cast.client.get("/v1/feedback")).json()["items"]
    assert listed == told["comments"][0]


async def test_what_was_seen_is_no_longer_listed_until_it_changes(
    stage: Stage,
) -> None:
    therapist, client = stage.cast.therapist, stage.cast.client
    run = await stage.done(level="scores")

    async def unseen() -> list[str]:
        answer = await therapist.get("/v1/unseen-completions")
        return [one["id"] for one in answer.json()["items"]]

    assert await unseen() == [str(run)]
    for _ in range(2):
        await therapist.put(f"/v1/completions/{run}/seen")
    assert await unseen() == []
    wish = {"level": "full"}
    await client.put(f"/v1/completions/{run}/sharing", json=wish)
    assert await unseen() == [str(run)]
    [look] = (await feedback(client, run))["seen"]
    assert look["changed_since"]


async def test_a_comment_sent_again_is_the_same_comment(stage: Stage) -> None:
    run = await stage.done(level="scores")
    other = await stage.done(level="scores")
    body = {"id": str(new_id()), "text": "I read this."}
    first, again = [
        await stage.cast.therapist.post(f"/v1/completions/{run}/comments", json=body)
        for _ in range(2)
    ]
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    for path, text in ((run, "Another."), (other, "I read this.")):
        answer = await stage.cast.therapist.post(
            f"/v1/completions/{path}/comments", json=body | {"text": text}
        )
        assert (answer.status_code, answer.json()["code"]) == (409, "id-in-use")


async def test_nothing_is_said_to_a_run_that_was_ended_by_choice(stage: Stage) -> None:
    """Rule R2: a no is complete as it is."""
    by_choice = await stage.done(level="full", state="stopped", ended_by_choice=True)
    refused = await stage.done(
        level="full", state="stopped", answers={"today": {"go": "not_now"}}
    )
    for run in (by_choice, refused):
        answer = await say(stage.cast.therapist, run)
        assert answer.status_code == 409
        assert answer.json()["code"] == "no-comment-on-a-no"
        assert (await feedback(stage.cast.client, run))["comments"] == []


async def test_a_run_that_is_under_way_takes_no_comment(stage: Stage) -> None:
    run = new_id()
    body = stage.under_way(sharing={"level": "full"})
    assert (await stage.send(body, run)).status_code == 201
    answer = await say(stage.cast.therapist, run)
    assert (answer.status_code, answer.json()["code"]) == (409, "run-not-ended")


async def test_a_comment_taken_back_leaves_its_place_and_not_its_words(
    stage: Stage,
) -> None:
    run = await stage.done(level="scores")
    said = (await say(stage.cast.therapist, run, "Too quick of me.")).json()
    path = f"/v1/comments/{said['id']}/take-back"
    for _ in range(2):
        assert (await stage.cast.therapist.post(path)).status_code == 200
    [left] = (await feedback(stage.cast.client, run))["comments"]
    assert left["text"] is None
    assert left["taken_back_at"] is not None


async def test_what_is_no_longer_shared_takes_its_comments_with_it(
    stage: Stage,
) -> None:
    client, therapist = stage.cast.client, stage.cast.therapist
    run = await stage.done(level="scores")
    await say(therapist, run)
    sealed = {"level": "sealed"}
    await client.put(f"/v1/completions/{run}/sharing", json=sealed)
    gone = await therapist.get(f"/v1/completions/{run}/feedback")
    absent = await therapist.get(f"/v1/completions/{new_id()}/feedback")
    assert (gone.status_code, gone.content) == (404, absent.content)
    assert (await therapist.get("/v1/feedback")).json()["items"] == []
    for one in (await say(therapist, run), await therapist.put(_seen(run))):
        assert one.status_code == 404
    assert len((await feedback(client, run))["comments"]) == 1


def _seen(run: UUID) -> str:
    return f"/v1/completions/{run}/seen"


@pytest.mark.parametrize("part", NOBODY)
async def test_everyone_who_should_see_nothing_sees_nothing(
    stage: Stage, part: str
) -> None:
    someone = stage.cast.people[part]
    run = await stage.done(level="full")
    said = (await say(stage.cast.therapist, run)).json()
    there = await someone.get(f"/v1/completions/{run}/feedback")
    absent = await someone.get(f"/v1/completions/{new_id()}/feedback")
    assert (there.status_code, there.content) == (404, absent.content)
    assert (await someone.get("/v1/feedback")).json()["items"] == []
    taken = await someone.post(f"/v1/comments/{said['id']}/take-back")
    assert taken.status_code in (403, 404)


@pytest.mark.parametrize("part", NEVER)
async def test_who_reads_nothing_clinical_is_told_so(stage: Stage, part: str) -> None:
    someone = stage.cast.people[part]
    run = await stage.done(level="full")
    for path in (f"/v1/completions/{run}/feedback", "/v1/feedback"):
        assert (await someone.get(path)).status_code == 403


# --- session markers ----------------------------------------------------------

MARKER: dict[str, Any] = {
    "held_at": {"at": "2026-05-04T16:30:00+02:00", "approximate": False},
    "target": "target_2",
    "suds_start": 8,
    "suds_end": 3,
    "voc_start": 2,
    "voc_end": 5,
    "closure": "yes",
}


def marked(**changed: Any) -> dict[str, Any]:
    """A marker with some answers changed."""
    return {"id": str(new_id()), "answers": {"marker": MARKER | changed}}


@pytest.fixture
async def markers(stage: Stage) -> str:
    """Where the markers of the client are, in a practice that has the library."""
    await load_library(stage.cast.store, stage.cast.practice_id)
    return f"/v1/clients/{stage.cast.client.id}/session-markers"


async def test_a_session_marker_is_read_by_both_with_its_changes(
    stage: Stage, markers: str
) -> None:
    client, therapist = stage.cast.client, stage.cast.therapist
    body = marked()
    made, again = [await therapist.post(markers, json=body) for _ in range(2)]
    assert (made.status_code, again.status_code) == (201, 200), made.text
    for who in (client, therapist):
        [told] = (await who.get(markers)).json()["items"]
        assert told == made.json()
    points = told["points"]
    assert (points["distress"]["change"], points["voc"]["change"]) == (-5, 3)
    other = body | {"answers": marked(suds_end=1)["answers"]}
    changed = await therapist.post(markers, json=other)
    assert (changed.status_code, changed.json()["code"]) == (409, "id-in-use")


@pytest.mark.parametrize(
    ("wrong", "place"),
    [
        ({"suds_end": 11}, "/answers/marker/suds_end"),
        ({"voc_start": 0}, "/answers/marker/voc_start"),
        ({"target": "the kitchen door"}, "/answers/marker/target"),
        ({"suds_start": 7.5}, "/answers/marker/suds_start"),
        ({"story": "in the kitchen"}, "/answers/marker"),
    ],
)
async def test_a_marker_holds_codes_and_numbers_and_no_story(
    stage: Stage, markers: str, wrong: dict[str, Any], place: str
) -> None:
    answer = await stage.cast.therapist.post(markers, json=marked(**wrong))
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"][0]["pointer"] == place
    assert "kitchen" not in answer.text
    assert (await stage.cast.client.get(markers)).json()["items"] == []


async def test_a_practice_without_the_library_has_no_marker(stage: Stage) -> None:
    path = f"/v1/clients/{stage.cast.client.id}/session-markers"
    answer = await stage.cast.therapist.post(path, json=marked())
    assert (answer.status_code, answer.json()["code"]) == (409, "no-marker")
