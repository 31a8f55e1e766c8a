"""How to ask about programmes: one of the library, a draft, and a plan agreed to."""

from typing import Any

from api.programmes import service_definitions
from tests.access.matrix import Case, Stage, Whose
from tests.programmes.conftest import yes
from tests.progress.past import load_library

IT = {"plan_id": "plan"}
DRAFT: dict[str, Any] = {
    "slug": "our-own",
    "title": "Our own",
    "purpose": "To try one thing.",
    "kind": "course",
    "evidence": "D",
    "parts": [
        {
            "id": "breath",
            "title": "A breath",
            "exercise": "paced-breath",
            "why": "To settle.",
            "stop_note": "Stop whenever you like.",
        }
    ],
}


def nothing(stage: Stage) -> dict[str, Any]:
    return {}


def drafting(stage: Stage) -> dict[str, Any]:
    return {"document": DRAFT}


def beginning(stage: Stage) -> dict[str, Any]:
    return {"document": DRAFT | {"slug": "another"}}


def offering(stage: Stage) -> dict[str, Any]:
    return {
        "client_id": str(stage.cast.client.id),
        "programme": {"slug": "trusting-myself", "version": 1},
    }


def accepting(stage: Stage) -> dict[str, Any]:
    return dict(stage.ids["yes"])


def revising(stage: Stage) -> dict[str, Any]:
    return {"order": ["strengths"]}


def move(body: Any = nothing) -> Case:
    return Case(Whose.CLIENT, IT, body=body, headers={"If-Match": '"v2"'})


OURS = {"slug": "our-own"}
CASES = {
    "list_programmes": Case(Whose.NOBODYS),
    "begin_programme": Case(Whose.NOBODYS, body=beginning),
    "read_programme": Case(Whose.PRACTICE, OURS),
    "read_programme_draft": Case(Whose.PRACTICE, {"slug": "our-draft"}),
    "write_programme_draft": Case(
        Whose.PRACTICE, OURS, body=drafting, headers={"If-Match": '"v1"'}
    ),
    "publish_programme": Case(Whose.PRACTICE, OURS),
    "read_programme_version": Case(Whose.PRACTICE, OURS | {"number": "1"}),
    "offer_programme": Case(Whose.CLIENT, body=offering),
    "list_programme_plans": Case(Whose.OWN),
    "read_programme_plan": Case(Whose.CLIENT, IT),
    "read_programme_plan_history": Case(Whose.CLIENT, IT),
    "read_programme_plan_revision": Case(Whose.CLIENT, IT | {"number": "1"}),
    "accept_programme": move(accepting),
    "decline_programme": move(),
    "not_now_programme": move(),
    "withdraw_programme": move(),
    "cancel_programme": move(),
    "revise_programme": move(revising),
    "go_on": move(),
    "step_back": move(),
}


async def prepare(stage: Stage) -> None:
    """Write one programme and a draft; offer another one, and accept it."""
    cast = stage.cast
    await load_library(cast.store, cast.practice_id)
    async with cast.store.writer() as db:
        await service_definitions.load_library(db, cast.practice_id)
        await db.commit()
    for slug in ("our-own", "our-draft"):
        begun = await cast.therapist.post(
            "/v1/programmes", json={"document": DRAFT | {"slug": slug}}
        )
        assert begun.status_code == 201, begun.text
    published = await cast.therapist.post("/v1/programmes/our-own/publish")
    assert published.status_code == 201, published.text
    offered = await cast.therapist.post("/v1/programme-plans", json=offering(stage))
    assert offered.status_code == 201, offered.text
    plan = offered.json()
    stage.ids |= {"plan": plan["id"], "yes": yes(plan)}
    path = f"/v1/programme-plans/{plan['id']}/accept"
    accepted = await cast.client.post(path, json=stage.ids["yes"])
    assert accepted.status_code == 200, accepted.text
