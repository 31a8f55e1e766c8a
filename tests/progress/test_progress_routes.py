"""Series and charts over HTTP: who sees what, and what a stop does to it (nothing)."""

import asyncio
from datetime import timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
from sqlalchemy import update

from api.assignments.tables import Assignment
from api.completions.merge import State
from api.completions.sharing import Level
from api.completions.tables import Completion
from api.foundation import clock
from api.foundation.ids import new_id
from api.people.tables import CareTie
from tests.cast import Cast, Someone
from tests.progress.past import agree, distress, load_library, run


@pytest.fixture
async def breathing(cast: Cast) -> Assignment:
    await load_library(cast.store, cast.practice_id)
    return await agree(cast.store, cast.client, cast.therapist)


def page(someone: Someone) -> str:
    return f"/v1/clients/{someone.id}/progress"


async def series(reader: Someone, of: Someone, **params: Any) -> dict[str, Any]:
    answer = await reader.get(page(of), params=params)
    assert answer.status_code == 200, answer.text
    return {one["id"]: one for one in answer.json()["series"]}


async def test_both_read_the_same_points_and_figures(
    cast: Cast, breathing: Assignment
) -> None:
    for week, (before, after) in enumerate([(7, 6), (7, 5), (8, 5), (6, 2), (7, 2)]):
        await run(cast.store, breathing, distress(before, after), week=week)
    mine = (await series(cast.client, cast.client))["paced-breath.distress"]
    theirs = (await series(cast.therapist, cast.client))["paced-breath.distress"]
    assert [point["value"] for point in mine["points"]] == [-1, -2, -3, -4, -5]
    assert mine["figures"]["median_change"] == {
        "value": -3,
        "n": 5,
        "window": {"from": "2026-03-02", "to": "2026-03-30"},
        "method": "median",
        "interval": None,
        "reason": None,
    }
    assert mine["trend"]["word"] == "going down"
    assert mine["trend"]["slope_per_week"] == pytest.approx(-1)
    assert mine.pop("words") != theirs.pop("words")
    assert mine == theirs


async def test_others_see_readings_from_scores_upwards(
    cast: Cast, breathing: Assignment
) -> None:
    for week, level in enumerate(Level):
        await run(cast.store, breathing, distress(9, week), week=week, level=level)
    mine = (await series(cast.client, cast.client))["paced-breath.distress"]
    theirs = (await series(cast.therapist, cast.client))["paced-breath.distress"]
    assert mine["n"] == 4
    assert [point["parts"]["after"] for point in theirs["points"]] == [2, 3]


async def test_readings_of_steps_kept_back_stay_back(
    cast: Cast, breathing: Assignment
) -> None:
    await run(cast.store, breathing, distress(7, 3), hidden=("distress",))
    assert await series(cast.therapist, cast.client) == {}
    assert "paced-breath.distress" in await series(cast.client, cast.client)


async def test_a_run_under_way_makes_no_point(
    cast: Cast, breathing: Assignment
) -> None:
    await run(cast.store, breathing, {}, state=State.IN_PROGRESS)
    assert await series(cast.client, cast.client) == {}


async def test_a_series_can_be_narrowed(cast: Cast, breathing: Assignment) -> None:
    for week in range(4):
        await run(cast.store, breathing, distress(7, week), week=week)
    some = await series(
        cast.client, cast.client, **{"from": "2026-03-09", "to": "2026-03-16"}
    )
    days = [point["day"] for point in some["paced-breath.distress"]["points"]]
    assert days == ["2026-03-09", "2026-03-16"]
    assert await series(cast.client, cast.client, exercise="soft-gaze") == {}
    assert await series(cast.client, cast.client, measure="breath") == {}
    named = {"exercise": "paced-breath", "measure": "distress"}
    assert len(await series(cast.client, cast.client, **named)) == 1


async def test_gaps_follow_the_agreed_rhythm(cast: Cast, breathing: Assignment) -> None:
    for week in (0, 1, 4, 5):
        await run(cast.store, breathing, distress(7, 3), week=week)
    found = (await series(cast.client, cast.client))["paced-breath.distress"]
    assert (found["gaps"], found["breaks"]) == (True, [2])


async def test_law_1_a_stop_moves_no_figure(cast: Cast, breathing: Assignment) -> None:
    for week in range(6):
        await run(cast.store, breathing, distress(7, week), week=week)
    before = (await series(cast.therapist, cast.client))["paced-breath.distress"]
    for week in range(6):
        ended = State.STOPPED
        await run(cast.store, breathing, distress(9, 1), week=week, state=ended)
    after = (await series(cast.therapist, cast.client))["paced-breath.distress"]
    assert after["n"] == 12
    assert after["figures"] == before["figures"]
    assert after["trend"] == before["trend"]
    assert [point["stopped"] for point in after["points"]].count(True) == 6


