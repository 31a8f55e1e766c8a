"""The pure rules of the doors: passwords, one-time codes, keys, places, the table."""

import string
from datetime import UTC, datetime

import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.access import device_keys, password_rules, tokens, totp
from api.access.permissions import (
    PUBLIC_OPERATIONS,
    TABLE,
    Reach,
    Right,
    Role,
    reach_of,
)
from api.access.service_throttle import network_of
from api.foundation.crypto import b64encode
from tests.access.doors import new_key, public

CLINICAL = (
    Right.OFFER_EXERCISES,
    Right.READ_ASSIGNMENTS,
    Right.READ_COMPLETIONS,
    Right.READ_PROGRESS,
    Right.PACE_ASSIGNMENTS,
)


@pytest.mark.parametrize(
    "password",
    [
        "password1234567",
        "p4ssw0rdp4ssw0rd",
        "aaaaaaaaaaaaaaaa",
        "abcabcabcabcabcabc",
        "123456789012345",
        "qwertyuiopasdfg",
        "abcdefghijklmno",
        "iloveyou iloveyou",
        "Welcome2026!!!!!!",
        "harbour-practice-2026",
        "tessatharbour12",
    ],
)
def test_guessable_passwords_are_refused(password: str) -> None:
    context = ("Harbour Practice", "harbour", "tess")
    fault = password_rules.fault_of(password, context)
    assert fault is not None
    assert fault.code == "password-common"


@pytest.mark.parametrize(
    "password",
    [
        "correct my kettle over seven hills",
        "vier graue Gaense im Schnee",
        "Zt8#kq!mW2xv@Lp",
        "grüne Laternen über Wasser",
        "蓝色的灯笼挂在安静的港口上面随风轻轻摇",
    ],
)
def test_good_passwords_need_no_symbols(password: str) -> None:
    assert password_rules.fault_of(password_rules.normalise(password)) is None


@pytest.mark.parametrize(("length", "code"), [(14, "password-length"), (15, None)])
def test_fifteen_characters_are_enough(length: int, code: str | None) -> None:
    password = "kz7 mfw 2qp xvt"[:length]
    fault = password_rules.fault_of(password)
    assert (fault.code if fault else None) == code


def test_the_bundled_list_is_a_list_of_long_lower_case_words() -> None:
    words = password_rules.common()
    assert len(words) >= 500
    assert all(len(word) >= 8 and word == word.casefold() for word in words)


@given(st.text(max_size=200))
def test_judging_never_fails(text: str) -> None:
    password_rules.fault_of(password_rules.normalise(text), (text,))


NOON = datetime(2026, 3, 2, 12, 0, 15, tzinfo=UTC)
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def step_of(moment: datetime) -> int:
    return int(moment.timestamp()) // 30


@pytest.mark.parametrize("drift", [-1, 0, 1])
def test_a_code_of_a_neighbouring_step_counts(drift: int) -> None:
    code = pyotp.TOTP(SECRET).generate_otp(step_of(NOON) + drift)
    found = totp.matching_step(SECRET, code, NOON, after=0)
    assert found == step_of(NOON) + drift


@pytest.mark.parametrize("drift", [-2, 2])
def test_a_code_from_further_away_does_not(drift: int) -> None:
    code = pyotp.TOTP(SECRET).generate_otp(step_of(NOON) + drift)
    assert totp.matching_step(SECRET, code, NOON, after=0) is None


def test_a_spent_step_never_counts_again() -> None:
    step = step_of(NOON)
    code = pyotp.TOTP(SECRET).generate_otp(step)
    assert totp.matching_step(SECRET, code, NOON, after=step) is None


@pytest.mark.parametrize("kind", ["ed25519", "p256"])
def test_real_keys_are_taken_without_extras(kind: str) -> None:
    jwk = public(new_key(kind))
    kept = device_keys.checked(jwk | {"use": "sig", "kid": "mine"})
    assert "use" not in kept
    assert "kid" not in kept
    assert kept["x"] == jwk["x"]


SMALL_ORDERS = [
    0,
    1,
    2**255 - 20,
    0x05FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826,
    2**255 - 19 - 0x05FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826,
]


@pytest.mark.parametrize("y", SMALL_ORDERS)
def test_points_under_which_anybody_signs_are_refused(y: int) -> None:
    for value in (y, y | 2**255):
        x = b64encode(value.to_bytes(32, "little"))
        with pytest.raises(device_keys.BadKey):
            device_keys.checked({"kty": "OKP", "crv": "Ed25519", "x": x})


@pytest.mark.parametrize(
    "change",
    [
        {"kty": "oct"},
        {"kty": None},
        {"crv": "X25519"},
        {"crv": "P-384"},
        {"x": None},
        {"x": "short"},
        {"x": "A" * 44},
        {"x": "=" * 43},
        {"d": "AA"},
        {"k": "AA"},
        {"x5c": ["AA"]},
    ],
)
def test_odd_keys_are_refused(change: dict[str, object]) -> None:
    for kind in ("ed25519", "p256"):
        with pytest.raises(device_keys.BadKey):
            device_keys.checked(public(new_key(kind)) | change)


@given(st.binary(min_size=32, max_size=32))
def test_any_32_bytes_are_judged(raw: bytes) -> None:
    jwk = {"kty": "OKP", "crv": "Ed25519", "x": b64encode(raw)}
    try:
        device_keys.checked(jwk)
    except device_keys.BadKey:
        return


@pytest.mark.parametrize(
    ("host", "place"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("testclient", "unknown"),
        (None, "unknown"),
    ],
)
def test_a_place_is_a_network(host: str | None, place: str) -> None:
    assert network_of(host) == place


def test_codes_have_eighty_bits_and_no_alike_letters() -> None:
    codes = {tokens.make_code() for _ in range(1000)}
    assert len(codes) == 1000
    letters = set("".join(codes)) - {"-"}
    assert letters == set(string.digits + string.ascii_uppercase) - set("ILOU")
    assert len(letters) ** 16 == 2**80


@given(st.text(max_size=100))
def test_a_token_that_is_none_is_read_as_none(text: str) -> None:
    assert tokens.read(text) is None


def test_every_right_is_decided() -> None:
    assert set(TABLE) == set(Right)
    assert all(TABLE.values())


def test_the_office_reads_nothing_clinical() -> None:
    for role in (Role.COORDINATOR, Role.OWNER, Role.PRIVACY_OFFICER):
        assert [right for right in CLINICAL if reach_of([role], right)] == []


def test_therapists_reach_clients_only_through_care() -> None:
    for right in CLINICAL:
        assert reach_of([Role.THERAPIST], right) is Reach.CARE_TEAM


def test_clients_reach_only_what_is_theirs() -> None:
    reaches = {
        right: TABLE[right][Role.CLIENT]
        for right in Right
        if Role.CLIENT in TABLE[right]
    }
    assert reaches.pop(Right.READ_EXERCISES) is Reach.PRACTICE
    assert set(reaches.values()) == {Reach.OWN}


def test_the_public_list_is_short() -> None:
    assert len(PUBLIC_OPERATIONS) <= 8
