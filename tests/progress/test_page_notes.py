"""What stands beside the series: choices, setbacks with their plan, sides, and words alone."""

from datetime import timedelta
from typing import Any

from api.completions.merge import State
from api.completions.sharing import Level
from tests.cast import Cast, Someone
from tests.progress.past import FIRST, agree, distress, load_library, run
from tests.progress.test_law_one import numbers

AS_NEEDED = {"kind": "as_needed"}
SETBACK = "setback-plan-and-note"


async def page(reader: Someone, of: Someone, **params: Any) -> dict[str, Any]:
    answer = await reader.get(f"/v1/clients/{of.id}/progress", params=params)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def setback(started: float, hours: float | None = None) -> dict[str, Any]:
    return {"recovery": {"started": started, "hours": hours}}


async def test_choices_made_are_listed_and_a_stop_is_one(cast: Cast) -> None:
    await load_library(cast.store, cast.practice_id)
    gaze = await agree(
        cast.store, cast.client, cast.therapist, "soft-gaze", schedule=AS_NEEDED
    )
    said = {"choices": {"count": 2, "kinds": ["ended_early", "said_no"]}}
    await run(cast.store, gaze, said)
    await run(cast.store, gaze, distress(5, 5), week=1, state=State.STOPPED)
    for reader in (cast.client, cast.therapist):
        found = (await page(reader, cast.client))["choices"]
        assert [one["kind"] for one in found] == ["stopped", "ended_early", "said_no"]
        assert {one["exercise"] for one in found} == {"soft-gaze"}


async def test_a_setback_has_its_plan_beside_it(cast: Cast) -> None:
    await load_library(cast.store, cast.practice_id)
    notes = await agree(
        cast.store, cast.client, cast.therapist, SETBACK, schedule=AS_NEEDED
    )
    plan = await run(cast.store, notes, {"signs": 3, "helps": 2})
    started = (FIRST + timedelta(days=6)).timestamp()
    await run(cast.store, notes, setback(started, 20.0), week=1)
    [found] = (await page(cast.therapist, cast.client))["setbacks"]
    assert (found["kind"], found["settled"], found["hours"]) == ("setback", True, 20.0)
    assert found["at"] == "2026-03-08T17:00:00Z"
    assert found["plan"]["completion_id"] == str(plan.id)


async def test_a_setback_and_a_plan_kept_private_stand_nowhere(cast: Cast) -> None:
    await load_library(cast.store, cast.practice_id)
    notes = await agree(
        cast.store, cast.client, cast.therapist, SETBACK, schedule=AS_NEEDED
    )
    sealed = Level.SEALED
    await run(cast.store, notes, {"signs": 3}, level=sealed)
    started = (FIRST + timedelta(days=6)).timestamp()
    await run(cast.store, notes, setback(started), week=1, hidden=("recovery",))
    assert (await page(cast.therapist, cast.client))["setbacks"] == []
    await run(cast.store, notes, setback(started), week=2)
    [found] = (await page(cast.therapist, cast.client))["setbacks"]
    assert (found["settled"], found["plan"]) == (False, None)
    assert len((await page(cast.client, cast.client))["setbacks"]) == 2


async def test_a_setback_nobody_marked_settles_by_the_first_calm_rating(
    cast: Cast,
) -> None:
    """Before: a median of 3. Calm is 4 or less; the first such rating is a week on."""
    await load_library(cast.store, cast.practice_id)
    breathing = await agree(cast.store, cast.client, cast.therapist)
    notes = await agree(
        cast.store, cast.client, cast.therapist, SETBACK, schedule=AS_NEEDED
    )
    await run(cast.store, breathing, distress(3, 3), week=0)
    started = (FIRST + timedelta(days=2)).timestamp()
    await run(cast.store, notes, setback(started), week=1)
    stop = State.STOPPED
    await run(cast.store, breathing, distress(0, 0), week=2, state=stop)
    await run(cast.store, breathing, distress(8, 5), week=3)
    await run(cast.store, breathing, distress(6, 4), week=4)
    for params in ({}, {"exercise": SETBACK}):
        series = (await page(cast.client, cast.client, **params))["series"]
        [found] = [one for one in series if one["formula"] == "recovery"]
        # Summer time began on 29 March: an hour less on the way to the fifth Monday.
        assert [one["value"] for one in found["points"]] == [26 * 24 - 1]
        assert found["counts"] == {"settled": 1, "open": 0}


