"""Care teams and separations: who cares, and who must never meet."""

import asyncio
from typing import Any

from api.foundation.ids import new_id
from tests.access.doors import join
from tests.cast import Cast, Someone


def team_of(someone: Someone) -> str:
    return f"/v1/clients/{someone.id}/care-team"


async def add(by: Someone, client: Someone, staff_id: object) -> Any:
    return await by.post(team_of(client), json={"staff_id": str(staff_id)})


async def test_a_colleague_joins_sees_and_leaves(cast: Cast) -> None:
    client = f"/v1/clients/{cast.other_client.id}"
    assert (await cast.colleague.get(client)).status_code == 404
    added = await add(cast.therapist, cast.other_client, cast.colleague.id)
    assert len(added.json()["items"]) == 2
    assert (await cast.colleague.get(client)).status_code == 200
    again = await add(cast.therapist, cast.other_client, cast.colleague.id)
    assert len(again.json()["items"]) == 2
    path = f"{team_of(cast.other_client)}/{cast.colleague.id}/end"
    assert (await cast.coordinator.post(path)).status_code == 204
    assert (await cast.colleague.get(client)).status_code == 404


async def test_the_last_one_stays_while_the_client_is_in_care(cast: Cast) -> None:
    path = f"{team_of(cast.client)}/{cast.therapist.id}/end"
    refused = await cast.therapist.post(path)
    assert (refused.status_code, refused.json()["code"]) == (409, "last-carer")
    await cast.therapist.post(f"/v1/clients/{cast.client.id}/discharge")
    assert (await cast.therapist.post(path)).status_code == 204


async def test_why_somebody_cannot_join_is_told_to_nobody(cast: Cast) -> None:
    answers = [
        await add(cast.therapist, cast.client, cast.colleague.id),
        await add(cast.therapist, cast.client, cast.coordinator.id),
        await add(cast.therapist, cast.client, cast.stranger.id),
        await add(cast.therapist, cast.client, new_id()),
        await add(cast.owner, cast.client, cast.colleague.id),
    ]
    assert {answer.status_code for answer in answers} == {409}
    assert len({answer.content for answer in answers}) == 1
    assert str(cast.separated.id) not in answers[0].text


async def test_when_the_separation_ends_a_colleague_can_join(cast: Cast) -> None:
    listed = await cast.privacy_officer.get("/v1/separations")
    separation = listed.json()["items"][0]["id"]
    path = f"/v1/separations/{separation}/end"
    for _ in range(2):
        ended = await cast.privacy_officer.post(path)
        assert ended.json()["ended_at"] is not None
    assert (await add(cast.therapist, cast.client, cast.colleague.id)).is_success


async def separate(by: Someone, one: object, other: object) -> Any:
    body = {"one_id": str(one), "other_id": str(other)}
    return await by.post("/v1/separations", json=body)


async def test_shared_staff_are_named_to_those_who_can_mend_it(cast: Cast) -> None:
    pair = (cast.client.id, cast.other_client.id)
    refused = await separate(cast.privacy_officer, *pair)
    assert refused.status_code == 409
    assert refused.json()["staff_ids"] == [str(cast.therapist.id)]
    hidden = await separate(cast.therapist, *pair)
    assert hidden.status_code == 403
    assert str(cast.therapist.id) not in hidden.text


async def test_two_clients_are_kept_apart_once(cast: Cast) -> None:
    first = await separate(cast.owner, cast.other_client.id, cast.separated.id)
    again = await separate(cast.owner, cast.separated.id, cast.other_client.id)
    assert first.status_code == again.status_code == 200
    assert first.json()["id"] == again.json()["id"]
    assert len((await cast.owner.get("/v1/separations")).json()["items"]) == 2


async def test_nobody_is_kept_apart_from_themself_or_a_stranger(cast: Cast) -> None:
    same = await separate(cast.owner, cast.client.id, cast.client.id)
    assert same.status_code == 422
    foreign = await separate(cast.owner, cast.client.id, cast.foreign_client.id)
    absent = await separate(cast.owner, cast.client.id, new_id())
    assert foreign.status_code == absent.status_code == 404
    assert foreign.content == absent.content


async def test_two_teams_at_once_never_share_somebody(cast: Cast) -> None:
    nora = (await join(cast, "nora"))["staff_id"]
    answers = await asyncio.gather(
        add(cast.therapist, cast.client, nora),
        add(cast.colleague, cast.separated, nora),
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409]


async def test_separating_while_somebody_joins_never_shares_them(cast: Cast) -> None:
    nora = (await join(cast, "nora"))["staff_id"]
    await add(cast.colleague, cast.separated, nora)
    separated, added = await asyncio.gather(
        separate(cast.owner, cast.other_client.id, cast.separated.id),
        add(cast.therapist, cast.other_client, nora),
    )
    assert sorted([separated.status_code, added.status_code]) == [200, 409]


async def test_separation_leaves_no_trace_in_what_others_read(cast: Cast) -> None:
    """Metamorphic: with and without the separation, a therapist reads the same."""
    paths = ["/v1/clients", f"/v1/clients/{cast.client.id}", team_of(cast.client)]
    before = [(await cast.therapist.get(path)).content for path in paths]
    own = (await cast.client.get("/v1/me")).content
    listed = (await cast.owner.get("/v1/separations")).json()["items"]
    await cast.owner.post(f"/v1/separations/{listed[0]['id']}/end")
    assert [(await cast.therapist.get(path)).content for path in paths] == before
    assert (await cast.client.get("/v1/me")).content == own
