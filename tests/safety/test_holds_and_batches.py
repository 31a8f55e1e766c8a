"""What follows from alerts beyond telling: holds (AL-10), and batches of devices."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from api.assignments.standing import State, Verb
from api.assignments.tables import Assignment, AssignmentMove
from api.foundation.ids import new_id
from api.people.tables import PersonAlias
from tests.cast import LONG_AGO, Cast
from tests.completions.stage import DONE_AT, Stage, add_assignment, add_version
from tests.safety.documents import DOCUMENT
from tests.safety.stage import LOW, QUIET, RISE, alerts, answers, do, rules, set_up


@pytest.fixture
async def stage(cast: Cast) -> Stage:
    return await set_up(cast)


async def version(cast: Cast, stage: Stage) -> int:
    async with cast.store.reader() as db:
        found = await db.get_one(Assignment, (cast.practice_id, stage.assignment_id))
        return found.version


# --- AL-10 --------------------------------------------------------------------


async def person_of(cast: Cast) -> str:
    async with cast.store.writer() as db:
        person = PersonAlias(
            practice_id=cast.practice_id,
            client_id=cast.client.id,
            nickname="R.",
            made_at=LONG_AGO,
        )
        db.add(person)
        await db.flush()
        await db.commit()
        return str(person.id)


async def agree_with(cast: Cast, person: str, document: dict[str, Any]) -> Stage:
    terms: dict[str, Any] = {"setting": "trusted", "with_person": person}
    async with cast.store.writer() as db:
        one = await add_version(db, cast.practice_id, document)
        assignment = await add_assignment(db, cast, one, **terms)
        await db.commit()
    return Stage(cast, assignment.id, one.id)


async def states(cast: Cast, *stages: Stage) -> list[State]:
    async with cast.store.reader() as db:
        rows = [
            await db.get_one(Assignment, (cast.practice_id, one.assignment_id))
            for one in stages
        ]
        return [row.state for row in rows]


HAPPENED = {"came": {"result": "happened", "severity": 80}}


async def test_experiments_with_a_person_wait_after_what_was_feared_happened(
    cast: Cast, stage: Stage
) -> None:
    person = await person_of(cast)
    same = await agree_with(cast, person, DOCUMENT)
    plain = {k: v for k, v in DOCUMENT.items() if k != "signals"}
    no_experiment = await agree_with(cast, person, plain)
    other = await set_up(cast)
    done = (await do(stage, {"today": {"who": person}})).json()
    path = f"/v1/completions/{done['id']}/parts/after"
    await cast.client.put(path, json=stage.part(answers=HAPPENED))
    [alert] = await alerts(cast.therapist)
    assert (alert["rule"], alert["payload"]) == ("AL-10", {"severity": 80})
    assert person not in str(alert)
    held, active = State.ON_HOLD, State.ACTIVE
    four = (stage, same, no_experiment, other)
    assert await states(cast, *four) == [held, held, active, active]
    async with cast.store.reader() as db:
        moves = select(AssignmentMove).where(col(AssignmentMove.verb) == Verb.HOLD)
        assert {one.actor for one in (await db.exec(moves)).all()} == {"system"}
    match = {"If-Match": f'"v{await version(cast, stage)}"'}
    path = f"/v1/assignments/{stage.assignment_id}/resume"
    lifted = await cast.therapist.post(path, json={}, headers=match)
    assert lifted.json()["state"] == "active"


async def test_what_is_not_shared_holds_nothing_because_the_hold_would_tell(
    cast: Cast,
) -> None:
    stage = await set_up(cast, sharing="sealed")
    person = await person_of(cast)
    done = (await do(stage, {"today": {"who": person}})).json()
    path = f"/v1/completions/{done['id']}/parts/after"
    await cast.client.put(path, json=stage.part(answers=HAPPENED))
    assert await rules(cast.client) == ["AL-10"]
    assert await alerts(cast.therapist) == []
    assert await states(cast, stage) == [State.ACTIVE]


# --- devices that were away ---------------------------------------------------


def operation(stage: Stage, *given: dict[str, Any], **changed: Any) -> dict[str, Any]:
    ident = changed.pop("ident", new_id())
    return {
        "kind": "completion",
        "id": str(new_id()),
        "completion_id": str(ident),
        "completion": stage.body(answers=answers(*given), **changed),
    }


async def sync(cast: Cast, *operations: dict[str, Any]) -> list[dict[str, Any]]:
    answer = await cast.client.post("/v1/sync", json={"operations": list(operations)})
    assert answer.status_code == 200, answer.text
    verdicts: list[dict[str, Any]] = answer.json()["verdicts"]
    return verdicts


async def test_a_batch_answers_with_support_where_it_is_due(
    cast: Cast, stage: Stage
) -> None:
    batch = operation(stage, LOW), operation(stage, QUIET)
    part = {
        "kind": "part",
        "id": str(new_id()),
        "completion_id": batch[1]["completion_id"],
        "part": "after",
        "follow_up": stage.part(answers={"safe_now": "no"}),
    }
    for _ in range(2):
        verdicts = await sync(cast, *batch, part)
        given = [one["support"] is not None for one in verdicts]
        assert given == [True, False, True]
    assert await rules(cast.therapist) == ["AL-1", "AL-2"]


@pytest.mark.parametrize("first", [0, 1])
async def test_a_risk_answer_that_another_device_corrected_is_told_in_any_order(
    cast: Cast, stage: Stage, first: int
) -> None:
    ident = new_id()
    both = [
        operation(stage, LOW, ident=ident),
        operation(stage, {"today": {"low": 0}}, ident=ident, save=2),
    ]
    await sync(cast, both[first])
    await sync(cast, both[1 - first])
    [alert] = await alerts(cast.therapist)
    assert alert["payload"]["value"] == 2


async def test_runs_of_several_days_that_come_in_one_batch_are_weighed_together(
    cast: Cast, stage: Stage
) -> None:
    days = [DONE_AT + timedelta(days=day) for day in (2, 0, 1)]
    batch = [
        operation(
            stage,
            RISE,
            started_at=at.isoformat(),
            ended_at=(at + timedelta(minutes=5)).isoformat(),
        )
        for at in days
    ]
    await sync(cast, *batch)
    found = [one["occurred_at"] for one in await alerts(cast.therapist)]
    assert len(found) == len(set(found)) >= 2
