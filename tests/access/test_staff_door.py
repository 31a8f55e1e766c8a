"""Staff come in with password and code, and get one answer when they don't."""

import asyncio
from typing import Any

import pytest
from sqlmodel import col, select

from api.access.tables import Credential
from api.foundation.settings import Settings
from tests.access.doors import PASSWORD, code_at, join, sign_in
from tests.cast import Cast


async def come_in(cast: Cast, login: str = "nora") -> tuple[dict[str, Any], Any]:
    welcome = await join(cast, login)
    answer = await sign_in(cast.http, login=login, totp=code_at(welcome["totp_secret"]))
    return welcome, answer


async def test_an_invited_person_joins_and_signs_in(cast: Cast) -> None:
    welcome, answer = await come_in(cast)
    assert answer.status_code == 200
    tokens = answer.json()
    me = await cast.http.get(
        "/v1/me", headers={"Authorization": f"Bearer {tokens['access_token']}"}
    )
    assert me.json()["id"] == welcome["staff_id"]
    assert me.json()["roles"] == ["therapist"]
    assert me.json()["rights"]["offer_exercises"] == "care_team"


async def test_the_second_factor_is_sealed_at_rest(cast: Cast) -> None:
    welcome = await join(cast, "nora")
    async with cast.store.reader() as db:
        query = select(Credential).where(col(Credential.login) == "nora")
        kept = (await db.exec(query)).one()
    assert welcome["totp_secret"].encode() not in kept.totp_sealed
    assert PASSWORD not in kept.password_hash
    assert kept.password_hash.startswith("$argon2id$")


async def test_every_refusal_is_the_same_bytes(cast: Cast) -> None:
    welcome = await join(cast, "nora")
    good = code_at(welcome["totp_secret"])
    bad = "000000" if good != "000000" else "000001"
    answers = [
        await sign_in(cast.http, login="nobody", totp=good),
        await sign_in(cast.http, login="nora", totp=good, password="x" * 30),
        await sign_in(cast.http, login="nora", totp=bad),
        await sign_in(cast.http, login="nora", totp=good, practice="nowhere"),
        await sign_in(cast.http, login="nora", totp=good, practice="hill"),
    ]
    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.content for answer in answers}) == 1
    headers = [
        {k: v for k, v in answer.headers.items() if k != "request-id"}
        for answer in answers
    ]
    assert all(other == headers[0] for other in headers)


async def test_a_code_works_once(cast: Cast) -> None:
    welcome, answer = await come_in(cast)
    assert answer.status_code == 200
    again = await sign_in(cast.http, login="nora", totp=code_at(welcome["totp_secret"]))
    assert again.status_code == 401
    following = code_at(welcome["totp_secret"], steps=1)
    assert (await sign_in(cast.http, login="nora", totp=following)).status_code == 200
    earlier = code_at(welcome["totp_secret"], steps=-1)
    assert (await sign_in(cast.http, login="nora", totp=earlier)).status_code == 401


async def test_one_code_sent_ten_times_at_once_opens_one_door(cast: Cast) -> None:
    welcome = await join(cast, "nora")
    code = code_at(welcome["totp_secret"])
    answers = await asyncio.gather(
        *(sign_in(cast.http, login="nora", totp=code) for _ in range(10))
    )
    assert sorted(answer.status_code for answer in answers) == [200] + [401] * 9


async def test_a_login_is_found_however_it_is_written(cast: Cast) -> None:
    welcome = await join(cast, "Nora")
    answer = await sign_in(
        cast.http, login=" NORA ", totp=code_at(welcome["totp_secret"])
    )
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "password", ["too short", "passwordpassword", "harbour practice 1", "x" * 129]
)
async def test_weak_passwords_are_refused_without_using_the_invitation(
    cast: Cast, password: str
) -> None:
    invited = await cast.owner.post("/v1/invitations", json={"roles": ["owner"]})
    body = {"code": invited.json()["code"], "name": "Nora", "login": "nora"}
    path = "/v1/auth/accept-invitation"
    answer = await cast.http.post(path, json=body | {"password": password})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/password"
    assert password not in answer.text
    answer = await cast.http.post(path, json=body | {"password": PASSWORD})
    assert answer.status_code == 201


