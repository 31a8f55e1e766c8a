"""Choices of several devices: one that holds, whatever order they come in."""

from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from api.assignments.choices import Choice, answer_protects, join, level_protects
from api.assignments.occurrences import Answer
from api.assignments.terms import SharingLevel

NOW = datetime(2026, 11, 22, tzinfo=UTC)
PHONE, TABLET = UUID(int=1), UUID(int=2)


def said(
    n: int, device: UUID, answer: Answer, *, seen: int = 0, minute: int | None = None
) -> Choice[Answer]:
    at = NOW + timedelta(minutes=n if minute is None else minute)
    return Choice(UUID(int=n), device, at, seen, answer)


def held(*choices: Choice[Answer]) -> Answer | None:
    found = join(choices, answer_protects)
    return found.value if found else None


def test_without_any_choice_nothing_holds() -> None:
    assert held() is None


def test_on_one_device_the_later_choice_holds() -> None:
    first = said(1, PHONE, Answer.NOT_SAFE_TO)
    assert held(said(2, PHONE, Answer.DONE), first) is Answer.DONE


def test_between_devices_the_more_protective_choice_holds() -> None:
    assert (
        held(said(1, PHONE, Answer.NOT_SAFE_TO), said(2, TABLET, Answer.DONE))
        is Answer.NOT_SAFE_TO
    )


def test_who_had_seen_the_other_choice_may_change_it() -> None:
    before = said(1, PHONE, Answer.NOT_TODAY)
    assert held(before, said(2, TABLET, Answer.DONE, seen=1)) is Answer.DONE


answers = st.builds(
    lambda n, device, answer, seen: said(n, device, answer, seen=seen, minute=n % 7),
    st.integers(1, 10**6),
    st.sampled_from([PHONE, TABLET]),
    st.sampled_from(Answer),
    st.integers(0, 2),
)
many = st.lists(answers, max_size=8, unique_by=lambda choice: choice.id)


@given(many, st.randoms(use_true_random=False))
def test_order_and_repetition_change_nothing(
    choices: list[Choice[Answer]], random: Random
) -> None:
    shuffled = choices * 2
    random.shuffle(shuffled)
    assert join(shuffled, answer_protects) == join(choices, answer_protects)


def test_levels_are_joined_to_the_lowest() -> None:
    choices = [
        Choice(UUID(int=1), PHONE, NOW, 0, SharingLevel.FULL),
        Choice(UUID(int=2), TABLET, NOW, 0, SharingLevel.FACT),
    ]
    found = join(choices, level_protects)
    assert found is not None
    assert found.value is SharingLevel.FACT
