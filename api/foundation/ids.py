"""Identifiers: UUIDv7, which sort by the moment they were made."""

from uuid import UUID

import uuid_utils.compat


def new_id() -> UUID:
    """Return a new UUIDv7 (RFC 9562 §5.7)."""
    return uuid_utils.compat.uuid7()