async def test_series_are_put_on_their_sides(cast: Cast) -> None:
    await load_library(cast.store, cast.practice_id)
    for slug, reading in (
        ("micro-trust-moment", {"met": {"code": "respected"}}),
        ("honour-a-limit", {"limits": {"code": "honoured"}} | distress(4, 2)),
    ):
        kept = await agree(
            cast.store, cast.client, cast.therapist, slug, schedule=AS_NEEDED
        )
        await run(cast.store, kept, reading)
    found = await page(cast.client, cast.client)
    assert found["sides"]["connection"] == ["micro-trust-moment.met"]
    assert found["sides"]["protection"] == ["honour-a-limit.limits"]
    sides = {one["id"]: one["side"] for one in found["series"]}
    assert sides["honour-a-limit.distress"] is None


async def test_a_client_who_hides_numbers_reads_words_and_the_therapist_numbers(
    cast: Cast,
) -> None:
    await load_library(cast.store, cast.practice_id)
    breathing = await agree(cast.store, cast.client, cast.therapist)
    for week in range(6):
        review = {"mastery": 60, "obstacles": ["no_time"]}
        await run(
            cast.store, breathing, distress(9, 8 - week), week=week, review=review
        )
    client = cast.client.id
    paths = [
        f"/v1/clients/{client}/progress",
        f"/v1/clients/{client}/adherence?show_percentages=true",
        f"/v1/assignments/{breathing.id}/summary",
    ]
    shown = [numbers((await cast.client.get(path)).json()) for path in paths]
    assert all(shown)
    for path in paths:
        joint = "&" if "?" in path else "?"
        asked = await cast.client.get(f"{path}{joint}numbers=hidden")
        assert (asked.status_code, numbers(asked.json())) == (200, {})
    await cast.client.put("/v1/me/preferences", json={"hides_numbers": True})
    for path in paths:
        answer = await cast.client.get(path)
        assert (answer.status_code, numbers(answer.json())) == (200, {})
        assert numbers((await cast.therapist.get(path)).json())
    [one] = [
        one
        for one in (await cast.client.get(paths[0])).json()["series"]
        if one["measure"] == "distress"
    ]
    assert "This has been going down." in one["words"]
    assert one["figures"]["median_change"]["reason"] == "numbers_hidden"
    await cast.client.put("/v1/me/preferences", json={"hides_numbers": False})
    again = [numbers((await cast.client.get(path)).json()) for path in paths]
    assert again == shown


async def test_ways_to_safety_are_there_for_who_hides_numbers(cast: Cast) -> None:
    await load_library(cast.store, cast.practice_id)
    shares = await agree(cast.store, cast.client, cast.therapist, "small-share")
    version = (await cast.client.get("/v1/exercises/small-share/versions/1")).json()
    name = next(
        one["id"]
        for one in version["document"]["measures"]
        if one["formula"] == "expectancy"
    )
    came = {"belief": 60, "result": "happened", "ev": -40, "ec": None, "lr": None}
    await run(cast.store, shares, {name: came})
    client = cast.client.id
    for path in ("calibration", "outcomes", "progress/persons"):
        where = f"/v1/clients/{client}/{path}"
        shown = (await cast.client.get(where)).json()
        hidden = await cast.client.get(f"{where}?numbers=hidden")
        assert (hidden.status_code, numbers(hidden.json())) == (200, {}), path
        if path == "calibration":
            assert shown["safety_options"]
            assert hidden.json()["safety_options"] == shown["safety_options"]


async def test_engagement_is_read_from_shared_reviews_alone(cast: Cast) -> None:
    await load_library(cast.store, cast.practice_id)
    breathing = await agree(cast.store, cast.client, cast.therapist)
    review = {"mastery": 60, "obstacles": ["felt_like_pressure"], "next_time": "same"}
    await run(cast.store, breathing, distress(5, 3), review=review)
    path = f"/v1/clients/{cast.client.id}/adherence"
    mine = (await cast.client.get(path)).json()["engagement"]
    theirs = (await cast.therapist.get(path)).json()["engagement"]
    assert (mine["reviews"], mine["medians"]["mastery"]["value"]) == (1, 60.0)
    assert (theirs["reviews"], theirs["obstacles"]) == (0, {})
    await run(
        cast.store, breathing, distress(5, 3), week=1, review=review, level=Level.FULL
    )
    theirs = (await cast.therapist.get(path)).json()["engagement"]
    assert (theirs["reviews"], theirs["next_time"]) == (1, {"same": 1})
