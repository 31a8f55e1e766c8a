"""A cast with the library, and small ways to offer a programme, answer and step."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from api.exercises.service_publishing import load_library
from api.foundation import clock
from api.foundation.ids import new_id
from api.programmes import service_definitions
from tests.cast import Cast, Someone

GRANTS = {"do": True, "remind": False, "share": True}
PRIVATE = {"do": True, "remind": False, "share": False}
LADDER = "micro-trust-ladder"
RUNGS = ["tiny", "small", "in_session", "stay", "middling"]
COURSE = "first-weeks-of-steadying"


def moment_answers(met: str = "respected") -> dict[str, Any]:
    """Answers to E24 under the standard frame."""
    return {
        "opening": {
            "consent": "given",
            "state_before": "settled",
            "distress_before": 3,
        },
        "moment": {
            "act": "small_favour",
            "outcome": {"result": "did_not_happen"},
            "met": met,
        },
        "closing": {"distress_after": 2, "state_after": "settled"},
    }


class Desk:
    """Offers, answers and steps in the names of the cast."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast

    async def offer(self, slug: str = LADDER, **changed: Any) -> dict[str, Any]:
        body = {
            "client_id": str(self.cast.client.id),
            "programme": {"slug": slug, "version": 1},
            "leave_out": ["share"] if slug == LADDER else [],
        } | changed
        made = await self.cast.therapist.post("/v1/programme-plans", json=body)
        assert made.status_code == 201, made.text
        return dict(made.json())

    async def ask(
        self,
        plan: Mapping[str, Any],
        verb: str,
        who: Someone | None = None,
        **body: Any,
    ) -> Any:
        """Make a move and return the whole answer."""
        version = body.pop("if_match", None)
        headers = {} if version is None else {"If-Match": f'"v{version}"'}
        return await (who or self.cast.client).post(
            f"/v1/programme-plans/{plan['id']}/{verb}", json=body, headers=headers
        )

    async def move(
        self,
        plan: Mapping[str, Any],
        verb: str,
        who: Someone | None = None,
        **body: Any,
    ) -> dict[str, Any]:
        """Make a move that must be made."""
        answer = await self.ask(plan, verb, who, **body)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    async def accept(
        self,
        plan: Mapping[str, Any],
        *,
        grants: Mapping[str, bool] = GRANTS,
        leave_out: tuple[str, ...] = (),
    ) -> dict[str, Any]:
        return await self.move(plan, "accept", **yes(plan, grants, leave_out))

    async def agreed(self, slug: str = LADDER, **more: Any) -> dict[str, Any]:
        return await self.accept(await self.offer(slug), **more)

    async def read(self, plan: Mapping[str, Any], who: Someone | None = None) -> Any:
        reader = who or self.cast.client
        answer = await reader.get(f"/v1/programme-plans/{plan['id']}")
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def part_move(
        self,
        part: Mapping[str, Any],
        verb: str,
        who: Someone | None = None,
        **body: Any,
    ) -> Any:
        """Make an ordinary move of one part's assignment."""
        version = body.pop("if_match", None)
        headers = {} if version is None else {"If-Match": f'"v{version}"'}
        answer = await (who or self.cast.client).post(
            f"/v1/assignments/{part['assignment_id']}/{verb}",
            json=body,
            headers=headers,
        )
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def run(
        self,
        plan: Mapping[str, Any],
        part_id: str,
        answers: Mapping[str, Any],
        *,
        level: str | None = None,
        days_ago: int = 0,
    ) -> UUID:
        """Do a part, and choose how much of it is shared."""
        part = part_of(plan, part_id)
        completion_id = new_id()
        at = clock.now() - timedelta(days=days_ago, minutes=30)
        body: dict[str, Any] = {
            "assignment_id": part["assignment_id"],
            "revision": part["agreed_terms"],
            "state": "completed",
            "save": 1,
            "started_at": at.isoformat(),
            "ended_at": (at + timedelta(minutes=5)).isoformat(),
            "zone": "Europe/Berlin",
            "answers": answers,
        }
        if level is not None:
            body["sharing"] = {"level": level}
        sent = await self.cast.client.put(f"/v1/completions/{completion_id}", json=body)
        assert sent.status_code == 201, sent.text
        return completion_id


def yes(
    plan: Mapping[str, Any],
    grants: Mapping[str, bool] = GRANTS,
    leave_out: tuple[str, ...] = (),
) -> dict[str, Any]:
    """Yes to all that waits for an answer, but for what is left out."""
    return {
        "revision": plan["offered_revision"] or plan["revision"],
        "parts": [
            {"part": part["id"], "terms": part["offered_terms"]}
            for part in plan["parts"]
            if part["offered_terms"]
            and part["id"] not in leave_out
            and not part["is_leaving"]
        ],
        "leave_out": list(leave_out),
        "grants": dict(grants),
    }


def part_of(plan: Mapping[str, Any], part_id: str) -> dict[str, Any]:
    """Return one part of a plan."""
    return dict(next(part for part in plan["parts"] if part["id"] == part_id))


def gates(plan: Mapping[str, Any]) -> dict[str, str]:
    """Return what each part's gate is."""
    return {part["id"]: part["gate_state"] for part in plan["parts"]}


def part_states(plan: Mapping[str, Any]) -> dict[str, str]:
    """Return where each part's assignment stands."""
    return {part["id"]: part["assignment_state"] for part in plan["parts"]}


@pytest.fixture
async def desk(cast: Cast) -> Desk:
    """The cast with the exercises and programmes of the library."""
    async with cast.store.writer() as db:
        for practice_id in (cast.practice_id, cast.other_practice_id):
            await load_library(db, practice_id)
            await service_definitions.load_library(db, practice_id)
        await db.commit()
    return Desk(cast)
