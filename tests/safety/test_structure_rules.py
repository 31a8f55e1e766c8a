"""Rules that are kept by there being no way to break them: R1, R2, R3."""

import json
import re
from typing import Any

import pytest

from api.access.permissions import STAFF_ROLES, Role
from api.assignments.schemas import MoveIn, OfferIn, ReviseIn
from api.assignments.terms import Dose, Reminders, Terms
from api.exercises.library import library
from api.exercises.protocol import Protocol
from api.exercises.steps import STEP_TYPES, BreathStep, InstructionStep, TimerStep
from tests.cast import Cast

ALTERNATES = re.compile(
    r"bilateral|alternat(e|es|ing|ely)\b|left[ -]?(and|,|to|/)[ -]?right|right[ -]?(and|to)[ -]?left"
    r"|saccad|butterfly hug|side to side|stereo|\bpan(ning)?\b",
    re.IGNORECASE,
)


def names_in(schema: Any) -> set[str]:
    if isinstance(schema, dict):
        own = set(schema.get("properties", {}))
        return own.union(*(names_in(inner) for inner in schema.values()))
    if isinstance(schema, list):
        return set().union(*(names_in(inner) for inner in schema))
    return set()


def test_r1_no_field_of_an_exercise_or_its_terms_can_alternate_sides() -> None:
    for model in (Protocol, Terms):
        named = " ".join(names_in(model.model_json_schema(by_alias=True)))
        assert not ALTERNATES.search(named.replace("_", " "))
    assert not [kind for kind in STEP_TYPES if ALTERNATES.search(kind)]


def test_r1_what_moves_or_sounds_has_no_side() -> None:
    base = {"id", "prompt", "help", "required", "role", "only_if", "was", "type"}
    assert set(BreathStep.model_fields) - base == {
        "pace",
        "cycles",
        "cycles_at_most",
        "paced_by",
        "paces",
    }
    assert set(TimerStep.model_fields) - base == {"least", "usual", "most", "chosen_in"}
    assert set(InstructionStep.model_fields) - base == {"audio"}


@pytest.mark.parametrize("slug", sorted(library()))
def test_r1_no_text_of_the_library_asks_for_it(slug: str) -> None:
    found = ALTERNATES.search(json.dumps(library()[slug]))
    assert found is None, found


def test_r2_an_offer_has_no_place_for_a_consequence_of_a_no() -> None:
    assert set(Terms.model_fields) == {
        "exercise",
        "schedule",
        "parameters",
        "setting",
        "with_person",
        "reminders",
        "sharing",
        "rationale",
        "easier",
        "lapses_after_days",
    }
    assert set(OfferIn.model_fields) == {"id", "client_id", "terms", "overrides"}
    own = set(ReviseIn.model_fields) - set(MoveIn.model_fields)
    assert own == {"terms", "overrides"}
    assert set(Reminders.model_fields) == {"wanted", "at"}
    assert "consequence" not in names_in(Dose.model_json_schema())


async def test_r2_a_reason_for_a_no_is_the_clients_own(cast: Cast) -> None:
    body = {"reason": "because", "reason_for_client": "because"}
    path = f"/v1/assignments/{cast.client.id}/decline"
    for who in (cast.therapist, cast.owner, cast.coordinator):
        assert (await who.post(path, json=body)).status_code in (403, 422)


def test_r3_there_are_staff_and_clients_and_nobody_else() -> None:
    assert set(Role) - STAFF_ROLES == {Role.CLIENT}
    assert not [role for role in Role if re.search(r"partner|family|trusted", role)]
    assert {role.value for role in STAFF_ROLES} == {
        "therapist",
        "owner",
        "coordinator",
        "privacy_officer",
    }


async def test_r3_an_invitation_tells_nothing_about_therapy(cast: Cast) -> None:
    made = await cast.owner.post("/v1/invitations", json={"roles": ["therapist"]})
    codes = f"/v1/clients/{cast.client.id}/enrolment-codes"
    shown = await cast.therapist.post(codes, json={})
    for answer in (made, shown):
        assert answer.status_code == 201, answer.text
        assert set(answer.json()) == {"code", "expires_at"}


async def test_r3_a_wrong_code_tells_nobody_anything(cast: Cast) -> None:
    key = {"kty": "OKP", "crv": "Ed25519", "x": "A" * 43}
    answers = [
        await cast.http.post(
            "/v1/enrolments",
            json={"code": code, "device_name": "x", "public_key": key},
        )
        for code in ("7K2M-9QXD-4TRB-H0PC", "AAAA-AAAA-AAAA-AAAA")
    ]
    assert answers[0].content == answers[1].content
    for word in ("therap", "harbour", "practice", "client"):
        assert word not in answers[0].text.lower()
