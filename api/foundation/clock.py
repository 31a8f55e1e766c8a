"""The only clock: everything that asks for the present asks here."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

_moved_to: ContextVar[datetime | None] = ContextVar("moved_to", default=None)


def now() -> datetime:
    """Return the present moment, aware, in UTC."""
    return _moved_to.get() or datetime.now(UTC)


@contextmanager
def travelling(moment: datetime) -> Iterator[None]:
    """Let this task, and nobody else, live at a moment; for the demo and for tests.

    The clock stands still inside. Journeys may be nested. Raises ValueError for a
    moment without a zone. No request can reach this: routes have no such parameter.
    """
    if moment.tzinfo is None:
        msg = "a moment needs a zone"
        raise ValueError(msg)
    token = _moved_to.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _moved_to.reset(token)
