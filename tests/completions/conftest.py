"""The stage every test of this room plays on."""

import pytest

from tests.cast import Cast
from tests.completions.stage import Stage, set_up


@pytest.fixture
async def stage(cast: Cast) -> Stage:
    """An exercise the client agreed to, sharing scores by default."""
    return await set_up(cast)
