"""A moment on the wire is RFC 3339 in full; nothing is guessed."""

from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from api.foundation.schemas import Moment

MOMENT: TypeAdapter[datetime] = TypeAdapter(Moment)


@pytest.mark.parametrize(
    "value",
    [
        1_700_000_000,
        "1700000000",
        "2026-03-02",
        "2026-03-02T08:00:00",
        "2026-03-02 08:00:00Z",
        "2026-03-02T08:00Z",
        "20260302T080000Z",
        "٢٠٢٦-03-02T08:00:00Z",
        True,
        None,
    ],
)
def test_what_is_no_rfc_3339_moment_is_refused(value: Any) -> None:
    with pytest.raises(ValidationError):
        MOMENT.validate_python(value)


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-02T08:00:00Z",
        "2026-03-02t09:00:00.000+01:00",
        "2026-03-02T08:00:00-00:00",
    ],
)
def test_every_way_rfc_3339_writes_a_moment_is_read(text: str) -> None:
    assert MOMENT.validate_python(text) == datetime(2026, 3, 2, 8, tzinfo=UTC)
