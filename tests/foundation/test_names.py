"""Names are one line that somebody can see."""

import pytest
from pydantic import TypeAdapter, ValidationError

from api.foundation.schemas import Name, Note

NAME: TypeAdapter[str] = TypeAdapter(Name)
NOTE: TypeAdapter[str] = TypeAdapter(Note)
UNSEEN = ["\u200b", "\u3164", "\u00ad", " \t ", "\u202e\u202d", "\u2800\u200d"[1:]]


@pytest.mark.parametrize("text", UNSEEN)
def test_a_name_or_note_that_nobody_can_see_is_empty(text: str) -> None:
    for adapter in (NAME, NOTE):
        with pytest.raises(ValidationError):
            adapter.validate_python(text)


@pytest.mark.parametrize(
    "text", ["a\nb", "\x1b[31m", "a\u2028b", "\u202eabc", "a\u2066b"]
)
def test_a_name_has_no_line_break_no_control_and_turns_nothing_around(
    text: str,
) -> None:
    with pytest.raises(ValidationError):
        NAME.validate_python(text)


@pytest.mark.parametrize("text", ["M.", "نام‌نشان", "👩‍👧", "Blue Heron", "Zoë", "<3"])
def test_names_of_every_script_are_names(text: str) -> None:
    assert NAME.validate_python(text) == text


def test_a_note_may_have_lines() -> None:
    assert NOTE.validate_python("one\ntwo ") == "one\ntwo"
