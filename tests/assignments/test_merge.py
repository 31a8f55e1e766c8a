"""Merging devices: any order, any repetition, the most protective end."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.assignments.merge import Said, follow, replay
from api.assignments.standing import (
    AGREED_STATES,
    ENDED_STATES,
    NO_GRANTS,
    Actor,
    Grants,
    Move,
    Standing,
    State,
    Verb,
)

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
ALL = Grants(do=True, remind=True, share=True)
DO = Grants(do=True)
PHONE, TABLET = UUID(int=1), UUID(int=2)

OFFER = Said(UUID(int=100), Move(Verb.OFFER, Actor.THERAPIST, NOW, 1), 0, 1)


def client(device: UUID, verb: Verb, at: int, *, seen: int = 1, **rest: object) -> Said:
    move = Move(verb, Actor.CLIENT, NOW + timedelta(minutes=at), **rest)  # type: ignore[arg-type]
    return Said(UUID(int=device.int * 1000 + at), move, seen, 50 + at, device)


def staff(verb: Verb, *, seen: int, **rest: object) -> Said:
    move = Move(verb, Actor.THERAPIST, NOW + timedelta(hours=seen), **rest)  # type: ignore[arg-type]
    return Said(UUID(int=200 + seen), move, seen, seen + 1)


def accept(device: UUID, at: int, *, seen: int = 1, revision: int = 1) -> Said:
    return client(device, Verb.ACCEPT, at, seen=seen, revision=revision, grants=ALL)


def led(*moves: Said) -> Standing:
    standing = replay([OFFER, *moves])
    assert standing is not None
    return standing


@pytest.mark.parametrize(
    ("other", "state"),
    [
        (client(TABLET, Verb.DECLINE, 1, revision=1), State.DECLINED),
        (client(TABLET, Verb.WITHDRAW, 1), State.WITHDRAWN),
        (client(TABLET, Verb.COUNTER, 1, revision=2), State.COUNTERED),
        (client(TABLET, Verb.NOT_NOW, 1), State.OFFERED),
        (accept(TABLET, 1), State.ACTIVE),
    ],
)
def test_a_yes_on_one_device_yields_to_less_on_the_other(
    other: Said, state: State
) -> None:
    for at in (0, 2):
        assert led(accept(PHONE, at), other).state is state


def test_grants_hold_only_where_both_devices_give_them() -> None:
    some = Grants(do=True, share=True)
    other = client(TABLET, Verb.ACCEPT, 1, revision=1, grants=some)
    assert led(accept(PHONE, 2), other).grants == some


def test_a_pause_wins_over_a_resume_that_did_not_know_of_it() -> None:
    paused = [accept(PHONE, 1), client(PHONE, Verb.PAUSE, 2)]
    resume = client(PHONE, Verb.RESUME, 9, seen=2)
    again = client(TABLET, Verb.PAUSE, 3, seen=2)
    assert led(*paused, resume).state is State.ACTIVE
    assert led(*paused, resume, again).state is State.PAUSED
    knowing = client(PHONE, Verb.RESUME, 9, seen=3)
    assert led(*paused, again, knowing).state is State.ACTIVE


def test_two_counters_leave_the_later_one() -> None:
    first = client(PHONE, Verb.COUNTER, 5, revision=3)
    second = client(TABLET, Verb.COUNTER, 4, revision=2)
    assert led(first, second).counter_revision == 3


def test_not_now_lasts_until_the_later_day() -> None:
    late = NOW + timedelta(days=30)
    far = client(PHONE, Verb.NOT_NOW, 1, until=late)
    near = client(TABLET, Verb.NOT_NOW, 2, until=NOW + timedelta(days=3))
    assert led(far, near).not_now_until == late


def test_moves_of_a_device_may_arrive_in_any_order() -> None:
    assert led(client(PHONE, Verb.PAUSE, 2), accept(PHONE, 1)).state is State.PAUSED


def test_a_late_no_to_the_first_offer_undoes_a_yes_that_did_not_know_of_it() -> None:
    late = client(TABLET, Verb.DECLINE, 1, revision=1)
    assert led(accept(PHONE, 2), late).state is State.DECLINED
    asked_anew = staff(Verb.REVISE, seen=2, revision=2)
    standing = led(accept(PHONE, 2), late, asked_anew)
    assert (standing.state, standing.offered_revision) == (State.OFFERED, 2)
    yes = accept(PHONE, 9, seen=3, revision=2)
    assert led(accept(PHONE, 2), late, asked_anew, yes).state is State.ACTIVE


def test_a_hold_outlives_the_terms_it_was_laid_on() -> None:
    late = client(TABLET, Verb.DECLINE, 1, revision=1)
    hold = staff(Verb.HOLD, seen=2)
    anew = staff(Verb.REVISE, seen=3, revision=2)
    yes = accept(PHONE, 9, seen=4, revision=2)
    assert led(accept(PHONE, 2), hold, anew, yes).state is State.ON_HOLD
    assert led(accept(PHONE, 2), late, hold, anew, yes).state is State.ON_HOLD


@pytest.mark.parametrize(
    ("verb", "state"),
    [
        (Verb.TAKE_BACK, State.OFFERED),
        (Verb.DECLINE, State.DECLINED),
        (Verb.WITHDRAW, State.WITHDRAWN),
    ],
)
def test_agreeing_to_a_counter_the_client_had_let_go_of_does_not_bind(
    verb: Verb, state: State
) -> None:
    counter = client(PHONE, Verb.COUNTER, 1, revision=2)
    agree = staff(Verb.AGREE, seen=2, revision=2)
    assert led(counter, agree).state is State.ACTIVE
    let_go = client(TABLET, verb, 2, seen=2)
    assert led(counter, agree, let_go).state is state


def test_a_new_offer_declined_on_one_device_leaves_the_agreed_terms() -> None:
    agreed = [accept(PHONE, 1), staff(Verb.REVISE, seen=2, revision=2)]
    yes = accept(PHONE, 5, seen=3, revision=2)
    assert led(*agreed, yes).agreed_revision == 2
    no = client(TABLET, Verb.DECLINE, 4, seen=3, revision=2)
    standing = led(*agreed, yes, no)
    assert (standing.agreed_revision, standing.offered_revision) == (1, None)
    wait = client(TABLET, Verb.NOT_NOW, 4, seen=3)
    standing = led(*agreed, yes, wait)
    assert (standing.agreed_revision, standing.offered_revision) == (1, 2)


grants = st.builds(Grants, st.booleans(), st.booleans(), st.booleans())
CLIENT_VERBS = [
    Verb.ACCEPT,
    Verb.DECLINE,
    Verb.NOT_NOW,
    Verb.COUNTER,
    Verb.TAKE_BACK,
    Verb.PAUSE,
    Verb.RESUME,
    Verb.WITHDRAW,
    Verb.GRANT,
    Verb.REVOKE,
]
STAFF_VERBS = [
    Verb.AGREE,
    Verb.KEEP,
    Verb.REVISE,
    Verb.PAUSE,
    Verb.RESUME,
    Verb.HOLD,
    Verb.FINISH,
    Verb.CANCEL,
]
numbers = st.integers(1, 3)


@st.composite
def client_moves(draw: st.DrawFn, verbs: list[Verb] = CLIENT_VERBS) -> Said:
    verb = draw(st.sampled_from(verbs))
    move = Move(
        verb,
        Actor.CLIENT,
        NOW + timedelta(minutes=draw(st.integers(0, 9))),
        revision=draw(numbers) if verb is not Verb.DECLINE else None,
        grants=replace(draw(grants), do=verb is Verb.ACCEPT),
        until=NOW + timedelta(days=draw(numbers)),
    )
    seen = draw(st.integers(1, 4))
    device = draw(st.sampled_from([PHONE, TABLET]))
    return Said(draw(st.uuids(version=4)), move, seen, draw(numbers) + 50, device)


@st.composite
def staff_moves(draw: st.DrawFn) -> Said:
    seen = draw(st.integers(1, 4))
    verb = draw(st.sampled_from(STAFF_VERBS))
    move = Move(verb, Actor.THERAPIST, NOW, revision=draw(numbers))
    return Said(UUID(int=200 + seen), move, seen, seen + 1)


histories = st.builds(
    lambda ours, theirs: [OFFER, *ours, *theirs],
    st.lists(client_moves(), max_size=8),
    st.lists(staff_moves(), max_size=4, unique_by=lambda said: said.seen),
)


@given(histories, st.randoms(use_true_random=False))
def test_order_repetition_and_partition_change_nothing(
    moves: list[Said], random: Random
) -> None:
    shuffled = moves + random.choices(moves, k=3)
    random.shuffle(shuffled)
    assert replay(shuffled) == replay(moves)


def whole(standing: Standing | None) -> Standing:
    assert standing is not None
    agreed = standing.state in AGREED_STATES
    assert agreed <= (standing.agreed_revision is not None)
    assert standing.grants.do == agreed
    if not agreed:
        assert standing.grants == NO_GRANTS
    is_open = standing.state in {State.OFFERED, State.COUNTERED}
    assert is_open <= (standing.offered_revision is not None)
    assert (standing.state is State.COUNTERED) <= (
        standing.counter_revision is not None and standing.counter_grants.do
    )
    if standing.state in ENDED_STATES | {State.DECLINED}:
        assert (standing.offered_revision, standing.counter_revision) == (None, None)
    if agreed:
        assert standing.held == (standing.state is State.ON_HOLD)
    if standing.state is State.ACTIVE:
        assert standing.paused_by is None
    return standing


@given(histories)
def test_whatever_is_merged_makes_sense(moves: list[Said]) -> None:
    whole(replay(moves))


PROTECTIVE = [Verb.DECLINE, Verb.WITHDRAW, Verb.PAUSE]
RANK = [
    {State.ACTIVE},
    {State.OFFERED},
    {State.COUNTERED},
    {State.PAUSED},
    {State.ON_HOLD},
    {*ENDED_STATES, State.DECLINED},
]


def rank(standing: Standing) -> int:
    return next(n for n, states in enumerate(RANK) if standing.state in states)


apart = st.lists(client_moves().map(lambda said: replace(said, seen=4)), max_size=6)


@given(histories, apart, client_moves(PROTECTIVE))
def test_one_more_protective_move_never_protects_less(
    before: list[Said], moves: list[Said], more: Said
) -> None:
    """Among devices that did not know of each other, on top of any history."""
    history = [said for said in before if said.seen < 4]
    now = whole(replay([*history, *moves]))
    then = whole(replay([*history, *moves, replace(more, seen=4)]))
    assert rank(then) >= rank(now)


@given(histories, client_moves(PROTECTIVE))
def test_a_protective_move_never_brings_anything_to_life(
    moves: list[Said], more: Said
) -> None:
    """Also when it arrives late, under a history that went on without it."""
    if whole(replay(moves)).state is not State.ACTIVE:
        assert whole(replay([*moves, more])).state is not State.ACTIVE


@given(histories, client_moves([Verb.REVOKE]))
def test_a_grant_taken_back_is_never_given_by_merging(
    moves: list[Said], revoke: Said
) -> None:
    now = whole(replay(moves))
    then = whole(replay([*moves, revoke]))
    if now.state is then.state:
        assert then.grants & now.grants == then.grants


@given(histories, client_moves() | staff_moves())
def test_the_quick_way_equals_the_replay(moves: list[Said], last: Said) -> None:
    last = replace(last, id=UUID(int=9), seen=9)
    quick, _ = follow(replay(moves), last.move)
    assert quick == replay([*moves, last])


def in_any_order(moves: Iterable[Said]) -> set[Standing]:
    kept = list(moves)
    return {led(*kept[n:], *kept[:n]) for n in range(len(kept))}


def test_a_week_offline_on_two_devices_has_one_end() -> None:
    moves = [
        accept(PHONE, 1),
        client(PHONE, Verb.PAUSE, 4),
        client(PHONE, Verb.RESUME, 6),
        client(TABLET, Verb.COUNTER, 2, revision=2),
        client(TABLET, Verb.TAKE_BACK, 3),
        accept(TABLET, 5),
        client(TABLET, Verb.REVOKE, 7, grants=Grants(share=True)),
    ]
    [standing] = in_any_order(moves)
    assert standing.state is State.ACTIVE
    assert standing.grants == Grants(do=True, remind=True)
