"""Charts over HTTP: the kind that fits, what is not shared in none of them."""

from typing import Any
from xml.etree import ElementTree

import pytest

from api.assignments.tables import Assignment
from api.completions.merge import State
from api.completions.sharing import Level
from api.foundation.ids import new_id
from tests.cast import Cast, Someone
from tests.progress.past import agree, distress, load_library, run

CHARTS = ("calendar", "reliability", "paced-breath.distress")
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
async def breathing(cast: Cast) -> Assignment:
    await load_library(cast.store, cast.practice_id)
    return await agree(cast.store, cast.client, cast.therapist)


async def chart(reader: Someone, of: Someone, name: str, **params: Any) -> str:
    answer = await reader.get(f"/v1/clients/{of.id}/charts/{name}", params=params)
    assert answer.status_code == 200, answer.text
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    return answer.text


def marks(svg: str) -> int:
    root = ElementTree.fromstring(svg)  # noqa: S314 our own text
    return sum(one.get("class") == "fa" for one in root.iter(f"{SVG}rect"))


async def test_another_kind_that_fits_can_be_asked_for(
    cast: Cast, breathing: Assignment
) -> None:
    await run(cast.store, breathing, distress(8, 3))
    name = "paced-breath.distress"
    svg = await chart(cast.therapist, cast.client, f"{name}.svg", kind="pairs")
    assert "Open mark: before" in svg
    twin = await chart(cast.therapist, cast.client, f"{name}.html", kind="pairs")
    assert "<td>8</td><td>3</td>" in twin


@pytest.mark.parametrize("kind", ["states", "reliability", "no-such-kind"])
async def test_a_kind_that_does_not_fit_is_refused_with_its_place(
    cast: Cast, breathing: Assignment, kind: str
) -> None:
    await run(cast.store, breathing, distress(8, 3))
    for end in ("svg", "html"):
        path = f"/v1/clients/{cast.client.id}/charts/paced-breath.distress.{end}"
        answer = await cast.client.get(path, params={"kind": kind})
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["pointer"] == "/kind"
        assert "no-such-kind" not in answer.text


async def test_the_calendar_has_what_is_shared_as_a_fact_and_stops_too(
    cast: Cast, breathing: Assignment
) -> None:
    for week, level in enumerate(Level):
        await run(cast.store, breathing, distress(9, 1), week=week, level=level)
    ended = State.STOPPED
    await run(cast.store, breathing, {}, week=9, state=ended, level=Level.FACT)
    assert marks(await chart(cast.client, cast.client, "calendar.svg")) == 5
    theirs = await chart(cast.therapist, cast.client, "calendar.svg")
    assert marks(theirs) == 4
    twin = await chart(cast.therapist, cast.client, "calendar.html")
    assert "2 Mar 2026" not in twin  # the sealed one
    assert "9 Mar 2026" in twin


async def test_a_run_under_way_is_not_yet_in_the_calendar(
    cast: Cast, breathing: Assignment
) -> None:
    await run(cast.store, breathing, {}, state=State.IN_PROGRESS)
    assert "That is all right." in await chart(cast.client, cast.client, "calendar.svg")


async def test_the_diagram_is_over_all_predictions_one_may_see(cast: Cast) -> None:
    await load_library(cast.store, cast.practice_id)
    fear = await agree(cast.store, cast.client, cast.therapist, "small-share")
    for week in range(6):
        level = Level.SCORES if week else Level.SEALED
        reading = {"calibration": {"p": 0.8, "o": week % 2}}
        await run(cast.store, fear, reading, week=week, level=level)
    mine = await chart(cast.client, cast.client, "reliability.html")
    theirs = await chart(cast.therapist, cast.client, "reliability.html")
    assert "<td>6</td>" in mine
    assert "<td>5</td>" in theirs


async def test_a_client_may_leave_the_numbers_off_and_only_their_own(
    cast: Cast, breathing: Assignment
) -> None:
    for week in range(3):
        await run(cast.store, breathing, distress(8, 3), week=week)
    name = "paced-breath.distress.html"
    params = {"numbers": "hidden"}
    assert "\u22125" not in await chart(cast.client, cast.client, name, **params)
    assert "\u22125" in await chart(cast.therapist, cast.client, name, **params)
    wish = await cast.client.put("/v1/me/preferences", json={"hides_numbers": True})
    assert wish.status_code < 300, wish.text
    assert "\u22125" not in await chart(cast.client, cast.client, name)
    assert "\u22125" in await chart(cast.therapist, cast.client, name)


async def test_what_is_kept_back_is_in_no_chart(
    cast: Cast, breathing: Assignment
) -> None:
    await run(cast.store, breathing, distress(9, 1), hidden=("distress",))
    path = f"/v1/clients/{cast.client.id}/charts/paced-breath.distress.svg"
    assert (await cast.therapist.get(path)).status_code == 404
    assert (await cast.client.get(path)).status_code == 200


@pytest.mark.parametrize("who", ["colleague", "separated", "stranger", "other_client"])
async def test_nobody_else_can_tell_that_there_is_anything(
    cast: Cast, breathing: Assignment, who: str
) -> None:
    await run(cast.store, breathing, distress(8, 3), level=Level.FULL)
    for name in CHARTS:
        for end in ("svg", "html"):
            for client_id in (cast.client.id, new_id()):
                path = f"/v1/clients/{client_id}/charts/{name}.{end}"
                assert (await cast.people[who].get(path)).status_code == 404


@pytest.mark.parametrize("who", ["owner", "coordinator", "privacy_officer"])
async def test_other_roles_see_no_chart(cast: Cast, who: str) -> None:
    for name in CHARTS:
        path = f"/v1/clients/{cast.client.id}/charts/{name}.svg"
        assert (await cast.people[who].get(path)).status_code == 403
