"""Devices come in: a code from the session, a key, a signed request for each token."""

import asyncio
from datetime import timedelta

import pytest
from sqlmodel import col, func, select

from api.access.tables import Device, SignIn
from api.foundation import clock
from api.foundation.settings import Settings
from tests.access.doors import (
    ask_token,
    claims_of,
    enrol,
    new_key,
    public,
    redeem,
    signed,
)
from tests.cast import PUBLIC_JWK, Cast


async def new_code(cast: Cast) -> str:
    path = f"/v1/clients/{cast.client.id}/enrolment-codes"
    answer = await cast.therapist.post(path)
    assert answer.status_code == 201
    return str(answer.json()["code"])


@pytest.mark.parametrize("kind", ["ed25519", "p256"])
async def test_a_device_enrols_and_gets_a_token(cast: Cast, kind: str) -> None:
    key = new_key(kind)
    enrolled = await enrol(cast, key)
    practice, device = enrolled["practice_id"], enrolled["device_id"]
    assert enrolled["issuer"] == f"device:{practice}:{device}"
    answer = await ask_token(cast.http, signed(key, claims_of(enrolled["issuer"])))
    assert answer.status_code == 200, answer.text
    token = answer.json()
    assert (token["token_type"], token["expires_in"]) == ("Bearer", 900)
    headers = {"Authorization": f"Bearer {token['access_token']}"}
    me = (await cast.http.get("/v1/me", headers=headers)).json()
    assert (me["id"], me["device_id"]) == (str(cast.client.id), device)
    assert (me["name"], me["zone"]) == ("Client", "Europe/Berlin")
    assert me["practice"]["name"] is None


async def test_the_old_name_of_the_algorithm_is_understood(cast: Cast) -> None:
    key = new_key()
    enrolled = await enrol(cast, key)
    with pytest.warns(UserWarning, match="EdDSA"):
        assertion = signed(key, claims_of(enrolled["issuer"]), alg="EdDSA")
    assert (await ask_token(cast.http, assertion)).status_code == 200


async def test_fifty_devices_with_one_code_get_one_device(cast: Cast) -> None:
    code = await new_code(cast)
    keys = [new_key() for _ in range(50)]
    answers = await asyncio.gather(*(redeem(cast.http, code, key) for key in keys))
    assert sorted(a.status_code for a in answers) == [201] + [422] * 49
    unknown = await redeem(cast.http, "0000-0000-0000-0000", keys[0])
    assert {a.content for a in answers if a.status_code == 422} == {unknown.content}
    async with cast.store.reader() as db:
        query = select(func.count()).select_from(Device)
        of_client = query.where(col(Device.client_id) == cast.client.id)
        assert (await db.exec(of_client)).one() == 2


