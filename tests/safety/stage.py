"""An exercise that the rules listen to, agreed with the client of the cast."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx

from api.exercises.questionnaires import questionnaire
from api.foundation.ids import new_id
from api.instruments.definitions import library
from tests.cast import Cast, Someone
from tests.completions.stage import DONE_AT, Stage, add_assignment, add_version
from tests.safety.documents import DOCUMENT

LOW = {"today": {"low": 2}}
RISE = {"opening": {"distress_before": 2}, "closing": {"distress_after": 8}}
SHUT = {"closing": {"state_after": "shut_down"}}
UNREAL = {"today": {"unreal": "yes"}}
TURNED = {"today": {"turned": "changed"}}
PRESSED = {"closing": {"review": {"obstacles": ["felt_like_pressure"]}}}
QUIET: dict[str, Any] = {"closing": {"state_after": "settled"}}


async def set_up(
    cast: Cast, document: dict[str, Any] = DOCUMENT, **terms: Any
) -> Stage:
    """Agree the exercise; it shares scores unless told otherwise."""
    async with cast.store.writer() as db:
        version = await add_version(db, cast.practice_id, document)
        assignment = await add_assignment(db, cast, version, **terms)
        await db.commit()
    return Stage(cast, assignment.id, version.id)


async def set_up_form(cast: Cast, instrument: str = "phq9", **terms: Any) -> Stage:
    """Agree a standard questionnaire."""
    return await set_up(cast, questionnaire(library()[instrument]), **terms)


def phq9(total: int, *, ninth: int | None = 0) -> dict[str, Any]:
    """Answers that add up to a total; the ninth as given, or left out."""
    rest = total - (ninth or 0)
    items = {}
    for number in range(1, 9):
        items[f"phq9_{number}"] = min(3, rest)
        rest -= items[f"phq9_{number}"]
    assert rest == 0, "more than the first eight items hold"
    return {"form": items | ({} if ninth is None else {"phq9_9": ninth})}


def answers(*given: dict[str, Any]) -> dict[str, Any]:
    """Put answers together behind a given consent."""
    whole: dict[str, Any] = {"opening": {"consent": "given"}}
    for one in given:
        for part, steps in one.items():
            whole[part] = {**whole.get(part, {}), **steps}
    return whole


async def do(
    stage: Stage,
    *given: dict[str, Any],
    day: float = 0,
    ident: UUID | None = None,
    **changed: Any,
) -> httpx.Response:
    """Send a run of some day in the client's name."""
    at = DONE_AT + timedelta(days=day)
    times = {
        "started_at": at.isoformat(),
        "ended_at": (at + timedelta(minutes=5)).isoformat(),
    }
    body = stage.body(**{"answers": answers(*given), **times, **changed})
    answer = await stage.send(body, ident or new_id())
    assert answer.status_code in (200, 201), answer.text
    return answer


async def alerts(who: Someone, **query: str) -> list[dict[str, Any]]:
    """Return the alerts somebody sees, newest first."""
    answer = await who.get("/v1/alerts", params=query)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


async def rules(who: Someone, **query: str) -> list[str]:
    """Return the rules of the alerts somebody sees, oldest first."""
    return [one["rule"] for one in reversed(await alerts(who, **query))]
