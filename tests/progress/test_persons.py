"""Progress by person: all of them to the client, shared ones to others, no label ever."""

from typing import Any
from uuid import UUID

import pytest

from api.assignments.tables import Assignment
from api.completions.merge import State
from api.completions.sharing import Level
from api.foundation.ids import new_id
from tests.cast import Cast, Someone
from tests.progress.past import agree, load_library, run

AS_NEEDED = {"kind": "as_needed"}


async def named(cast: Cast, nickname: str, *, shared: bool) -> str:
    body = {"nickname": nickname, "standing": "unmarked", "is_shared": shared}
    answer = await cast.client.post("/v1/me/people", json=body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def share(cast: Cast, person: str, nickname: str, *, shared: bool) -> None:
    path = f"/v1/me/people/{person}"
    etag = (await cast.client.get(path)).headers["etag"]
    body = {"nickname": nickname, "standing": "unmarked", "is_shared": shared}
    put = await cast.client.put(path, json=body, headers={"If-Match": etag})
    assert put.status_code == 200, put.text


async def kept(cast: Cast, slug: str) -> Assignment:
    return await agree(
        cast.store, cast.client, cast.therapist, slug, schedule=AS_NEEDED
    )


async def read(reader: Someone, of: Someone) -> dict[str, dict[str, Any]]:
    answer = await reader.get(f"/v1/clients/{of.id}/progress/persons")
    assert answer.status_code == 200, answer.text
    return {one["nickname"]: one for one in answer.json()["persons"]}


@pytest.fixture
async def stocked(cast: Cast) -> Cast:
    await load_library(cast.store, cast.practice_id)
    return cast


async def test_what_was_submitted_is_split_by_the_persons_it_names(
    stocked: Cast,
) -> None:
    cast = stocked
    mo, nell = [await named(cast, name, shared=False) for name in ("Mo", "Nell")]
    circles = await kept(cast, "trust-circles")
    body = {
        "assignment_id": str(circles.id),
        "revision": 1,
        "state": "completed",
        "save": 1,
        "started_at": "2026-03-04T10:00:00Z",
        "ended_at": "2026-03-04T10:10:00Z",
        "zone": "Europe/Berlin",
        "answers": {
            "opening": {"consent": "given"},
            "people": [
                {"who": mo, "level": 2, "evidence": ["called back"], "move": "closer"},
                {"who": nell, "level": 0, "move": "further"},
            ],
        },
    }
    sent = await cast.client.put(f"/v1/completions/{new_id()}", json=body)
    assert sent.status_code == 201, sent.text
    found = await read(cast.client, cast.client)
    assert {name: _values(one, "levels") for name, one in found.items()} == {
        "Mo": [2],
        "Nell": [0],
    }
    assert await read(cast.therapist, cast.client) == {}
    await share(cast, mo, "Mo", shared=True)
    assert (await read(cast.therapist, cast.client)).keys() == {"Mo"}
    await share(cast, mo, "Mo", shared=False)
    assert await read(cast.therapist, cast.client) == {}


def _values(person: dict[str, Any], measure: str) -> list[float]:
    [series] = [one for one in person["series"] if one["measure"] == measure]
    return [point["value"] for point in series["points"]]


async def test_limits_words_and_trust_are_counted_per_person(stocked: Cast) -> None:
    cast = stocked
    mo, nell = [await named(cast, name, shared=True) for name in ("Mo", "Nell")]
    acted = await kept(cast, "boundary-in-action")
    for week in range(6):
        code = {"code": "respected" if week else "crossed"}
        await run(
            cast.store,
            acted,
            {"respect": code},
            week=week,
            by_person={mo: {"respect": code}},
        )
    few = {"respect": {"code": "crossed"}}
    await run(cast.store, acted, few, week=7, by_person={nell: few})
    for reader in (cast.client, cast.therapist):
        found = await read(reader, cast.client)
        shares = {
            name: one["series"][0]["figures"]["share"] for name, one in found.items()
        }
        assert shares["Mo"]["value"] == pytest.approx(5 / 6)
        assert (shares["Nell"]["value"], shares["Nell"]["reason"]) == (
            None,
            "insufficient_runs",
        )


async def test_a_dealbreaker_stands_first_and_is_never_averaged_away(
    stocked: Cast,
) -> None:
    cast = stocked
    mo = await named(cast, "Mo", shared=True)
    flags = await kept(cast, "dealbreakers-and-green-flags")
    looks = (
        {"dealbreakers_found": {"codes": ["present", "absent"]}},
        {
            "dealbreakers_found": {"codes": ["absent", "unclear"]},
            "green_found": {"codes": ["present"] * 8},
        },
    )
    await run(cast.store, flags, looks[0], by_person={mo: looks[0]})
    first = (await read(cast.therapist, cast.client))["Mo"]
    assert first["dealbreakers"]["present"] == 1
    assert first["words"] == ["You met something here that is a dealbreaker for you."]
    await run(cast.store, flags, looks[1], week=1, by_person={mo: looks[1]})
    later = (await read(cast.therapist, cast.client))["Mo"]
    assert list(later)[2] == "dealbreakers"
    assert later["dealbreakers"] | {"seen_on": None} == {
        "present": 0,
        "absent": 1,
        "unclear": 1,
        "looks": 2,
        "looks_with_present": 1,
        "seen_on": None,
    }
    assert later["words"] == ["You met a dealbreaker here at an earlier look."]
    assert later["unclear_share"]["value"] == pytest.approx(0.1)


async def test_no_person_gets_a_label_a_mark_or_a_place(stocked: Cast) -> None:
    cast = stocked
    names = ["Zed", "Amy"]
    ids = [await named(cast, name, shared=True) for name in names]
    acted = await kept(cast, "boundary-in-action")
    for person, code in zip(ids, ("crossed", "respected"), strict=True):
        reading = {"respect": {"code": code}}
        await run(cast.store, acted, reading, by_person={person: reading})
    found = await read(cast.client, cast.client)
    assert list(found) == names
    for one in found.values():
        assert one.keys() == {
            *("person_id", "nickname", "dealbreakers", "green_flags", "words"),
            *("unclear_share", "steps_per_month", "series"),
        }


async def test_others_see_no_split_of_what_is_kept_back(stocked: Cast) -> None:
    cast = stocked
    mo = await named(cast, "Mo", shared=True)
    acted = await kept(cast, "boundary-in-action")
    reading = {"respect": {"code": "respected"}}
    split = {mo: reading}
    kept_back: list[dict[str, Any]] = [
        {"hides_persons": True},
        {"hidden": ("respect",)},
        {"level": Level.FACT},
        {"level": Level.SEALED},
        {"state": State.IN_PROGRESS},
    ]
    for week, how in enumerate(kept_back):
        await run(cast.store, acted, reading, week=week, by_person=split, **how)
    assert await read(cast.therapist, cast.client) == {}
    mine = (await read(cast.client, cast.client))["Mo"]
    assert mine["series"][0]["n"] == 4


async def test_keeping_back_who_it_was_takes_the_split_away(stocked: Cast) -> None:
    cast = stocked
    mo = await named(cast, "Mo", shared=True)
    circles = await kept(cast, "trust-circles")
    completion = new_id()
    body = {
        "assignment_id": str(circles.id),
        "revision": 1,
        "state": "completed",
        "save": 1,
        "started_at": "2026-03-04T10:00:00Z",
        "ended_at": "2026-03-04T10:10:00Z",
        "zone": "Europe/Berlin",
        "answers": {
            "opening": {"consent": "given"},
            "people": [{"who": mo, "level": 2}],
        },
    }
    path = f"/v1/completions/{completion}"
    assert (await cast.client.put(path, json=body)).status_code == 201
    assert (await read(cast.therapist, cast.client)).keys() == {"Mo"}
    wish = {"level": "scores", "kept_back": ["people.who"]}
    said = await cast.client.put(f"{path}/sharing", json=wish)
    assert said.status_code in (200, 201), said.text
    assert await read(cast.therapist, cast.client) == {}


@pytest.mark.parametrize("door", ["calibration", "outcomes", "progress/persons"])
async def test_everyone_else_sees_nothing(stocked: Cast, door: str) -> None:
    cast = stocked
    for who in ("colleague", "other_client", "separated", "stranger", "foreign_client"):
        someone = cast.people[who]
        here = await someone.get(f"/v1/clients/{cast.client.id}/{door}")
        absent = await someone.get(f"/v1/clients/{UUID(int=7)}/{door}")
        assert here.status_code == absent.status_code == 404
        assert here.content == absent.content
    for who in ("owner", "coordinator", "privacy_officer"):
        here = await cast.people[who].get(f"/v1/clients/{cast.client.id}/{door}")
        assert here.status_code == 403
