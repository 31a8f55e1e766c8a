"""Submitting: the same request any number of times, any end, any later moment."""

import asyncio
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func
from sqlmodel import col, select

from api.assignments.standing import State, Verb
from api.assignments.tables import Assignment
from api.completions.tables import Completion
from api.foundation import journal
from api.foundation.ids import new_id
from tests.cast import Cast, _token, add_device
from tests.completions.stage import (
    DOCUMENT,
    DONE_AT,
    Stage,
    add_assignment,
    add_move,
    add_terms,
    add_version,
    set_up,
)


async def rows(stage: Stage) -> int:
    async with stage.cast.store.reader() as db:
        return (await db.exec(select(func.count()).select_from(Completion))).one()


async def test_the_first_sending_is_201_and_a_retry_gets_the_same_answer(
    stage: Stage,
) -> None:
    completion_id = new_id()
    first = await stage.send(stage.body(), completion_id)
    again = await stage.send(stage.body(), completion_id)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert first.json()["points"] == {"calm": 6}
    assert first.headers["etag"] == '"v1"'
    assert await rows(stage) == 1


async def test_fifty_retries_at_once_make_one_row_and_one_answer(stage: Stage) -> None:
    completion_id = new_id()
    sendings = (stage.send(stage.body(), completion_id) for _ in range(50))
    answers = await asyncio.gather(*sendings)
    assert sorted(answer.status_code for answer in answers) == [200] * 49 + [201]
    assert len({answer.text for answer in answers}) == 1
    assert await rows(stage) == 1
    async with stage.cast.store.reader() as db:
        told = select(func.count()).where(
            col(journal.Entry.subject_id) == completion_id
        )
        assert (await db.exec(told)).one() == 1


async def test_another_body_under_the_same_save_is_a_conflict(stage: Stage) -> None:
    completion_id = await stage.done()
    answer = await stage.send(stage.body(zone="UTC"), completion_id)
    assert answer.status_code == 409
    assert answer.json()["code"] == "save-taken"
    assert answer.json()["save"] == 1


async def test_a_run_is_saved_resumed_and_completed(stage: Stage) -> None:
    completion_id = new_id()
    saved = await stage.send(stage.under_way(), completion_id)
    assert saved.json()["state"] == "in_progress"
    assert saved.json()["points"] == {}
    assert saved.json()["fraction_done"] == 0.5
    ended = await stage.send(stage.body(save=2), completion_id)
    assert ended.status_code == 200
    assert ended.json()["state"] == "completed"
    assert ended.json()["version"] == 2
    assert await rows(stage) == 1


async def test_a_run_is_resumed_on_another_device(stage: Stage) -> None:
    cast = stage.cast
    completion_id = new_id()
    await stage.send(stage.under_way(), completion_id)
    async with cast.store.writer() as db:
        device = await add_device(db, cast.practice_id, cast.client.id)
        token, _ = await _token(db, cast.practice_id, cast.client.id, "client", device)
        await db.commit()
    headers = {"Authorization": f"Bearer {token}"}
    path = f"/v1/completions/{completion_id}"
    found = await cast.http.get(path, headers=headers)
    assert found.json()["answers"] == {"today": {"go": "given"}}
    ended = await cast.http.put(path, json=stage.body(save=2), headers=headers)
    assert ended.json()["state"] == "completed"


async def test_an_older_save_does_not_come_back_over_an_end(stage: Stage) -> None:
    completion_id = new_id()
    await stage.send(stage.under_way(save=1), completion_id)
    await stage.send(stage.body(save=2), completion_id)
    late = await stage.send(stage.under_way(save=3), completion_id)
    assert late.status_code == 409
    assert late.json()["code"] == "save-superseded"
    assert late.json()["state"] == "completed"


@pytest.mark.parametrize("answers", [{}, {"today": {"go": "given"}}])
async def test_stopping_is_fine_at_any_step(
    stage: Stage, answers: dict[str, object]
) -> None:
    body = stage.body(state="stopped", answers=answers)
    answer = await stage.send(body, new_id())
    assert (answer.status_code, answer.json()["state"]) == (201, "stopped")


async def test_a_refused_consent_is_a_stop_by_choice(stage: Stage) -> None:
    completion_id = new_id()
    body = stage.body(answers={"today": {"go": "not_now"}})
    answer = await stage.send(body, completion_id)
    assert answer.json()["state"] == "stopped"
    assert (await stage.send(body, completion_id)).status_code == 200
    kept = await stage.cast.client.get(f"/v1/completions/{completion_id}")
    assert kept.json()["ended_by_choice"] is True


async def test_client_moments_are_kept_apart_from_receipt(stage: Stage) -> None:
    completion_id = await stage.done(zone="Asia/Tokyo")
    kept = (await stage.cast.client.get(f"/v1/completions/{completion_id}")).json()
    assert datetime.fromisoformat(kept["started_at"]) == DONE_AT
    assert kept["zone"] == "Asia/Tokyo"
    assert datetime.fromisoformat(kept["received_at"]) > DONE_AT + timedelta(days=1)


async def test_a_run_is_checked_against_the_version_it_was_begun_under(
    stage: Stage,
) -> None:
    cast = stage.cast
    newer = DOCUMENT | {
        "parts": [
            {"id": "other", "steps": [{"id": "a", "type": "text", "prompt": "?"}]}
        ],
        "measures": [],
    }
    async with cast.store.writer() as db:
        assignment = await db.get(Assignment, (cast.practice_id, stage.assignment_id))
        assert assignment is not None
        version = await add_version(db, cast.practice_id, newer)
        await add_terms(db, assignment, version, 2)
        assignment.agreed_revision = assignment.latest_revision = 2
        db.add(assignment)
        await db.commit()
    assert (await stage.send(stage.body(), new_id())).status_code == 201
    wrong = await stage.send(stage.body(revision=2), new_id())
    assert wrong.status_code == 422
    assert wrong.json()["errors"][0]["pointer"].startswith("/answers")
    assert (await stage.send(stage.body(revision=3), new_id())).status_code == 404


