"""What a run shares by default: what was granted when it ended, or soon after."""

from datetime import UTC, datetime, timedelta

from api.assignments.merge import Said
from api.assignments.standing import Actor, Grants, Move, Verb
from api.completions.sharing import Level
from api.completions.terms import default_at
from api.foundation.ids import new_id

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
ALL = Grants(do=True, remind=False, share=True)


def said(*moves: Move) -> list[Said]:
    return [
        Said(new_id(), move, seen=place, recorded=place + 1)
        for place, move in enumerate(moves)
    ]


OFFER = Move(Verb.OFFER, Actor.THERAPIST, NOON, revision=1)


def test_a_run_from_before_the_yes_counts_as_done_under_it() -> None:
    yes = Move(Verb.ACCEPT, Actor.CLIENT, NOON + 2 * HOUR, revision=1, grants=ALL)
    assert default_at(Level.SCORES, said(OFFER, yes), NOON + HOUR) is Level.SCORES


def test_so_does_a_run_from_before_the_therapist_agreed_to_the_counter() -> None:
    counter = Move(Verb.COUNTER, Actor.CLIENT, NOON + HOUR, revision=2, grants=ALL)
    agree = Move(Verb.AGREE, Actor.THERAPIST, NOON + 3 * HOUR, revision=2)
    moves = said(OFFER, counter, agree)
    assert default_at(Level.SCORES, moves, NOON + 2 * HOUR) is Level.SCORES


def test_without_any_yes_nothing_is_shared() -> None:
    assert default_at(Level.FULL, said(OFFER), NOON + HOUR) is Level.SEALED


def test_what_ended_after_the_grant_was_taken_back_is_not_shared() -> None:
    yes = Move(Verb.ACCEPT, Actor.CLIENT, NOON + HOUR, revision=1, grants=ALL)
    back = Move(
        Verb.REVOKE, Actor.CLIENT, NOON + 2 * HOUR, grants=Grants(False, False, True)
    )
    moves = said(OFFER, yes, back)
    assert default_at(Level.FULL, moves, NOON + HOUR) is Level.FULL
    assert default_at(Level.FULL, moves, NOON + 3 * HOUR) is Level.SEALED
