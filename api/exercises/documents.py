"""Two things to do with a published document: write it out in full, and fingerprint it."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from api.exercises.protocol import from_document, to_document


def filled(document: Mapping[str, Any]) -> dict[str, Any]:
    """Write out what the language has learnt since a document was published.

    A default that became a word of its own is no change of the exercise.
    """
    return to_document(from_document(document))


def content_hash(document: Mapping[str, Any]) -> str:
    """Return the SHA-256 of a document's canonical JSON, in hex."""
    canonical = json.dumps(
        document, sort_keys=True, ensure_ascii=False, separators=(",", ":")
    )
    return hashlib.sha256(canonical.encode()).hexdigest()
