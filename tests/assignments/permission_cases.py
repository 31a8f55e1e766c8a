"""How to ask about assignments: one that the client accepted, with its occurrences."""

from typing import Any

from api.foundation.ids import new_id
from tests.access.matrix import Case, Stage, Whose
from tests.progress.past import load_library

IT = {"assignment_id": "assignment"}
CLIENT = {"client_id": "client"}
TERMS: dict[str, Any] = {
    "exercise": {"slug": "paced-breath", "version": 1},
    "schedule": {
        "kind": "recurring",
        "zone": "Europe/Berlin",
        "starts": "2026-03-02T19:00:00",
        "rule": "FREQ=WEEKLY;BYDAY=MO;COUNT=8",
    },
    "setting": "solo",
    "sharing": "fact",
}
GRANTS = {"do": True, "remind": False, "share": True}


def nothing(stage: Stage) -> dict[str, Any]:
    return {}


def first_revision(stage: Stage) -> dict[str, Any]:
    return {"revision": 1}


def accepting(stage: Stage) -> dict[str, Any]:
    return {"revision": 1, "grants": GRANTS}


def offering(stage: Stage) -> dict[str, Any]:
    return {"client_id": str(stage.cast.client.id), "terms": TERMS}


def terms(stage: Stage) -> dict[str, Any]:
    return {"terms": TERMS}


def move(body: Any = nothing) -> Case:
    return Case(Whose.CLIENT, IT, body=body, headers={"If-Match": '"v2"'})


CASES = {
    "offer_assignment": Case(Whose.CLIENT, body=offering),
    "list_assignments": Case(Whose.OWN),
    "read_assignment": Case(Whose.CLIENT, IT),
    "read_terms": Case(Whose.CLIENT, IT | {"revision": "first"}),
    "read_assignment_history": Case(Whose.CLIENT, IT),
    "accept_assignment": move(accepting),
    "decline_assignment": move(),
    "not_now_assignment": move(),
    "counter_assignment": move(terms),
    "take_back_counter": move(),
    "agree_assignment": move(first_revision),
    "keep_offer": move(first_revision),
    "revise_assignment": move(terms),
    "pause_assignment": move(),
    "resume_assignment": move(),
    "hold_assignment": move(),
    "withdraw_assignment": move(),
    "cancel_assignment": move(),
    "finish_assignment": move(),
    "change_grants": move(lambda stage: {"grants": GRANTS}),
    "list_occurrences": Case(Whose.CLIENT, IT),
    "answer_occurrence": Case(
        Whose.CLIENT, IT | {"key": "1.1"}, body=lambda stage: {"answer": "not_today"}
    ),
}

CASES |= {
    "read_precautions": Case(Whose.CLIENT, CLIENT),
    "change_precautions": Case(
        Whose.CLIENT,
        CLIENT,
        body=lambda stage: {"precautions": ["legal"], "phase": "graded_trust"},
        headers={"If-Match": '"v2"'},
    ),
    "check_offer": Case(Whose.CLIENT, CLIENT, body=terms),
    "read_brake": Case(Whose.CLIENT, CLIENT),
    "lift_brake": Case(Whose.CLIENT, CLIENT, body=lambda stage: {"hold": 1}),
    "report_worsening": Case(
        Whose.CLIENT,
        body=lambda stage: {
            "id": str(new_id()),
            "assignment_id": stage.ids["assignment"],
            "at": "2026-03-02T08:00:00Z",
        },
    ),
}


async def prepare(stage: Stage) -> None:
    """Offer, and accept."""
    cast = stage.cast
    await load_library(cast.store, cast.practice_id)
    offered = await cast.therapist.post("/v1/assignments", json=offering(stage))
    assert offered.status_code == 201, offered.text
    path = f"/v1/assignments/{offered.json()['id']}"
    accepted = await cast.client.post(f"{path}/accept", json=accepting(stage))
    assert accepted.status_code == 200, accepted.text
    stage.ids |= {
        "assignment": offered.json()["id"],
        "first": 1,
        "client": cast.client.id,
    }
