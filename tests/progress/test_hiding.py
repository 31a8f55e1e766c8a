"""Hiding numbers: nothing countable is left, and everything else is."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from api.progress.hiding import NUMBERS_HIDDEN, hide, hides, quiet
from tests.progress.test_law_one import numbers

FIGURE = {
    "value": -2.0,
    "n": 12,
    "window": {"from": "2026-03-02", "to": "2026-05-18"},
    "method": "median",
    "interval": [-3.0, -1.0],
    "reason": None,
}
VIEWS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from("abcd"), inner, max_size=4)
    ),
    max_leaves=20,
)


def test_a_figure_keeps_its_window_and_method_and_says_why() -> None:
    assert hide(FIGURE) == {
        "value": None,
        "n": None,
        "window": {"from": "2026-03-02", "to": "2026-05-18"},
        "method": "median",
        "interval": None,
        "reason": NUMBERS_HIDDEN,
    }


def test_yes_and_no_are_no_numbers() -> None:
    assert hide({"gaps": True, "n": 3}) == {"gaps": True, "n": None}


def test_words_stay_and_sentences_that_count_go() -> None:
    said = [
        "Noted on 3 days, from 2 Mar 2026 to 9 Mar 2026.",
        "First noted on 2 Mar 2026.",
        "This has been going down.",
    ]
    assert hide({"words": said}) == {"words": said[1:]}
    assert quiet(["Yes", "in 7 of 10"]) == ["Yes"]


def test_a_single_sentence_stays_a_sentence() -> None:
    option = {"kind": "talk", "words": "You can bring this to your next appointment."}
    assert hide({"safety_options": [option]}) == {"safety_options": [option]}


def test_only_the_clients_own_view_changes() -> None:
    assert hides(own=True, preference=True)
    assert hides(own=True, preference=False, asked=True)
    assert not hides(own=True, preference=False)
    assert not hides(own=False, preference=True, asked=True)


@given(view=VIEWS)
def test_no_number_survives_and_hiding_again_changes_nothing(view: Any) -> None:
    hidden = hide({"view": view})
    assert numbers(hidden) == {}
    assert hide(hidden) == hidden
