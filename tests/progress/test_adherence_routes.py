"""Adherence over HTTP: shared or not, for the client or the therapist, and law 1."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from api.assignments.occurrences import Answer
from api.assignments.tables import Assignment, OccurrenceAnswer
from api.completions.merge import State
from api.completions.sharing import Level
from api.foundation.ids import new_id
from tests.cast import Cast, Someone, gather
from tests.progress.past import FIRST, agree, distress, load_library, run


@pytest.fixture
async def breathing(cast: Cast) -> Assignment:
    await load_library(cast.store, cast.practice_id)
    return await agree(cast.store, cast.client, cast.therapist)


async def answered(
    cast: Cast, assignment: Assignment, week: int, answer: Answer
) -> None:
    async with cast.store.writer() as db:
        db.add(
            OccurrenceAnswer(
                practice_id=assignment.practice_id,
                assignment_id=assignment.id,
                id=new_id(),
                client_id=assignment.client_id,
                occurrence=f"1.{week + 1}",
                answer=answer,
                at=FIRST + timedelta(weeks=week),
                received_at=FIRST + timedelta(weeks=week),
            )
        )
        await db.commit()


async def did(
    cast: Cast,
    assignment: Assignment,
    week: int,
    state: State = State.COMPLETED,
    **more: Any,
) -> None:
    await run(
        cast.store,
        assignment,
        distress(7, 3),
        week=week,
        state=state,
        occurrence=f"1.{week + 1}",
        **more,
    )


async def read(reader: Someone, of: Someone, **params: Any) -> dict[str, Any]:
    answer = await reader.get(f"/v1/clients/{of.id}/adherence", params=params)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_the_therapist_reads_ratios_with_choices_outside(
    cast: Cast, breathing: Assignment
) -> None:
    for week in range(6):
        await did(cast, breathing, week)
    await did(cast, breathing, 6, State.STOPPED, fraction=0.5)
    await answered(cast, breathing, 7, Answer.NOT_TODAY)
    await answered(cast, breathing, 8, Answer.NOT_SAFE_TO)
    await answered(cast, breathing, 9, Answer.OTHER_REASON)
    found = await read(cast.therapist, cast.client)
    assert found["view"] == "therapist"
    assert found["denominator"] == 17
    assert found["completed"] == 6
    assert found["choices_exercised"] == 2
    assert found["adherence_strict"]["value"] == pytest.approx(6 / 17)
    assert found["choice_rate"]["value"] == pytest.approx(2 / 19)
    part = found["assignments"][0]
    assert part["exercise"] == "paced-breath"
    assert part["adherence_strict"] == found["adherence_strict"]


async def test_only_the_window_asked_for_counts(
    cast: Cast, breathing: Assignment
) -> None:
    for week in range(6):
        await did(cast, breathing, week)
    wanted = {"from": "2026-03-02", "to": "2026-04-20"}
    found = await read(cast.therapist, cast.client, **wanted)
    assert found["denominator"] == 8
    assert found["adherence_strict"]["value"] == pytest.approx(6 / 8)
    assert found["adherence_strict"]["window"] == wanted


async def test_the_client_reads_what_they_did_and_no_count_of_the_rest(
    cast: Cast, breathing: Assignment
) -> None:
    await did(cast, breathing, 0)
    await did(cast, breathing, 1, State.STOPPED)
    await answered(cast, breathing, 2, Answer.NOT_TODAY)
    found = await read(cast.client, cast.client)
    assert found["view"] == "client"
    assert [one["day"] for one in found["did"]] == ["2026-03-02", "2026-03-09"]
    assert [one["kind"] for one in found["choices"]] == ["stopped", "not_today"]
    assert found["percentages"] is None
    assert set(found) == {
        *("view", "client_id", "parameter_set", "did", "choices", "dose"),
        *("engagement", "percentages"),
    }
    asked = await read(cast.client, cast.client, show_percentages=True)
    assert asked["percentages"]["adherence_strict"]["n"] == 18


async def test_sealed_runs_leave_the_therapists_sum(
    cast: Cast, breathing: Assignment
) -> None:
    for week in range(4):
        await did(cast, breathing, week)
    before = await read(cast.therapist, cast.client)
    await did(cast, breathing, 4, level=Level.SEALED)
    after = await read(cast.therapist, cast.client)
    assert (before["denominator"], after["denominator"]) == (20, 19)
    assert after["completed"] == 4
    assert after["dose"]["runs"] == 4


async def test_a_fact_is_enough_for_adherence(
    cast: Cast, breathing: Assignment
) -> None:
    for week in range(3):
        await did(cast, breathing, week, level=Level.FACT)
    found = await read(cast.therapist, cast.client)
    assert found["completed"] == 3
    assert found["dose"]["runs"] == 3


async def test_without_the_grant_to_share_there_is_no_ratio(cast: Cast) -> None:
    await load_library(cast.store, cast.practice_id)
    quiet = await agree(cast.store, cast.client, cast.therapist, share=False)
    await did(cast, quiet, 0, level=Level.SEALED)
    found = await read(cast.therapist, cast.client)
    assert found["adherence_strict"]["value"] is None
    assert found["adherence_strict"]["reason"] == "not_shared"
    assert found["denominator"] == 0
    assert found["assignments"][0]["adherence_weighted"]["reason"] == "not_shared"
    assert found["dose"]["runs"] == 0


async def test_nothing_agreed_is_nothing_to_tell(cast: Cast) -> None:
    found = await read(cast.therapist, cast.client)
    assert found["adherence_strict"]["value"] is None
    assert found["assignments"] == []
    assert (await read(cast.client, cast.client))["did"] == []


async def test_dose_is_time_breathed_and_effort_of_finished_runs(
    cast: Cast, breathing: Assignment
) -> None:
    breathed = {"breath": {"rate": 6.0, "seconds": 90, "ratio": 1.5}}
    full = Level.FULL
    for week, effort in enumerate([2, 4]):
        review = {"effort_quality": effort}
        await run(cast.store, breathing, breathed, week=week, review=review, level=full)
    mine = (await read(cast.client, cast.client))["dose"]
    assert mine["minutes"]["value"] == 3.0
    assert mine["engagement"]["value"] == 3.0
    assert (mine["runs"], mine["distinct_days"]) == (2, 2)
    assert (await read(cast.therapist, cast.client))["dose"] == mine


async def test_an_assignment_at_a_glance(cast: Cast, breathing: Assignment) -> None:
    for week in range(5):
        await did(cast, breathing, week)
    path = f"/v1/assignments/{breathing.id}/summary"
    theirs = (await cast.therapist.get(path)).json()
    mine = (await cast.client.get(path)).json()
    assert theirs["adherence"]["completed"] == 5
    assert [one["id"] for one in mine["series"]] == ["paced-breath.distress"]
    assert mine["adherence"]["view"] == "client"
    assert len(mine["adherence"]["did"]) == 5


@pytest.mark.parametrize(
    "who", ["colleague", "other_client", "separated", "stranger", "foreign_client"]
)
async def test_nobody_else_can_tell_there_is_anything(
    cast: Cast, breathing: Assignment, who: str
) -> None:
    someone = cast.people[who]
    for path in (f"clients/{cast.client.id}/adherence", "assignments/{}/summary"):
        here = await someone.get("/v1/" + path.format(breathing.id))
        absent = path.replace(str(cast.client.id), str(new_id())).format(new_id())
        there = await someone.get("/v1/" + absent)
        assert here.status_code == there.status_code == 404
        assert here.content == there.content


# --- law 1 --------------------------------------------------------------------

WEEKS = 20
DONE = st.sets(st.integers(0, WEEKS - 1), max_size=WEEKS)


def numbers(found: Any, place: str = "") -> dict[str, float]:
    """Every number of an answer, by its place; points are told apart by their day."""
    if isinstance(found, dict):
        pairs = [(str(key), value) for key, value in found.items()]
    elif isinstance(found, list):
        pairs = [(str(at), value) for at, value in enumerate(found)]
    else:
        plain = isinstance(found, int | float) and not isinstance(found, bool)
        return {place: float(found)} if plain else {}
    flat: dict[str, float] = {}
    for key, value in pairs:
        flat |= numbers(value, f"{place}/{key}")
    return flat


async def everything(cast: Cast, reader: Someone) -> dict[str, float]:
    flat = numbers(await read(reader, cast.client, show_percentages=True))
    page = (await reader.get(f"/v1/clients/{cast.client.id}/progress")).json()
    for one in page["series"]:
        del one["points"]
        flat |= numbers(one, one["id"])
    return flat


# Shrinking would replay whole databases for minutes; the first failure says enough.
@settings(
    max_examples=8,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(done=DONE, choices=st.dictionaries(st.integers(0, 19), st.integers(0, 2)))
async def test_law_1_choices_change_no_ratio_and_lower_no_number(
    store: Any,
    http: Any,
    clean: Callable[[], None],
    done: set[int],
    choices: dict[int, int],
) -> None:
    clean()
    cast = await gather(store, http)
    await load_library(store, cast.practice_id)
    breathing = await agree(store, cast.client, cast.therapist)
    # What is not planned for a run is excluded, so that a choice adds to the history.
    for week in set(range(WEEKS)) - done:
        await answered(cast, breathing, week, Answer.NOT_SAFE_TO)
    for week in done:
        await did(cast, breathing, week)
    readers = (cast.client, cast.therapist)
    before = [await everything(cast, reader) for reader in readers]
    for week, kind in choices.items():
        await choose(cast, breathing, week, kind, is_free=week not in done)
    after = [await everything(cast, reader) for reader in readers]
    for old, new in zip(before, after, strict=True):
        assert {place for place, value in old.items() if new[place] < value} == set()
        ratios = [
            one for one in old if one.endswith(("strict/value", "weighted/value"))
        ]
        assert [old[one] for one in ratios] == [new[one] for one in ratios]


async def choose(
    cast: Cast, breathing: Assignment, week: int, kind: int, *, is_free: bool
) -> None:
    """A stop of the planned run, a stop of a run on top, or a "not today"."""
    if kind == 0:
        await did(cast, breathing, week, State.STOPPED, fraction=0.3)
    elif kind == 1:
        await run(cast.store, breathing, distress(9, 0), state=State.STOPPED)
    elif is_free:
        await answered(cast, breathing, week, Answer.NOT_TODAY)


async def test_taking_the_grant_to_share_back_lowers_no_count_of_what_was_seen(
    cast: Cast, breathing: Assignment
) -> None:
    for week in (0, 1):
        await run(cast.store, breathing, distress(7, 3), week=week)
    before = await read(cast.therapist, cast.client)
    assert before["as_needed"] == 2
    grants = {"grants": {"do": True, "remind": False, "share": False}}
    path = f"/v1/assignments/{breathing.id}/grants"
    answer = await cast.client.put(path, json=grants)
    assert answer.status_code == 200, answer.text
    after = await read(cast.therapist, cast.client)
    assert after["as_needed"] == 2
    assert after["adherence_strict"]["reason"] == "not_shared"
