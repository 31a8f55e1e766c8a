"""Words fold alike wherever they come from, and nothing but words is ever asked."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.exercises.search import (
    LONGEST_WORD,
    asked,
    fts_query,
    indexed,
    ts_query,
    words,
)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Müde Füße", ["mude", "fusse"]),
        ("Déjà-vu, encore déjà vu!", ["deja", "vu", "encore"]),
        ("slow_walk", ["slow", "walk"]),
        ("don't", ["don", "t"]),
        ("ﬁne ½ ４", ["fine", "1", "2", "4"]),
        ("İstanbul", ["istanbul"]),
        ("呼吸 Ὀδυσσεύς", ["呼吸", "οδυσσευσ"]),
        ("🌿 \0 -- * ' \" _", []),
        ("", []),
    ],
)
def test_a_text_is_split_into_plain_words(text: str, folded: list[str]) -> None:
    assert words(text) == folded


def test_what_is_kept_has_each_word_once() -> None:
    assert indexed(["Slow breath", "A breath. SLOW!", "calm"]) == "slow breath a calm"


def test_the_last_word_may_be_unfinished_and_stays_last() -> None:
    assert asked("breath slow breath") == ["slow", "breath"]
    assert fts_query(["slow", "br"]) == '"slow" AND "br" *'
    assert ts_query(["slow", "br"]) == "'slow' & 'br':*"


def test_a_question_without_words_asks_nothing() -> None:
    assert asked("*** \"' --") == []


@given(st.text(max_size=300))
def test_folding_twice_is_folding_once(text: str) -> None:
    once = words(text)
    assert words(" ".join(once)) == once
    assert all(0 < len(one) <= LONGEST_WORD for one in once)


@given(st.text(max_size=200))
def test_no_question_can_say_more_than_words(text: str) -> None:
    wanted = asked(text)
    if wanted:
        between = re.sub(r'[^\W_]+|[ "*]', "", fts_query(wanted).replace(" AND ", " "))
        assert between == ""
        assert re.sub(r"[^\W_]+|[ ':*&]", "", ts_query(wanted)) == ""


@given(st.text(max_size=120), st.integers(0, 120))
def test_what_was_typed_so_far_is_found_in_the_whole(text: str, at: int) -> None:
    kept = words(text)
    *whole, last = asked(text[:at]) or [""]
    cut_inside_a_letter = not any(one.startswith(last) for one in kept)
    if not cut_inside_a_letter:
        assert set(whole) <= set(kept)
