"""How answers are kept: one format byte, then the bytes it says.

Format 1 is plain JSON. 2 (sealed by the service) and 3 (sealed by the client's device;
the service can't read it) are reserved, so that rows of any kind can lie side by side.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

PLAIN = b"\x01"
SEALED_BY_DEVICE = b"\x03"


def pack(answers: Mapping[str, Any]) -> bytes:
    """Return answers as they are kept: plain UTF-8 JSON behind the format byte."""
    return PLAIN + json.dumps(
        answers, ensure_ascii=False, separators=(",", ":"), sort_keys=True
    ).encode("utf-8", "surrogatepass")


def unpack(kept: bytes | None) -> dict[str, Any] | None:
    """Read what was kept, or None where the service has no key to it."""
    if kept is None or kept[:1] != PLAIN:
        return None
    answers: dict[str, Any] = json.loads(kept[1:])
    return answers


def size(kept: bytes) -> int:
    """Return how long the answers are, in bytes."""
    return len(kept) - 1


def digest(head: Mapping[str, Any], kept: bytes) -> bytes:
    """Return SHA-256 over what was sent: its facts as sorted JSON, then its answers."""
    facts = json.dumps(head, default=str, separators=(",", ":"), sort_keys=True)
    return hashlib.sha256(facts.encode() + b"\0" + kept).digest()
