"""Sign-ins carried on, listed and ended over HTTP; what is ended is ended at once."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from api.access.jobs import tidy
from api.foundation import clock
from tests.access.doors import code_at, join, sign_in
from tests.cast import Cast


async def signed_in(cast: Cast, login: str = "nora") -> dict[str, Any]:
    welcome = await join(cast, login)
    code = code_at(welcome["totp_secret"])
    answer = await sign_in(cast.http, login=login, totp=code)
    return dict(answer.json()) | {"staff_id": welcome["staff_id"]}


async def refreshed(cast: Cast, token: str) -> Any:
    return await cast.http.post("/v1/auth/refresh", json={"refresh_token": token})


async def status_of(cast: Cast, access: str) -> int:
    headers = {"Authorization": f"Bearer {access}"}
    return (await cast.http.get("/v1/me", headers=headers)).status_code


async def test_a_refresh_gives_both_tokens_anew(cast: Cast) -> None:
    first = await signed_in(cast)
    second = (await refreshed(cast, first["refresh_token"])).json()
    assert second["sign_in_id"] == first["sign_in_id"]
    assert second["refresh_token"] != first["refresh_token"]
    assert await status_of(cast, second["access_token"]) == 200
    assert await status_of(cast, first["access_token"]) == 200


async def test_a_lost_answer_is_asked_for_again(cast: Cast) -> None:
    first = await signed_in(cast)
    for _ in range(3):
        assert (await refreshed(cast, first["refresh_token"])).status_code == 200


async def test_a_replay_ends_the_family_for_both(cast: Cast) -> None:
    first = await signed_in(cast)
    second = (await refreshed(cast, first["refresh_token"])).json()
    third = (await refreshed(cast, second["refresh_token"])).json()
    replay = await refreshed(cast, first["refresh_token"])
    assert replay.status_code == 401
    assert (await refreshed(cast, third["refresh_token"])).status_code == 401
    assert await status_of(cast, third["access_token"]) == 401


async def test_concurrent_refreshes_with_one_token_all_get_an_answer(
    cast: Cast,
) -> None:
    first = await signed_in(cast)
    answers = await asyncio.gather(
        *(refreshed(cast, first["refresh_token"]) for _ in range(10))
    )
    assert {answer.status_code for answer in answers} == {200}
    children = [answer.json()["refresh_token"] for answer in answers]
    assert len(set(children)) == 10
    raced = await asyncio.gather(*(refreshed(cast, child) for child in children))
    assert [answer.status_code for answer in raced].count(200) == 1
    assert (await refreshed(cast, children[0])).status_code == 401


async def test_every_bad_refresh_is_the_same_bytes(cast: Cast) -> None:
    tokens = await signed_in(cast)
    headers = {"Authorization": f"Bearer {tokens['access_token']}"}
    out = await cast.http.post("/v1/auth/sign-out", headers=headers)
    assert out.status_code == 204
    answers = [
        await refreshed(cast, tokens["refresh_token"]),
        await refreshed(cast, tokens["access_token"]),
        await refreshed(cast, "nonsense"),
        await refreshed(cast, "A" * 64),
    ]
    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.content for answer in answers}) == 1


async def test_signing_out_holds_on_the_next_request(cast: Cast) -> None:
    assert (await cast.client.post("/v1/auth/sign-out")).status_code == 204
    assert (await cast.client.get("/v1/me")).status_code == 401


async def test_a_refresh_token_opens_no_other_door(cast: Cast) -> None:
    tokens = await signed_in(cast)
    assert await status_of(cast, tokens["refresh_token"]) == 401


async def test_own_sign_ins_are_listed_and_ended(cast: Cast) -> None:
    tokens = await signed_in(cast)
    headers = {"Authorization": f"Bearer {tokens['access_token']}"}
    listed = (await cast.http.get("/v1/auth/sign-ins", headers=headers)).json()
    assert [(item["is_this"], item["kind"]) for item in listed["items"]] == [
        (True, "staff")
    ]
    path = f"/v1/auth/sign-ins/{tokens['sign_in_id']}/end"
    foreign = await cast.therapist.post(path)
    absent = await cast.therapist.post(f"/v1/auth/sign-ins/{cast.client.id}/end")
    assert foreign.status_code == 404
    assert foreign.content == absent.content
    assert (await cast.http.post(path, headers=headers)).status_code == 204
    assert await status_of(cast, tokens["access_token"]) == 401


async def test_ended_access_holds_on_the_next_request(cast: Cast) -> None:
    tokens = await signed_in(cast)
    ended = await cast.owner.post(f"/v1/staff/{tokens['staff_id']}/end")
    assert ended.status_code == 204
    assert await status_of(cast, tokens["access_token"]) == 401
    assert (await refreshed(cast, tokens["refresh_token"])).status_code == 401


async def test_access_and_sign_in_end_by_the_clock(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    tokens = await signed_in(cast)
    began = clock.now()
    monkeypatch.setattr(clock, "now", lambda: began + timedelta(minutes=15, seconds=1))
    assert await status_of(cast, tokens["access_token"]) == 401
    following = (await refreshed(cast, tokens["refresh_token"])).json()
    assert await status_of(cast, following["access_token"]) == 200
    monkeypatch.setattr(clock, "now", lambda: began + timedelta(days=30, seconds=1))
    assert (await refreshed(cast, following["refresh_token"])).status_code == 401


async def test_tidying_removes_only_what_proves_nothing(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    tokens = await signed_in(cast)
    async with cast.store.writer() as db:
        assert await tidy(db) == 0
    later = clock.now() + timedelta(minutes=20)
    monkeypatch.setattr(clock, "now", lambda: later)
    async with cast.store.writer() as db:
        assert await tidy(db) > 0
        await db.commit()
    assert (await refreshed(cast, tokens["refresh_token"])).status_code == 200
