"""Random walks over HTTP beside the pure lifecycle: both always stand at one place."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.assignments.lifecycle import apply
from api.assignments.standing import (
    Actor,
    Applied,
    Grants,
    Move,
    Refused,
    Standing,
    State,
    Verb,
)
from tests.assignments.conftest import Desk

UNTIL = datetime(2027, 3, 1, tzinfo=UTC)
NAMES = {Verb.NOT_NOW: "not-now", Verb.TAKE_BACK: "take-back"}
CLIENT_ONLY = {
    Verb.ACCEPT,
    Verb.DECLINE,
    Verb.NOT_NOW,
    Verb.COUNTER,
    Verb.TAKE_BACK,
    Verb.WITHDRAW,
}
EITHER = {Verb.PAUSE, Verb.RESUME}
NAMING = {Verb.ACCEPT, Verb.DECLINE, Verb.AGREE, Verb.KEEP, Verb.TAKE_BACK}
NOBODYS = {Verb.LAPSE, Verb.QUIET}
WALKED = sorted(set(Verb) - {Verb.OFFER, Verb.GRANT, Verb.REVOKE} - NOBODYS)


@dataclass
class Walk:
    """An assignment over HTTP, and the standing that the rules say it has."""

    desk: Desk
    one: dict[str, Any]
    standing: Standing
    wording: int = 0

    async def step(self, verb: Verb, actor: Actor, aim: int, grants: Grants) -> None:
        cast = self.desk.cast
        who = cast.client if actor is Actor.CLIENT else cast.therapist
        move, body = self.spoken(verb, actor, aim, grants)
        outcome = apply(self.standing, move)
        name = NAMES.get(verb, verb.value)
        version = self.one["version"]
        answer = await self.desk.ask(who, self.one, name, if_match=version, **body)
        if isinstance(outcome, Refused):
            assert answer.status_code == 409, (verb, answer.text)
            assert answer.json()["reason"] == outcome.code.value
            assert answer.json()["state"] == self.standing.state.value
        else:
            assert answer.status_code == 200, (verb, answer.text)
            self.standing = outcome.standing
            moved = answer.json()
            assert (moved["version"] > version) == isinstance(outcome, Applied)
            self.one = moved
        self.compare(await self.desk.read(self.one))

    def spoken(
        self, verb: Verb, actor: Actor, aim: int, grants: Grants
    ) -> tuple[Move, dict[str, Any]]:
        """Return a move as the rules read it, and as it is sent."""
        move = Move(verb, actor, datetime.now(UTC))
        body: dict[str, Any] = {}
        if verb in NAMING:
            move, body = self.aimed(move, aim)
        if verb in (Verb.COUNTER, Verb.REVISE):
            self.wording += 1
            number = self.one["latest_revision"] + 1
            move = Move(verb, actor, move.at, revision=number)
            once = {
                "kind": "once",
                "zone": "UTC",
                "at": f"2027-01-{self.wording:02}T09:00",
            }
            body = {"terms": self.desk.terms(schedule=once)}
        if verb in (Verb.ACCEPT, Verb.COUNTER):
            given_grants = Grants(True, grants.remind, grants.share)
            move = Move(
                verb, actor, move.at, revision=move.revision, grants=given_grants
            )
            body["grants"] = {
                "do": True,
                "remind": grants.remind,
                "share": grants.share,
            }
        if verb is Verb.NOT_NOW:
            until = UNTIL + timedelta(days=aim)
            move = Move(verb, actor, move.at, until=until)
            body["until"] = until.isoformat()
        return move, body

    def aimed(self, move: Move, aim: int) -> tuple[Move, dict[str, Any]]:
        standing = self.standing
        known = [
            standing.offered_revision or 1,
            standing.counter_revision or 1,
            standing.agreed_revision or 1,
        ]
        revision = known[aim % 3]
        return (
            Move(move.verb, move.actor, move.at, revision=revision),
            {"revision": revision},
        )

    def compare(self, read: dict[str, Any]) -> None:
        standing = self.standing
        assert read["state"] == standing.state.value
        assert read["agreed_revision"] == standing.agreed_revision
        assert read["offered_revision"] == standing.offered_revision
        assert read["counter_revision"] == standing.counter_revision
        assert read["paused_by"] == standing.paused_by
        assert read["grants"] == {
            "do": standing.grants.do,
            "remind": standing.grants.remind,
            "share": standing.grants.share,
        }


def actors(verb: Verb) -> list[Actor]:
    if verb in EITHER:
        return [Actor.CLIENT, Actor.THERAPIST]
    return [Actor.CLIENT if verb in CLIENT_ONLY else Actor.THERAPIST]


STEPS = st.lists(
    st.sampled_from(WALKED).flatmap(
        lambda verb: st.tuples(
            st.just(verb),
            st.sampled_from(actors(verb)),
            st.integers(0, 2),
            st.builds(Grants, st.just(True), st.booleans(), st.booleans()),
        )
    ),
    min_size=3,
    max_size=12,
)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
async def test_every_walk_over_http_goes_where_the_rules_say(
    desk: Desk, steps: list[tuple[Verb, Actor, int, Grants]]
) -> None:
    one = await desk.offer()
    walk = Walk(desk, one, Standing(State(one["state"]), offered_revision=1))
    for verb, actor, aim, grants in steps:
        await walk.step(verb, actor, aim, grants)
