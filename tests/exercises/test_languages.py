"""The language of an answer: quality values, near languages, and no header that breaks it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.exercises.languages import best, names_a_language, read_wish

SHELF = ["en", "de", "fr-CA"]


@pytest.mark.parametrize(
    ("header", "chosen"),
    [
        ("", "en"),
        ("de", "de"),
        ("DE", "de"),
        ("de-CH", "de"),
        ("de-CH-1996;q=0.4", "de"),
        ("fr", "fr-CA"),
        ("fr-FR", "en"),
        ("it", "en"),
        ("it, de;q=0.1", "de"),
        ("de, en", "de"),
        ("en, de", "en"),
        ("en;q=0.2, de;q=0.9", "de"),
        ("en-GB, de", "en"),
        ("*", "en"),
        ("*;q=0.5, en;q=0.1", "de"),
        ("*, en;q=0", "de"),
        ("de;q=0, *", "en"),
        ("de;q=0, de-CH", "en"),
        ("it, *;q=0.1", "en"),
        ("en;q=0", "en"),
        ("de;q=1.000", "de"),
        ("de;q=1.001, fr;q=0.1", "fr-CA"),
        ("de ; q=0.3 , fr;q=0.2", "de"),
        ("de;level=1", "en"),
        (";;;,,,q=1,=", "en"),
        ("de\x80, \u00e4, fr;q=0.1", "fr-CA"),
    ],
)
def test_the_best_of_what_there_is_is_chosen(header: str, chosen: str) -> None:
    assert best(read_wish(header), "en", SHELF) == chosen


def test_of_two_equally_wanted_the_first_named_is_taken() -> None:
    assert best(read_wish("fr;q=0.8, de;q=0.8"), "en", SHELF) == "fr-CA"


def test_anything_is_no_language() -> None:
    assert not names_a_language(read_wish("*"))
    assert not names_a_language(read_wish("?"))
    assert names_a_language(read_wish("*, de;q=0.1"))


def test_a_boundless_header_is_read_only_so_far() -> None:
    assert best(read_wish("x," * 5_000 + "de"), "en", SHELF) == "en"


@given(st.text(max_size=200))
def test_every_header_has_an_answer(header: str) -> None:
    assert best(read_wish(header), "en", SHELF) in SHELF


@given(st.permutations(["de", "fr", "it"]), st.sampled_from(["en", "es"]))
def test_nothing_unavailable_is_ever_chosen(wanted: list[str], source: str) -> None:
    assert best(read_wish(", ".join(wanted)), source, [source]) == source
