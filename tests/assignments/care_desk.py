"""Small ways to set precautions, read the brake and report, in the names of the cast."""

from typing import Any

from api.foundation.ids import new_id
from tests.cast import Cast, Someone

AT = "2026-11-20T08:00:00Z"


def precautions_path(cast: Cast) -> str:
    return f"/v1/clients/{cast.client.id}/precautions"


def brake_path(cast: Cast) -> str:
    return f"/v1/clients/{cast.client.id}/brake"


async def mind(cast: Cast, *codes: str, phase: str = "graded_trust") -> dict[str, Any]:
    """Make the client's precautions these, and the phase that."""
    path = precautions_path(cast)
    read = await cast.therapist.get(path)
    body = {"precautions": list(codes), "phase": phase}
    headers = {"If-Match": read.headers["ETag"]}
    answer = await cast.therapist.put(path, json=body, headers=headers)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def check(cast: Cast, terms: dict[str, Any]) -> dict[str, Any]:
    """Ask what an offer would meet."""
    path = f"/v1/clients/{cast.client.id}/offer-check"
    answer = await cast.therapist.post(path, json={"terms": terms})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def report(
    cast: Cast, one: dict[str, Any], *, who: Someone | None = None, **rest: Any
) -> Any:
    """Say that something made it worse."""
    body = {"id": str(new_id()), "assignment_id": one["id"], "at": AT} | rest
    return await (who or cast.client).post("/v1/me/worsenings", json=body)


async def lift(who: Someone, cast: Cast, hold: int) -> Any:
    """Say for one side that the hold may end."""
    return await who.post(f"{brake_path(cast)}/lift", json={"hold": hold})


def codes(problem: dict[str, Any]) -> list[str]:
    """Return the codes that hold something back."""
    return [one["code"] for one in problem["cautions"] if one["effect"] == "block"]
