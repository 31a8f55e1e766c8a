"""What the yardstick does in Python on either engine: rows in, JSON out, no rules."""

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

LISTED = (
    "id",
    "client_id",
    "state",
    "version",
    "agreed_revision",
    "offered_revision",
    "counter_revision",
    "latest_revision",
    "may_do",
    "may_remind",
    "may_share",
    "paused_by",
    "not_now_until",
    "lapses_at",
    "offered_at",
    "changed_at",
    "shown_revision",
)
SEEN = 1 << 30
MEASURES = ("distress", "state", "worry")


def readings(answers: dict[str, Any]) -> dict[str, Any]:
    """Take the three readings of the benchmark's exercise out of its answers."""
    opening, closing = answers["opening"], answers["closing"]
    before, after = opening["distress_before"], closing["distress_after"]
    return {
        "distress": {
            "before": before,
            "after": after,
            "change": after - before,
            "max": 10,
        },
        "state": {
            "before": opening["state_before"],
            "after": closing["state_after"],
            "shift": "unknown",
        },
        "worry": answers["main"]["worry"],
    }


def kept(answers: dict[str, Any]) -> bytes:
    """Return answers as Attune keeps them: a format byte and JSON."""
    return (
        b"\x01"
        + json.dumps(
            answers, ensure_ascii=False, separators=(",", ":"), sort_keys=True
        ).encode()
    )


def moment(text: str) -> datetime:
    """Read a moment as devices send it."""
    return datetime.fromisoformat(text).astimezone(UTC)


def digest(document: bytes) -> bytes:
    """Return the SHA-256 of a document."""
    return hashlib.sha256(document).digest()


def plain(value: object) -> str:
    """Write what JSON has no form for."""
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    return str(value)


def dumped(value: object) -> bytes:
    """Return compact JSON."""
    return json.dumps(
        value, default=plain, ensure_ascii=False, separators=(",", ":")
    ).encode()


def receipt(run: dict[str, Any], points: dict[str, Any], at: datetime) -> Any:
    """Return what the device hears of a completion that was kept."""
    return {
        "id": run["id"],
        "state": run["state"],
        "save": run["save"],
        "received_at": at,
        "fraction_done": 1.0,
        "points": points,
        "version": 1,
    }


def series_page(rows: Any) -> bytes:
    """Return three series out of rows of (moment, points)."""
    series: list[list[Any]] = [[], [], []]
    for at, distress, state, worry in rows:
        series[0].append({"at": at, "value": distress})
        series[1].append({"at": at, "value": state})
        series[2].append({"at": at, "value": worry})
    return dumped(
        {
            "series": [
                {"id": name, "points": points}
                for name, points in zip(MEASURES, series, strict=True)
            ]
        }
    )


def assignment_page(rows: Any) -> bytes:
    """Return a page of assignments; the stored terms are put in as they are."""
    items = [
        dumped(dict(zip(LISTED, row, strict=False)))[:-1]
        + b',"terms":'
        + row[-1].encode()
        + b"}"
        for row in rows
    ]
    return b'{"items":[' + b",".join(items) + b'],"next":null}'


def runs_of(batch: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the completions of a batch, each with its id."""
    return [
        one["completion"] | {"id": one["completion_id"]} for one in batch["operations"]
    ]


def sync_page(
    batch: dict[str, Any],
    points: list[dict[str, Any]],
    at: datetime,
    cursor: int,
    changed: list[Any],
) -> bytes:
    """Return a verdict for each run, what changed, and the new cursor.

    What was sent just now has changed as well, and is told again, whole.
    """
    verdicts = [
        {"id": one["id"], "verdict": "applied", "problem": None}
        for one in batch["operations"]
    ]
    told = [
        receipt(run, reading, at) | {"answers": run["answers"]}
        for run, reading in zip(runs_of(batch), points, strict=True)
    ]
    return dumped(
        {
            "verdicts": verdicts,
            "cursor": str(cursor),
            "more": False,
            "changes": {"completions": told, "others": changed},
        }
    )


def since(batch: dict[str, Any]) -> int:
    """Return the change number that a device has seen; none means all of them."""
    return int(batch.get("cursor") or SEEN)