@pytest.mark.parametrize("state", [State.PAUSED, State.WITHDRAWN, State.CANCELLED])
async def test_what_was_done_is_taken_whatever_became_of_the_assignment(
    stage: Stage, state: State
) -> None:
    cast = stage.cast
    async with cast.store.writer() as db:
        assignment = await db.get(Assignment, (cast.practice_id, stage.assignment_id))
        assert assignment is not None
        assignment.state = state
        db.add(assignment)
        await db.commit()
    assert (await stage.send(stage.body(), new_id())).status_code == 201


async def test_an_offer_that_was_never_accepted_takes_no_completion(
    cast: Cast,
) -> None:
    stage = await set_up(cast, agreed=False)
    answer = await stage.send(stage.body(), new_id())
    assert answer.status_code == 409
    assert answer.json()["code"] == "never-accepted"
    assert answer.json()["state"] == "offered"
    assert await rows(stage) == 0


async def test_without_the_grant_to_share_nothing_is_shared_by_default(
    cast: Cast,
) -> None:
    stage = await set_up(cast, share=False)
    completion_id = await stage.done()
    path = f"/v1/completions/{completion_id}"
    assert (await cast.client.get(path)).json()["sharing"]["level"] == "sealed"
    assert (await cast.therapist.get(path)).status_code == 404


async def test_what_ended_before_the_grant_was_taken_back_stays_shared_by_default(
    stage: Stage,
) -> None:
    cast = stage.cast
    async with cast.store.writer() as db:
        assignment = await db.get(Assignment, (cast.practice_id, stage.assignment_id))
        assert assignment is not None
        back_at = DONE_AT + timedelta(hours=1)
        grants = [False, False, True]
        await add_move(db, assignment, Verb.REVOKE, seen=2, at=back_at, grants=grants)
        assignment.may_share = False
        assignment.changed_at = back_at
        db.add(assignment)
        await db.commit()
    before, after = await stage.done(), new_id()
    later = (DONE_AT + timedelta(hours=2)).isoformat()
    await stage.send(stage.body(ended_at=later), after)
    levels = {
        one["id"]: one["sharing"]["level"]
        for one in (await cast.client.get("/v1/completions")).json()["items"]
    }
    assert levels == {str(before): "scores", str(after): "sealed"}


# --- bodies -------------------------------------------------------------------


async def test_a_completed_run_lacking_a_required_step_is_refused_with_its_place(
    stage: Stage,
) -> None:
    answer = await stage.send(stage.body(answers={"today": {"go": "given"}}), new_id())
    assert answer.status_code == 422
    [fault] = answer.json()["errors"]
    assert (fault["pointer"], fault["code"]) == ("/answers/today/calm", "required")


async def test_answers_up_to_64_kb_are_taken_and_more_are_not(stage: Stage) -> None:
    def body(rounds: int, last: int) -> dict[str, object]:
        words = ["x" * 5_000] * rounds + ["x" * last]
        parts = {
            "today": {"go": "given", "calm": 6},
            "rounds": [{"words": one} for one in words],
        }
        return stage.body(answers=parts)

    assert (await stage.send(body(12, 4_000), new_id())).status_code == 201
    long = await stage.send(body(13, 4_000), new_id())
    assert long.status_code == 422
    assert long.json()["errors"][0]["code"] == "too-large"


@pytest.mark.parametrize(
    "changed",
    [
        {"save": 0},
        {"save": "1"},
        {"ended_at": None},
        {"state": "in_progress"},
        {"ended_at": (DONE_AT - timedelta(seconds=1)).isoformat()},
        {"started_at": "2026-05-04T18:00:00"},
        {"zone": "Europe/Atlantis"},
        {"state": "failed"},
        {"extra": 1},
        {"sharing": {"level": "everything"}},
        {"occurrence": "x" * 65},
    ],
)
async def test_bodies_against_the_rules_are_422(
    stage: Stage, changed: dict[str, object]
) -> None:
    answer = await stage.send(stage.body(**changed), new_id())
    assert answer.status_code == 422
    assert await rows(stage) == 0


async def test_ids_are_uuid_version_7(stage: Stage) -> None:
    path = "/v1/completions/6d1f3e4a-0a3b-4b1e-9a7e-1c2d3e4f5a6b"
    answer = await stage.cast.client.put(path, json=stage.body())
    assert answer.status_code == 422


async def test_the_journal_hears_of_it_without_a_word_of_the_answers(
    stage: Stage,
) -> None:
    completion_id = await stage.done()
    async with stage.cast.store.reader() as db:
        query = select(journal.Entry).where(
            col(journal.Entry.subject_id) == completion_id
        )
        [entry] = (await db.exec(query)).all()
    assert entry.verb == "completion.completed"
    assert entry.client_id == stage.cast.client.id
    assert entry.device_id == stage.cast.client.device_id


async def test_the_same_id_can_be_begun_by_one_client_only(
    stage: Stage, cast: Cast
) -> None:
    completion_id = await stage.done()
    async with cast.store.writer() as db:
        version = await add_version(db, cast.practice_id)
        other = await add_assignment(db, cast, version)
        await db.commit()
    body = stage.body(assignment_id=str(other.id))
    answer = await stage.send(body, completion_id, cast.other_client)
    assert answer.status_code == 404
