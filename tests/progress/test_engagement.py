"""What reviews say together: each rating by itself, and no stop moves a median."""

from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from api.progress.engagement import RATED, Reviewed, engagement, review_of

DAY = date(2026, 3, 2)
SAID = st.fixed_dictionaries(
    {},
    optional={name: st.integers(-1, 100) for name in RATED}
    | {
        "obstacles": st.lists(st.sampled_from(["forgot", "no_time"]), max_size=2),
        "next_time": st.sampled_from(["easier", "same"]),
    },
)
REVIEWS = st.lists(st.builds(Reviewed, st.just(DAY), SAID, st.booleans()), max_size=8)


def test_medians_and_counts_by_hand() -> None:
    found = engagement(
        [
            Reviewed(DAY, {"mastery": 40, "obstacles": ["no_time", {"other": "x"}]}),
            Reviewed(DAY, {"mastery": 70, "helpfulness": -1, "next_time": "easier"}),
            Reviewed(DAY, {"mastery": 60, "next_time": "same", "obstacles": None}),
        ]
    )
    assert (found.medians["mastery"].value, found.medians["mastery"].n) == (60.0, 3)
    assert found.medians["helpfulness"].value == -1.0
    assert found.medians["difficulty"].reason == "no_data"
    assert found.obstacles == {"no_time": 1, "other": 1}
    assert found.next_time == {"easier": 1, "same": 1}


def test_the_review_is_found_wherever_it_stands() -> None:
    review = {"mastery": 3, "next_time": None}
    assert review_of({"closing": {"review": review}}) == review
    assert review_of({"rounds": [{"a": {"seconds": 3}}, {"b": review}]}) == review
    nothing: list[Any] = [None, {}, {"today": {"x": {"belief": 3}}}, {"today": None}]
    assert [review_of(one) for one in nothing] == [None] * 4


@given(reviews=REVIEWS)
def test_a_stop_moves_no_median_and_lowers_no_count(reviews: list[Reviewed]) -> None:
    finished = [one for one in reviews if not one.stopped]
    every, done = engagement(reviews), engagement(finished)
    assert every.medians == done.medians
    for name in ("obstacles", "next_time"):
        more, fewer = getattr(every, name), getattr(done, name)
        assert all(more[code] >= count for code, count in fewer.items())
