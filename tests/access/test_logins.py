"""Logins are compared in one form, whatever keyboard wrote them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.access import logins


@given(st.text(max_size=120))
def test_folding_a_login_again_changes_nothing(login: str) -> None:
    assert logins.folded(logins.folded(login)) == logins.folded(login)


@given(st.text(min_size=3, max_size=120))
def test_a_login_that_is_taken_fits_where_it_is_kept(login: str) -> None:
    try:
        logins.checked(login)
    except ValueError:
        return
    assert len(logins.folded(login)) <= logins.LONGEST


@pytest.mark.parametrize("other", ["TESS", "ＴＥＳＳ", "teſs"])
def test_the_same_login_typed_otherwise_is_the_same(other: str) -> None:
    assert logins.folded(other) == "tess"


def test_an_accent_is_the_same_composed_or_not() -> None:
    assert logins.folded("rene\u0301") == logins.folded("ren\u00e9")


@pytest.mark.parametrize(
    "login",
    ["ß" * 120, "a\u200bbc", "\u202eabc", "a\x1bbc", "tess＠x", "te\u2028ss"],
)
def test_what_looks_like_another_login_is_refused(login: str) -> None:
    with pytest.raises(ValueError, match="is n"):
        logins.checked(login)
