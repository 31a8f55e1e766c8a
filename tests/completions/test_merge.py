"""Which of two sendings holds."""

from datetime import UTC, datetime, timedelta
from functools import reduce

from hypothesis import given
from hypothesis import strategies as st

from api.completions.merge import Relation, Sent, State, compare, compare_parts

AT = datetime(2026, 5, 4, 18, 0, tzinfo=UTC)
sendings = st.builds(
    Sent, st.sampled_from(State), st.integers(1, 4), st.binary(min_size=2, max_size=2)
)


def sent(state: State, save: int = 1, digest: bytes = b"a") -> Sent:
    return Sent(state, save, digest)


def test_an_end_holds_against_a_later_save_of_a_run_under_way() -> None:
    done, draft = sent(State.COMPLETED, 1), sent(State.IN_PROGRESS, 9, b"b")
    assert compare(done, draft) is Relation.HOLDS
    assert compare(draft, done) is Relation.GIVES_WAY


def test_a_stop_holds_against_a_completion() -> None:
    stopped, done = sent(State.STOPPED, 1), sent(State.COMPLETED, 9, b"b")
    assert compare(stopped, done) is Relation.HOLDS


def test_the_later_save_holds_then_the_smaller_digest() -> None:
    one, two = sent(State.IN_PROGRESS, 1), sent(State.IN_PROGRESS, 2, b"z")
    assert compare(two, one) is Relation.HOLDS
    assert compare(sent(State.STOPPED, 2, b"a"), sent(State.STOPPED, 2, b"b")) is (
        Relation.HOLDS
    )


def test_the_same_sending_is_the_same() -> None:
    assert compare(sent(State.STOPPED), sent(State.STOPPED)) is Relation.SAME


@given(st.lists(sendings, min_size=1, max_size=6), st.randoms())
def test_whatever_the_order_the_same_sending_holds(
    many: list[Sent], random: object
) -> None:
    def fold(kept: Sent, new: Sent) -> Sent:
        return new if compare(new, kept) is Relation.HOLDS else kept

    one_a_digest = list({one.digest: one for one in many}.values())
    shuffled = [*one_a_digest, *one_a_digest[:2]]
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert reduce(fold, shuffled) == reduce(fold, one_a_digest)


def test_the_follow_up_written_down_first_holds() -> None:
    early, late = (AT, b"b"), (AT + timedelta(hours=1), b"a")
    assert compare_parts(early, late) is Relation.HOLDS
    assert compare_parts(late, early) is Relation.GIVES_WAY
    assert compare_parts(late, late) is Relation.SAME
