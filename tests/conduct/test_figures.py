"""The figures of conduct: fixed examples, and what must hold for any past."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from api.conduct.figures import (
    Acts,
    Conduct,
    Counter,
    No,
    Offer,
    Withdrawal,
    conduct,
    is_raise,
)
from api.conduct.words import NOTHING, words

START = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
NOW = START + timedelta(days=120)
WINDOW = (START, NOW)


def day(number: float) -> datetime:
    return START + timedelta(days=number)


def offer(
    number: float, exercise: str = "e", intensity: int = 2, **more: float
) -> Offer:
    return Offer(day(number), exercise, intensity, dict(more))


def no(number: float, exercise: str = "e", intensity: int = 2, **more: float) -> No:
    return No(day(number), exercise, intensity, dict(more))


def of(*many: Acts) -> Conduct:
    return conduct(many, WINDOW, NOW)


def test_a_decline_with_the_same_offered_again_within_two_weeks_counts() -> None:
    acts = Acts(
        offers=[offer(3), offer(40), offer(61, "other"), offer(75)],
        declines=[no(1), no(20), no(60)],
    )
    figure = of(acts).re_offered_soon
    assert (figure.count, figure.n, figure.value) == (1, 3, 1 / 3)


def test_a_decline_that_is_still_being_left_alone_is_not_counted_yet() -> None:
    figure = of(Acts(declines=[no(119)])).re_offered_soon
    assert (figure.n, figure.value, figure.reason) == (0, None, "no_data")


def test_a_counter_proposal_waits_at_most_a_week() -> None:
    counters = [
        Counter(day(1), answered_at=day(3)),
        Counter(day(10), answered_at=day(20)),
        Counter(day(30)),
        Counter(day(40), ended_at=day(42)),
        Counter(day(118)),
    ]
    figure = of(Acts(counters=counters)).counters_unanswered
    assert (figure.count, figure.n) == (2, 3)


def test_something_stronger_after_a_stop_is_a_raise() -> None:
    assert is_raise(no(1), offer(2, "other", 3))
    assert not is_raise(no(1), offer(2, "other", 2))
    assert is_raise(no(1, calm=30.0), offer(2, calm=60.0))
    assert not is_raise(no(1, calm=60.0), offer(2, calm=30.0))
    assert not is_raise(no(1, calm=30.0), offer(2, "other", calm=60.0))


def test_time_to_take_note_is_a_median_and_open_ones_stay_in_n() -> None:
    gone = [
        Withdrawal(day(1), day(2)),
        Withdrawal(day(3), day(5)),
        Withdrawal(day(6), day(10)),
        Withdrawal(day(7)),
    ]
    figure = of(Acts(withdrawals=gone)).hours_to_acknowledge
    assert (figure.value, figure.count, figure.n) == (48.0, 3, 4)


def test_fewer_than_three_give_no_value_but_a_reason() -> None:
    found = of(Acts(offers=[offer(1), offer(2)]))
    figure = found.with_smaller_alternative
    assert (figure.value, figure.n, figure.reason) == (None, 2, "too_few")


def test_one_clients_offers_never_answer_anothers_no() -> None:
    figure = of(
        Acts(declines=[no(1), no(2), no(3)]), Acts(offers=[offer(4), offer(5)])
    ).re_offered_soon
    assert (figure.count, figure.n) == (0, 3)


def test_with_nothing_to_tell_the_words_say_so() -> None:
    assert words(of()) == [NOTHING]


days = st.floats(min_value=0, max_value=110, allow_nan=False)
offers = st.lists(
    st.builds(offer, days, st.sampled_from("ab"), st.integers(1, 5)), max_size=8
)
noes = st.lists(
    st.builds(no, days, st.sampled_from("ab"), st.integers(1, 5)), max_size=6
)


@given(offers, noes, noes)
def test_every_share_lies_between_nothing_and_all_and_has_its_n(
    offered: list[Offer], declines: list[No], stops: list[No]
) -> None:
    found = of(Acts(offers=offered, declines=declines, stops=stops))
    for figure in (
        found.re_offered_soon,
        found.raised_after_stop,
        found.with_smaller_alternative,
    ):
        assert 0 <= figure.count <= figure.n
        assert (figure.value is None) == (figure.n < 3) == (figure.reason is not None)
        assert figure.value is None or 0 <= figure.value <= 1


@given(offers, noes, st.builds(offer, days, st.sampled_from("ab"), st.integers(1, 5)))
def test_another_offer_never_makes_the_practice_look_gentler_after_a_no(
    offered: list[Offer], stops: list[No], one: Offer
) -> None:
    before = of(Acts(offers=offered, stops=stops, declines=stops))
    after = of(Acts(offers=[*offered, one], stops=stops, declines=stops))
    assert after.raised_after_stop.count >= before.raised_after_stop.count
    assert after.re_offered_soon.count >= before.re_offered_soon.count