async def test_an_empty_page_is_empty(cast: Cast) -> None:
    answer = await cast.client.get(page(cast.client))
    assert answer.json()["series"] == []
    assert answer.json()["complete"] is True


@pytest.mark.parametrize(
    "who", ["colleague", "other_client", "separated", "stranger", "foreign_client"]
)
async def test_nobody_else_can_tell_the_client_exists(
    cast: Cast, breathing: Assignment, who: str
) -> None:
    await run(cast.store, breathing, distress(7, 3), level=Level.FULL)
    someone = cast.people[who]
    for path in ("progress", "charts/paced-breath.distress.svg"):
        here = await someone.get(f"/v1/clients/{cast.client.id}/{path}")
        absent = await someone.get(f"/v1/clients/{new_id()}/{path}")
        assert here.status_code == absent.status_code == 404
        assert here.content == absent.content


async def test_a_page_read_again_is_the_page_of_now(
    cast: Cast, breathing: Assignment
) -> None:
    for week in range(3):
        await run(cast.store, breathing, distress(7, 3), week=week)
        for reader in (cast.client, cast.therapist):
            for _ in range(2):
                found = await series(reader, cast.client)
                assert found["paced-breath.distress"]["n"] == week + 1


async def test_a_page_read_before_is_not_given_to_who_lost_sight_of_the_client(
    cast: Cast, breathing: Assignment
) -> None:
    await run(cast.store, breathing, distress(7, 3))
    await series(cast.therapist, cast.client)
    async with cast.store.writer() as db:
        await db.exec(update(CareTie).values(ended_at=clock.now()))
        await db.commit()
    assert (await cast.therapist.get(page(cast.client))).status_code == 404


async def test_sharing_that_ended_by_itself_ends_in_pages_read_before(
    cast: Cast, breathing: Assignment
) -> None:
    soon = clock.now() + timedelta(seconds=1)
    await run(cast.store, breathing, distress(7, 3))
    async with cast.store.writer() as db:
        await db.exec(update(Completion).values(shared_until=soon))
        await db.commit()
    assert "paced-breath.distress" in await series(cast.therapist, cast.client)
    await asyncio.sleep((soon - clock.now()).total_seconds() + 0.05)
    assert await series(cast.therapist, cast.client) == {}


@pytest.mark.parametrize("who", ["owner", "coordinator", "privacy_officer"])
async def test_other_roles_never_read_progress(cast: Cast, who: str) -> None:
    assert (await cast.people[who].get(page(cast.client))).status_code == 403


async def test_a_chart_is_a_picture_that_can_be_heard(
    cast: Cast, breathing: Assignment
) -> None:
    for week in range(5):
        await run(cast.store, breathing, distress(8, 8 - week), week=week)
    path = f"/v1/clients/{cast.client.id}/charts/paced-breath.distress.svg"
    answer = await cast.therapist.get(path)
    assert answer.headers["content-type"].startswith("image/svg+xml")
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    root = ElementTree.fromstring(answer.text)  # noqa: S314 our own text
    assert root.attrib["role"] == "img"
    circles = list(root.iter("{http://www.w3.org/2000/svg}circle"))
    assert len(circles) == 5


async def test_a_charts_twin_is_a_table_of_the_same_points(
    cast: Cast, breathing: Assignment
) -> None:
    for week in range(5):
        await run(cast.store, breathing, distress(8, 8 - week), week=week)
    path = f"/v1/clients/{cast.client.id}/charts/paced-breath.distress.html"
    answer = await cast.therapist.get(path)
    assert answer.headers["content-type"].startswith("text/html")
    assert answer.headers["content-security-policy"] == "default-src 'none'"
    table = ElementTree.fromstring(answer.text)  # noqa: S314 our own text
    assert len(list(table.iter("time"))) == 5


async def test_a_chart_of_nothing_is_not_found(cast: Cast) -> None:
    for name in ("paced-breath.distress", "no-such.thing"):
        path = f"/v1/clients/{cast.client.id}/charts/{name}.svg"
        assert (await cast.client.get(path)).status_code == 404


@pytest.mark.parametrize(
    "params", [{"from": "yesterday"}, {"to": "2026-13-01"}, {"exercise": "x" * 61}]
)
async def test_filters_that_make_no_sense_are_told(
    cast: Cast, params: dict[str, str]
) -> None:
    answer = await cast.client.get(page(cast.client), params=params)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("first", ["0001-01-01", "9999-12-31"])
async def test_the_ends_of_the_calendar_are_days_too(cast: Cast, first: str) -> None:
    for name in ("from", "to"):
        answer = await cast.client.get(page(cast.client), params={name: first})
        assert answer.status_code == 200
