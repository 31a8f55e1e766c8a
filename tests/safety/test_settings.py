"""Who reads alerts and how soon, as the owner says and everybody can read."""

from typing import Any

import pytest

from tests.cast import Cast
from tests.safety.stage import alerts, do, set_up

SAID: dict[str, Any] = {
    "readers_text": "Tess reads this on working days.",
    "response_hours": 48,
    "region": "GB",
    "emergency_text": "Call 999.",
    "mandatory_reporting": "We pass on what puts a child in danger.",
}


async def say(cast: Cast, number: int = 0, **settings: Any) -> Any:
    match = {"If-Match": f'"v{number}"'}
    return await cast.owner.put("/v1/safety-settings", json=settings, headers=match)


async def test_what_the_owner_says_is_what_clients_and_staff_read(cast: Cast) -> None:
    before = (await cast.client.get("/v1/me/safety")).json()
    assert before["response_hours"] is None
    assert "not said" in before["response_text"]
    assert (await say(cast, **SAID)).status_code == 200
    for who in (cast.client, cast.therapist, cast.coordinator):
        told = (await who.get("/v1/me/safety")).json()
        for name, value in SAID.items():
            assert told[name] == value
        assert told["response_text"] is None
        assert "always reach" in told["always_passed_on"]
        assert told["resources"][0]["region"] == "GB"
        assert all(one["stale"] for one in told["resources"])
    elsewhere = (await cast.foreign_client.get("/v1/me/safety")).json()
    assert elsewhere["mandatory_reporting"] is None


async def test_settings_are_numbered_and_nobody_overwrites_what_they_have_not_seen(
    cast: Cast,
) -> None:
    first = await say(cast, **SAID)
    assert (first.json()["number"], first.headers["ETag"]) == (1, '"v1"')
    assert (await say(cast, **SAID)).status_code == 412
    again = await say(cast, 1, **SAID)
    assert again.json()["number"] == 1
    assert (await cast.owner.put("/v1/safety-settings", json=SAID)).status_code == 428
    kept = await cast.owner.get("/v1/safety-settings")
    assert kept.json() == first.json()


@pytest.mark.parametrize(
    "wrong",
    [
        {"thresholds": {"rise": 9}},
        {"thresholds": {"urge": 1}},
        {"thresholds": {"self_harm": 3}},
        {"response_hours": 0},
        {"response_hours": 1000},
        {"region": "Britain"},
        {"readers": ["0198c8a4-6f2e-7c31-9a51-0f7d3f0b1c2d"]},
        {"emergency_text": ""},
    ],
)
async def test_settings_outside_of_what_is_sane_are_refused(
    cast: Cast, wrong: dict[str, Any]
) -> None:
    assert (await say(cast, **wrong)).status_code == 422
    assert (await cast.owner.get("/v1/safety-settings")).json()["number"] == 0


async def test_readers_are_people_who_work_here_and_are_not_named_to_clients(
    cast: Cast,
) -> None:
    assert (await say(cast, readers=[str(cast.stranger.id)])).status_code == 422
    assert (await say(cast, readers=[str(cast.colleague.id)])).status_code == 200
    told = await cast.client.get("/v1/me/safety")
    assert told.json()["readers"] == "named"
    assert str(cast.colleague.id) not in told.text


async def test_help_is_not_behind_a_login(cast: Cast) -> None:
    answer = await cast.http.get("/v1/crisis-resources", params={"region": "IE"})
    assert answer.status_code == 200
    shown = answer.json()
    assert shown["matched"]
    assert [one["number"] for one in shown["resources"]][:2] == ["112", "999"]
    assert "not an emergency service" in shown["not_emergency"]
    nowhere = (await cast.http.get("/v1/crisis-resources?region=XX")).json()
    assert (nowhere["region"], nowhere["matched"]) == ("XX", False)
    assert nowhere["resources"][0]["url"] == "https://findahelpline.com"
    assert nowhere["emergency_text"]
    wrong = await cast.http.get("/v1/crisis-resources?region=Atlantis")
    assert wrong.status_code == 422
    assert "Atlantis" not in wrong.text


async def test_a_practices_thresholds_decide_from_the_next_run_on(cast: Cast) -> None:
    stage = await set_up(cast)
    urge = {"today": {"urge": 7}}
    await do(stage, urge)
    assert await alerts(cast.therapist) == []
    await say(cast, thresholds={"urge": 7})
    await do(stage, urge, day=1)
    [alert] = await alerts(cast.therapist)
    assert alert["payload"]["urge"] == 7
