"""The stage of completions: there is something to see and to say something to."""

import pytest

from tests.cast import Cast
from tests.completions.stage import Stage, set_up


@pytest.fixture
async def stage(cast: Cast) -> Stage:
    """An exercise the client agreed to, sharing scores by default."""
    return await set_up(cast)
