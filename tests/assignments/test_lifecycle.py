"""The consent lifecycle: every state, move and actor, and what no walk can break."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.assignments.lifecycle import NOT_NOW_FOR, apply
from api.assignments.standing import (
    AGREED_STATES,
    ENDED_STATES,
    NO_GRANTS,
    Actor,
    Applied,
    Grants,
    Move,
    Outcome,
    PausedBy,
    Refusal,
    Refused,
    Repeated,
    Standing,
    State,
    Verb,
)

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
ALL = Grants(do=True, remind=True, share=True)
DO = Grants(do=True)

AGREED = Standing(State.ACTIVE, agreed_revision=1, latest_revision=2, grants=DO)
STANDINGS = {
    "offered": Standing(State.OFFERED, offered_revision=1),
    "countered": Standing(
        State.COUNTERED,
        offered_revision=1,
        counter_revision=2,
        latest_revision=2,
        counter_grants=DO,
    ),
    "active": AGREED,
    "paused_c": replace(AGREED, state=State.PAUSED, paused_by=PausedBy.CLIENT),
    "paused_t": replace(AGREED, state=State.PAUSED, paused_by=PausedBy.THERAPIST),
    "paused_b": replace(AGREED, state=State.PAUSED, paused_by=PausedBy.BOTH),
    "on_hold": replace(AGREED, state=State.ON_HOLD, held=True),
    "declined": Standing(State.DECLINED),
    "withdrawn": Standing(State.WITHDRAWN, agreed_revision=1),
    "cancelled": Standing(State.CANCELLED, agreed_revision=1),
    "finished": Standing(State.FINISHED, agreed_revision=1),
    "lapsed": Standing(State.LAPSED),
}
MOVES: dict[Verb, dict[str, object]] = {
    Verb.OFFER: {"revision": 1},
    Verb.ACCEPT: {"revision": 1, "grants": DO},
    Verb.DECLINE: {"revision": 3},
    Verb.COUNTER: {"revision": 3},
    Verb.TAKE_BACK: {"revision": 2},
    Verb.AGREE: {"revision": 2},
    Verb.KEEP: {"revision": 2},
    Verb.REVISE: {"revision": 3},
    Verb.GRANT: {"grants": Grants(share=True)},
    Verb.REVOKE: {"grants": Grants(share=True)},
}

# What each move by the person it belongs to leads to. A state: the move is made and
# leads there. "=": already so. A code: refused with it. Anyone else: `not_yours`.
TABLE = """
move              | offered   | countered | active    | paused_c  | paused_t  | paused_b  | on_hold   | declined  | withdrawn | cancelled | finished  | lapsed
therapist offer   | =         | =         | already_offered | already_offered | already_offered | already_offered | already_offered | ended | ended | ended | ended | ended
client accept     | active    | countered! | =        | =         | =         | =         | =         | ended     | ended     | ended     | ended     | ended
client decline    | declined  | declined  | nothing_offered | nothing_offered | nothing_offered | nothing_offered | nothing_offered | = | ended | ended | ended | ended
client not_now    | offered   | countered! | nothing_offered | nothing_offered | nothing_offered | nothing_offered | nothing_offered | ended | ended | ended | ended | ended
client counter    | countered | countered | active    | paused    | paused    | paused    | on_hold   | ended     | ended     | ended     | ended     | ended
client take_back  | =         | offered   | =         | =         | =         | =         | =         | ended     | ended     | ended     | ended     | ended
therapist agree   | nothing_countered | active | nothing_countered | nothing_countered | nothing_countered | nothing_countered | nothing_countered | ended | ended | ended | ended | ended
therapist keep    | =         | offered   | =         | =         | =         | =         | =         | ended     | ended     | ended     | ended     | ended
therapist revise  | offered   | offered   | active    | paused    | paused    | paused    | on_hold   | offered   | ended     | ended     | ended     | ended
client pause      | not_agreed | not_agreed | paused  | =         | paused    | =         | on_hold   | ended     | ended     | ended     | ended     | ended
therapist pause   | not_agreed | not_agreed | paused  | paused    | =         | =         | on_hold   | ended     | ended     | ended     | ended     | ended
client resume     | not_agreed | not_agreed | =       | active    | paused_by_other | paused | on_hold! | ended   | ended     | ended     | ended     | ended
therapist resume  | not_agreed | not_agreed | =       | paused_by_other | active | paused | active  | ended     | ended     | ended     | ended     | ended
therapist hold    | not_agreed | not_agreed | on_hold | on_hold   | on_hold   | on_hold   | =         | ended     | ended     | ended     | ended     | ended
system hold       | not_agreed | not_agreed | on_hold | on_hold   | on_hold   | on_hold   | =         | ended     | ended     | ended     | ended     | ended
client withdraw   | withdrawn | withdrawn | withdrawn | withdrawn | withdrawn | withdrawn | withdrawn | withdrawn | =         | ended     | ended     | ended
therapist finish  | not_active | not_active | finished | not_active | not_active | not_active | not_active | ended | ended   | ended     | =         | ended
therapist cancel  | cancelled | cancelled | cancelled | cancelled | cancelled | cancelled | cancelled | cancelled | ended     | =         | ended     | ended
system lapse      | lapsed    | nothing_offered | nothing_offered | nothing_offered | nothing_offered | nothing_offered | nothing_offered | ended | ended | ended | ended | =
system quiet      | not_agreed | not_agreed | =       | =         | =         | =         | =         | ended | ended | ended | ended | ended
client grant      | not_agreed | not_agreed | active  | paused    | paused    | paused    | on_hold   | ended     | ended     | ended     | ended     | ended
client revoke     | not_agreed | not_agreed | =       | =         | =         | =         | =         | ended     | ended     | ended     | ended     | ended
"""


def expectations() -> dict[tuple[Actor, Verb, str], str]:
    head, *rows = [line.split("|") for line in TABLE.strip().splitlines()]
    names = [name.strip() for name in head[1:]]
    told = {}
    for row in rows:
        actor, verb = row[0].split()
        for name, cell in zip(names, row[1:], strict=True):
            told[Actor(actor), Verb(verb), name] = cell.strip()
    return told


TOLD = expectations()
CASES = [(a, v, name) for a in Actor for v in Verb for name in STANDINGS]


def move(verb: Verb, actor: Actor, **rest: object) -> Move:
    return Move(verb, actor, NOW, **{**MOVES.get(verb, {}), **rest})  # type: ignore[arg-type]


def made(outcome: Outcome) -> Standing:
    assert isinstance(outcome, Applied), outcome
    return outcome.standing


def refusal(outcome: Outcome) -> Refusal:
    assert isinstance(outcome, Refused), outcome
    return outcome.code


def told(outcome: Outcome) -> str:
    match outcome:
        case Applied(standing):
            return standing.state.value
        case Repeated():
            return "="
        case Refused(code=code):
            return code.value + ("!" if code.value in set(State) else "")


@pytest.mark.parametrize(("actor", "verb", "name"), CASES)
def test_every_state_and_move_and_actor(actor: Actor, verb: Verb, name: str) -> None:
    outcome = apply(STANDINGS[name], move(verb, actor))
    assert told(outcome) == TOLD.get((actor, verb, name), "not_yours")
    if isinstance(outcome, Refused):
        assert outcome.standing == STANDINGS[name]
        assert outcome.message


def test_before_the_offer_there_is_nothing_to_answer() -> None:
    for verb in set(Verb) - {Verb.OFFER}:
        for actor in Actor:
            assert isinstance(apply(None, move(verb, actor)), Refused)
    first = made(apply(None, move(Verb.OFFER, Actor.THERAPIST)))
    assert first == Standing(State.OFFERED, offered_revision=1)


def test_accepting_names_the_revision_and_needs_the_grant_to_do_it() -> None:
    offered = STANDINGS["offered"]
    nameless = move(Verb.ACCEPT, Actor.CLIENT, revision=None)
    assert refusal(apply(offered, nameless)) is Refusal.REVISION_NEEDED
    unwilling = move(Verb.ACCEPT, Actor.CLIENT, grants=Grants(remind=True))
    assert refusal(apply(offered, unwilling)) is Refusal.NEEDS_DO
    other = move(Verb.ACCEPT, Actor.CLIENT, revision=2)
    assert refusal(apply(offered, other)) is Refusal.STALE_REVISION
    accepted = made(apply(offered, move(Verb.ACCEPT, Actor.CLIENT)))
    assert accepted.grants == DO
    assert accepted.agreed_revision == 1


def test_an_accepted_offer_is_not_accepted_again_with_other_grants() -> None:
    again = move(Verb.ACCEPT, Actor.CLIENT, grants=ALL)
    assert refusal(apply(AGREED, again)) is Refusal.ALREADY_AGREED


def test_each_grant_is_given_and_taken_back_alone() -> None:
    given = made(apply(AGREED, move(Verb.GRANT, Actor.CLIENT)))
    assert given.grants == Grants(do=True, share=True)
    taken = made(apply(given, move(Verb.REVOKE, Actor.CLIENT)))
    assert taken.grants == DO
    nothing = move(Verb.REVOKE, Actor.CLIENT, grants=NO_GRANTS)
    assert refusal(apply(AGREED, nothing)) is Refusal.NOTHING_NAMED


def test_taking_back_the_grant_to_do_it_is_a_withdrawal() -> None:
    revoke = move(Verb.REVOKE, Actor.CLIENT, grants=DO)
    gone = made(apply(AGREED, revoke))
    assert (gone.state, gone.grants) == (State.WITHDRAWN, NO_GRANTS)
    assert isinstance(apply(gone, revoke), Repeated)


def test_a_new_offer_stands_beside_the_agreed_terms_until_it_is_answered() -> None:
    beside = made(apply(AGREED, move(Verb.REVISE, Actor.THERAPIST)))
    assert (beside.state, beside.agreed_revision) == (State.ACTIVE, 1)
    assert beside.offered_revision == 3
    yes = move(Verb.ACCEPT, Actor.CLIENT, revision=3, grants=ALL)
    accepted = made(apply(beside, yes))
    assert (accepted.agreed_revision, accepted.grants) == (3, ALL)
    assert accepted.offered_revision is None
    no = move(Verb.DECLINE, Actor.CLIENT, revision=3)
    kept = made(apply(beside, no))
    assert (kept.state, kept.agreed_revision, kept.grants) == (State.ACTIVE, 1, DO)
    assert isinstance(apply(kept, no), Repeated)


def test_declining_agreed_terms_points_to_withdrawing() -> None:
    outcome = apply(AGREED, move(Verb.DECLINE, Actor.CLIENT, revision=1))
    assert refusal(outcome) is Refusal.ALREADY_AGREED
    assert isinstance(outcome, Refused)
    assert "withdraw" in outcome.message


def test_a_new_offer_accepted_during_a_pause_or_hold_leaves_it_in_force() -> None:
    for name in ("paused_c", "paused_t", "on_hold"):
        beside = made(apply(STANDINGS[name], move(Verb.REVISE, Actor.THERAPIST)))
        accepted = made(apply(beside, move(Verb.ACCEPT, Actor.CLIENT, revision=3)))
        assert accepted.state is STANDINGS[name].state
        assert accepted.agreed_revision == 3


def test_a_cosmetic_revision_replaces_the_wording_it_names_and_nothing_else() -> None:
    reword = move(Verb.REVISE, Actor.THERAPIST, replaces=1)
    assert made(apply(AGREED, reword)).agreed_revision == 3
    assert made(apply(STANDINGS["offered"], reword)).offered_revision == 3
    assert made(apply(STANDINGS["countered"], reword)).counter_revision == 2
    other = move(Verb.REVISE, Actor.THERAPIST, replaces=2)
    assert refusal(apply(AGREED, other)) is Refusal.STALE_REVISION


def test_a_counter_to_agreed_terms_leaves_them_in_force() -> None:
    countered = made(apply(AGREED, move(Verb.COUNTER, Actor.CLIENT)))
    assert (countered.state, countered.agreed_revision) == (State.ACTIVE, 1)
    agree = move(Verb.AGREE, Actor.THERAPIST, revision=3)
    agreed = made(apply(countered, agree))
    assert (agreed.agreed_revision, agreed.grants) == (3, DO)
    kept = made(apply(countered, move(Verb.KEEP, Actor.THERAPIST, revision=3)))
    assert kept.agreed_revision == 1
    assert kept.counter_revision is None


def test_agreeing_to_a_counter_takes_the_grants_that_came_with_it() -> None:
    counter = move(Verb.COUNTER, Actor.CLIENT, grants=Grants(remind=True))
    countered = made(apply(STANDINGS["offered"], counter))
    assert countered.grants == NO_GRANTS
    agree = move(Verb.AGREE, Actor.THERAPIST, revision=3)
    assert made(apply(countered, agree)).grants == Grants(do=True, remind=True)


def test_agree_and_keep_answer_only_the_counter_they_name() -> None:
    for verb in (Verb.AGREE, Verb.KEEP):
        stale = move(verb, Actor.THERAPIST, revision=9)
        outcome = apply(STANDINGS["countered"], stale)
        assert refusal(outcome) is Refusal.STALE_REVISION


def test_both_must_take_back_their_own_pause() -> None:
    both = STANDINGS["paused_b"]
    left = made(apply(both, move(Verb.RESUME, Actor.CLIENT)))
    assert (left.state, left.paused_by) == (State.PAUSED, PausedBy.THERAPIST)
    assert made(apply(left, move(Verb.RESUME, Actor.THERAPIST))).state is State.ACTIVE


def test_lifting_a_hold_leaves_the_clients_own_pause() -> None:
    held = made(apply(STANDINGS["paused_c"], move(Verb.HOLD, Actor.THERAPIST)))
    lifted = made(apply(held, move(Verb.RESUME, Actor.THERAPIST)))
    assert lifted == STANDINGS["paused_c"]


def test_not_now_keeps_the_offer_open_and_the_offer_does_not_lapse_meanwhile() -> None:
    waiting = made(apply(STANDINGS["offered"], move(Verb.NOT_NOW, Actor.CLIENT)))
    assert waiting.state is State.OFFERED
    assert waiting.not_now_until == NOW + NOT_NOW_FOR
    lapse = move(Verb.LAPSE, Actor.SYSTEM)
    assert refusal(apply(waiting, lapse)) is Refusal.NOT_NOW
    later = replace(lapse, at=NOW + NOT_NOW_FOR)
    assert made(apply(waiting, later)).state is State.LAPSED


def test_reminders_end_and_every_other_grant_stays() -> None:
    everything = Grants(do=True, remind=True, share=True)
    for name in ("active", "paused_c", "on_hold"):
        before = replace(STANDINGS[name], grants=everything)
        after = made(apply(before, move(Verb.QUIET, Actor.SYSTEM)))
        assert after == replace(before, grants=Grants(do=True, share=True))


def test_a_no_is_never_stale() -> None:
    for revision in (None, 1, 2, 9):
        no = move(Verb.DECLINE, Actor.CLIENT, revision=revision)
        assert made(apply(STANDINGS["offered"], no)).state is State.DECLINED


grants = st.builds(Grants, st.booleans(), st.booleans(), st.booleans())
moves = st.builds(
    Move,
    verb=st.sampled_from(sorted(set(Verb) - {Verb.OFFER})),
    actor=st.sampled_from(Actor),
    at=st.integers(0, 20).map(lambda days: NOW + timedelta(days=days)),
    revision=st.none() | st.integers(1, 6),
    grants=st.none() | grants,
    until=st.none() | st.just(NOW + timedelta(days=9)),
    replaces=st.none() | st.integers(1, 6),
)


def walk(steps: list[Move]) -> list[Standing]:
    stood = [STANDINGS["offered"]]
    for step in steps:
        match apply(stood[-1], step):
            case Applied(standing):
                stood.append(standing)
            case Repeated(standing):
                assert standing is stood[-1]
            case Refused(standing=now):
                assert now is stood[-1]
    return stood


@given(st.lists(moves, max_size=25))
def test_no_walk_breaks_what_a_standing_promises(steps: list[Move]) -> None:
    for now in walk(steps):
        agreed = now.state in AGREED_STATES
        if agreed:
            assert now.agreed_revision is not None
            assert now.grants.do
        else:
            assert now.grants == NO_GRANTS
            assert now.paused_by is None
            assert not now.held
        assert (now.counter_revision is not None) >= (now.state is State.COUNTERED)
        assert (now.offered_revision is not None) >= (
            now.state in {State.OFFERED, State.COUNTERED}
        )
        if now.state in ENDED_STATES | {State.DECLINED}:
            assert (now.offered_revision, now.counter_revision) == (None, None)
        assert now.held == (now.state is State.ON_HOLD)
        if now.state is State.ACTIVE:
            assert now.paused_by is None
        known = (now.agreed_revision, now.offered_revision, now.counter_revision)
        assert all(n is None or n <= now.latest_revision for n in known)


@given(st.lists(moves, max_size=15), moves)
def test_a_move_made_twice_is_made_once(steps: list[Move], last: Move) -> None:
    outcome = apply(walk(steps)[-1], last)
    if isinstance(outcome, Applied):
        again = apply(outcome.standing, last)
        unnamed = last.verb is Verb.DECLINE and last.revision is None
        if last.verb is Verb.RESUME or unnamed:
            assert not isinstance(again, Applied)
        else:
            assert isinstance(again, Repeated)


@given(st.lists(moves, max_size=25))
def test_only_the_client_commits_the_client(steps: list[Move]) -> None:
    """Nobody else's move widens a grant, save agreeing to the client's own terms."""
    for step, (before, after) in zip(
        applied(steps), pairwise(walk(steps)), strict=True
    ):
        if step.actor is not Actor.CLIENT and step.verb is not Verb.AGREE:
            assert after.grants in (before.grants, NO_GRANTS)
            if step.replaces is None:
                assert after.agreed_revision == before.agreed_revision


def applied(steps: list[Move]) -> list[Move]:
    stood, made_moves = STANDINGS["offered"], []
    for step in steps:
        outcome = apply(stood, step)
        if isinstance(outcome, Applied):
            stood = outcome.standing
            made_moves.append(step)
    return made_moves


@given(st.lists(moves, max_size=25))
def test_the_client_can_always_stop_until_the_end(steps: list[Move]) -> None:
    now = walk(steps)[-1]
    outcome = apply(now, move(Verb.WITHDRAW, Actor.CLIENT))
    if now.state not in ENDED_STATES:
        assert made(outcome).state is State.WITHDRAWN
