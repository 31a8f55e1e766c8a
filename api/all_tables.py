"""Imports every room's tables, so that foreign keys written as strings resolve."""

from sqlmodel import SQLModel

from api.access import tables as access
from api.assignments import tables as assignments
from api.completions import tables as completions
from api.conduct import tables as conduct
from api.exercises import tables as exercises
from api.feedback import tables as feedback
from api.foundation import journal
from api.people import tables as people
from api.practices import tables as practices
from api.programmes import tables as programmes
from api.safety import tables as safety
from api.safety import tables_gate as gate

METADATA = SQLModel.metadata
"""Every table of the service."""


def is_made_by_ddl(name: str | None) -> bool:
    """Tell what Alembic can't compare: full-text search, which engines make each their way.

    `tools.migration` compares it by its text instead.
    """
    return (name or "").startswith(("exercise_search", "ix_exercise_text_words"))


__all__ = [
    "METADATA",
    "access",
    "assignments",
    "completions",
    "conduct",
    "exercises",
    "feedback",
    "gate",
    "is_made_by_ddl",
    "journal",
    "people",
    "practices",
    "programmes",
    "safety",
]
