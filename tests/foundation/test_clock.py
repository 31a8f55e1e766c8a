"""The clock, and moving it."""

import asyncio
from datetime import UTC, datetime

import pytest

from api.foundation import clock

THEN = datetime(2026, 3, 1, 8, 30, tzinfo=UTC)


def test_the_clock_stands_where_it_was_moved_to_and_comes_back() -> None:
    with clock.travelling(THEN):
        assert clock.now() == clock.now() == THEN
    assert clock.now() > THEN


async def test_only_the_travelling_task_is_elsewhere() -> None:
    async def somebody_else() -> datetime:
        return clock.now()

    other = asyncio.create_task(somebody_else())
    with clock.travelling(THEN):
        assert await other > THEN


def test_a_moment_without_zone_is_refused() -> None:
    naive = THEN.replace(tzinfo=None)
    with pytest.raises(ValueError, match="zone"), clock.travelling(naive):
        pass