async def test_a_long_password_is_not_cut_off(cast: Cast) -> None:
    long = "harbour lantern " * 7 + "quietly over"
    welcome = await join(cast, "nora", password=long)
    code = code_at(welcome["totp_secret"])
    wrong = long[:-1] + "x"
    refused = await sign_in(cast.http, login="nora", totp=code, password=wrong)
    assert refused.status_code == 401
    taken = await sign_in(cast.http, login="nora", totp=code, password=long)
    assert taken.status_code == 200


async def test_a_password_typed_on_another_keyboard_is_the_same(cast: Cast) -> None:
    welcome = await join(cast, "nora", password="sieben Brücken über den Fluss")
    decomposed = "sieben Bru\u0308cken u\u0308ber den Fluss"
    answer = await sign_in(
        cast.http,
        login="nora",
        totp=code_at(welcome["totp_secret"]),
        password=decomposed,
    )
    assert answer.status_code == 200


async def test_an_invitation_works_once_among_many(cast: Cast) -> None:
    invited = await cast.owner.post("/v1/invitations", json={"roles": ["therapist"]})
    body = {"code": invited.json()["code"], "name": "Nora", "password": PASSWORD}
    answers = await asyncio.gather(
        *(
            cast.http.post(
                "/v1/auth/accept-invitation", json=body | {"login": f"nora{n}"}
            )
            for n in range(10)
        )
    )
    assert sorted(answer.status_code for answer in answers) == [201] + [422] * 9
    refused = {a.content for a in answers if a.status_code == 422}
    unknown = await cast.http.post(
        "/v1/auth/accept-invitation",
        json=body | {"login": "nora", "code": "0000-0000-0000-0000"},
    )
    assert refused == {unknown.content}


async def test_a_login_is_taken_once_and_the_code_stays_good(cast: Cast) -> None:
    await join(cast, "nora")
    invited = await cast.owner.post("/v1/invitations", json={"roles": ["therapist"]})
    body = {"code": invited.json()["code"], "name": "N", "password": PASSWORD}
    path = "/v1/auth/accept-invitation"
    taken = await cast.http.post(path, json=body | {"login": "NORA"})
    assert (taken.status_code, taken.json()["code"]) == (409, "login-taken")
    assert (await cast.http.post(path, json=body | {"login": "nina"})).is_success


async def test_roles_that_staff_cannot_have_are_refused(cast: Cast) -> None:
    answer = await cast.owner.post("/v1/invitations", json={"roles": ["client"]})
    assert answer.status_code == 422


class TestThrottled:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return settings.model_copy(update={"throttle_attempts": 3})

    async def test_wrong_tries_are_counted_although_they_are_rolled_back(
        self, cast: Cast
    ) -> None:
        statuses = [
            (await sign_in(cast.http, login="nobody", totp="123456")).status_code
            for _ in range(5)
        ]
        assert statuses == [401, 401, 401, 429, 429]

    async def test_right_tries_are_not_counted(self, cast: Cast) -> None:
        for n in range(5):
            await join(cast, f"nora{n}")

    async def test_who_signs_in_is_not_locked_out_by_earlier_slips(
        self, cast: Cast
    ) -> None:
        welcome = await join(cast, "nora")
        for _ in range(2):
            await sign_in(cast.http, login="nora", totp="000000", password="x" * 20)
        code = code_at(welcome["totp_secret"])
        assert (await sign_in(cast.http, login="nora", totp=code)).is_success

    async def test_the_wait_is_said(self, cast: Cast) -> None:
        for _ in range(3):
            await sign_in(cast.http, login="nobody", totp="123456")
        answer = await sign_in(cast.http, login="nobody", totp="123456")
        assert 0 < int(answer.headers["retry-after"]) <= 15 * 60
