"""Up to where a device has been told: a change number, signed for one client. Pure."""

from uuid import UUID

from api.foundation.crypto import Keys, b64decode, b64encode
from api.foundation.errors import BadRequest

_PURPOSE = "sync"
_TAG = 16
_LENGTH = _TAG + 8


class BadCursor(BadRequest):
    """The cursor was not made by sync, or for somebody else."""

    code = "bad-cursor"
    title = "The cursor does not belong to this client's sync"


def write_cursor(keys: Keys, client_id: UUID, change: int) -> str:
    """Return the cursor of a change number."""
    number = change.to_bytes(8, "big")
    return b64encode(keys.sign(_PURPOSE, client_id.bytes + number) + number)


def read_cursor(keys: Keys, client_id: UUID, cursor: str | None) -> int:
    """Return the change number of a cursor, or raise BadCursor.

    Without one it lies before every change, also those that were never counted.
    """
    if cursor is None:
        return -1
    try:
        raw = b64decode(cursor)
    except ValueError:
        raise BadCursor from None
    tag, number = raw[:_TAG], raw[_TAG:]
    signed = keys.is_signed(_PURPOSE, client_id.bytes + number, tag)
    if len(raw) != _LENGTH or not signed:
        raise BadCursor
    return int.from_bytes(number, "big")