async def test_unknown_used_and_expired_codes_are_the_same(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = new_key()
    used = await new_code(cast)
    assert (await redeem(cast.http, used, key)).status_code == 201
    replaced = await new_code(cast)
    expired = await new_code(cast)
    answers = [
        await redeem(cast.http, code, key)
        for code in (used, replaced, "0000-0000-0000-0000", "x")
    ]
    later = clock.now() + timedelta(hours=24, seconds=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    answers.append(await redeem(cast.http, expired, key))
    assert {answer.status_code for answer in answers} == {422}
    assert len({answer.content for answer in answers}) == 1


async def test_a_code_can_be_read_out_and_typed_loosely(cast: Cast) -> None:
    code = (await new_code(cast)).lower().replace("-", " ")
    assert (await redeem(cast.http, code, new_key())).status_code == 201


async def test_private_keys_and_other_curves_are_refused(cast: Cast) -> None:
    code = await new_code(cast)
    private = dict(new_key().as_dict(private=True))
    foreign = {"kty": "EC", "crv": "P-384", "x": "AA", "y": "AA"}
    shared = {"kty": "oct", "k": "c2VjcmV0"}
    off_curve = public(new_key("p256")) | {"x": "A" * 43}
    identity = PUBLIC_JWK | {"x": "AQ" + "A" * 41}
    for jwk in (private, foreign, shared, off_curve, identity, {}):
        body = {"code": code, "device_name": "Phone", "public_key": jwk}
        answer = await cast.http.post("/v1/enrolments", json=body)
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["pointer"] == "/public_key"
    assert (await redeem(cast.http, code, new_key())).status_code == 201


async def test_an_assertion_is_taken_once(cast: Cast) -> None:
    key = new_key()
    enrolled = await enrol(cast, key)
    assertion = signed(key, claims_of(enrolled["issuer"]))
    answers = await asyncio.gather(
        *(ask_token(cast.http, assertion) for _ in range(10))
    )
    assert sorted(a.status_code for a in answers) == [200] + [400] * 9


async def test_problems_of_the_token_door_carry_the_rfcs_word(cast: Cast) -> None:
    answer = await ask_token(cast.http, "a.b.c")
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["error"] == "invalid_grant"
    other = await ask_token(cast.http, "a.b.c", grant_type="password")
    assert other.json()["error"] == "unsupported_grant_type"
    bare = await cast.http.post("/oauth/token", data={"assertion": "a.b.c"})
    assert bare.json()["error"] == "invalid_request"


async def test_one_sign_in_carries_a_devices_tokens(cast: Cast) -> None:
    key = new_key()
    enrolled = await enrol(cast, key)
    for _ in range(3):
        assertion = signed(key, claims_of(enrolled["issuer"]))
        assert (await ask_token(cast.http, assertion)).is_success
    async with cast.store.reader() as db:
        query = select(SignIn).where(col(SignIn.person_id) == cast.client.id)
        rows = (await db.exec(query)).all()
    assert len([r for r in rows if str(r.device_id) == enrolled["device_id"]]) == 1


async def test_the_device_list_tells_days_and_which_one_this_is(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = new_key()
    enrolled = await enrol(cast, key)
    later = clock.now() + timedelta(days=3)
    monkeypatch.setattr(clock, "now", lambda: later)
    claims = claims_of(
        enrolled["issuer"],
        iat=int(later.timestamp()),
        exp=int(later.timestamp()) + 60,
    )
    token = (await ask_token(cast.http, signed(key, claims))).json()["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    items = (await cast.http.get("/v1/me/devices", headers=headers)).json()["items"]
    assert len(items) == 2
    mine = next(item for item in items if item["is_this"])
    assert mine["id"] == enrolled["device_id"]
    assert mine["last_day"] == later.date().isoformat()
    assert mine["first_day"] != mine["last_day"]
    assert set(mine) == {
        "id",
        "name",
        "first_day",
        "last_day",
        "is_revoked",
        "is_this",
    }


async def test_a_revoked_device_stays_in_the_list_and_gets_nothing(
    cast: Cast,
) -> None:
    key = new_key()
    enrolled = await enrol(cast, key)
    assertion = signed(key, claims_of(enrolled["issuer"]))
    token = (await ask_token(cast.http, assertion)).json()["access_token"]
    path = f"/v1/me/devices/{enrolled['device_id']}/revoke"
    assert (await cast.client.post(path)).json()["is_revoked"] is True
    headers = {"Authorization": f"Bearer {token}"}
    assert (await cast.http.get("/v1/me", headers=headers)).status_code == 401
    refused = await ask_token(cast.http, signed(key, claims_of(enrolled["issuer"])))
    assert refused.json()["error"] == "invalid_grant"
    items = (await cast.client.get("/v1/me/devices")).json()["items"]
    assert [item["is_revoked"] for item in items] == [False, True]


async def test_all_other_devices_can_be_ended_at_once(cast: Cast) -> None:
    for _ in range(3):
        await enrol(cast, new_key())
    answer = await cast.client.post("/v1/me/devices/revoke-others")
    assert answer.json() == {"revoked": 3}
    assert (await cast.client.get("/v1/me")).status_code == 200


async def test_nobody_ends_or_sees_another_clients_device(cast: Cast) -> None:
    path = f"/v1/me/devices/{cast.client.device_id}/revoke"
    absent = f"/v1/me/devices/{cast.client.sign_in_id}/revoke"
    for part in ("other_client", "separated", "foreign_client"):
        answer = await cast.people[part].post(path)
        assert answer.status_code == 404
        assert answer.content == (await cast.people[part].post(absent)).content
        items = (await cast.people[part].get("/v1/me/devices")).json()["items"]
        assert len(items) == 1
    assert (await cast.therapist.post(path)).status_code == 403


async def test_no_device_row_can_be_removed(cast: Cast) -> None:
    for path in ("/v1/me/devices", f"/v1/me/devices/{cast.client.device_id}"):
        answer = await cast.client.ask("DELETE", path)
        assert answer.status_code in (404, 405)


async def test_a_discharged_clients_devices_and_codes_end(cast: Cast) -> None:
    key = new_key()
    enrolled = await enrol(cast, key)
    code = await new_code(cast)
    path = f"/v1/clients/{cast.client.id}"
    assert (await cast.therapist.post(f"{path}/discharge")).is_success
    assert (await cast.client.get("/v1/me")).status_code == 401
    refused = await ask_token(cast.http, signed(key, claims_of(enrolled["issuer"])))
    assert refused.status_code == 400
    assert (await redeem(cast.http, code, key)).status_code == 422
    again = await cast.therapist.post(f"{path}/enrolment-codes")
    assert (again.status_code, again.json()["code"]) == (409, "discharged")


class TestThrottled:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return settings.model_copy(update={"throttle_attempts": 3})

    async def test_codes_cannot_be_guessed_in_number(self, cast: Cast) -> None:
        code = await new_code(cast)
        for _ in range(3):
            refused = await redeem(cast.http, "0000-0000-0000-0000", new_key())
            assert refused.status_code == 422
        assert (await redeem(cast.http, code, new_key())).status_code == 429

    async def test_an_enrolled_device_still_comes_in(self, cast: Cast) -> None:
        key = new_key()
        enrolled = await enrol(cast, key)
        for _ in range(5):
            await redeem(cast.http, "0000-0000-0000-0000", new_key())
            await ask_token(cast.http, "a.b.c")
        assertion = signed(key, claims_of(enrolled["issuer"]))
        assert (await ask_token(cast.http, assertion)).is_success

    async def test_the_window_ends(
        self, cast: Cast, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for _ in range(4):
            await redeem(cast.http, "0000-0000-0000-0000", new_key())
        later = clock.now() + timedelta(minutes=16)
        monkeypatch.setattr(clock, "now", lambda: later)
        refused = await redeem(cast.http, "0000-0000-0000-0000", new_key())
        assert refused.status_code == 422
