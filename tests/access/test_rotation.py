"""Refresh rotation: no honest client is signed out, every thief is caught."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st

from api.access import rotation
from api.access.rotation import Family, Link

HISTORIES = 10_000
STEPS = 24


@dataclass
class Server:
    """Answers as the service does: a new token, or None for a refusal."""

    links: dict[bytes, Link] = field(default_factory=dict)
    family: Family | None = None

    def __post_init__(self) -> None:
        first = Link(b"0", 0, None)
        self.links[first.hash] = first
        self.family = Family(0, first.hash)

    def refresh(self, token: bytes) -> bytes | None:
        if self.family is None:
            return None
        self.family = rotation.use(self.family, self.links[token])
        if self.family is None:
            return None
        child = rotation.child(self.family, str(len(self.links)).encode())
        self.links[child.hash] = child
        return child.hash


@dataclass
class Holder:
    """A client: keeps what it holds, adopts only answers to what it holds."""

    server: Server
    holds: bytes = b"0"
    is_out: bool = False
    on_the_way: list[tuple[bytes, bytes | None]] = field(default_factory=list)

    def ask(self) -> None:
        """Send what is held; an earlier request is given up, its answer may come."""
        self.on_the_way.append((self.holds, self.server.refresh(self.holds)))

    def receive(self, index: int, *, again: bool) -> None:
        """Get one of the answers on the way, in any order, maybe not for the last time."""
        asked_with, answer = self.on_the_way[index]
        if not again:
            del self.on_the_way[index]
        if asked_with != self.holds:
            return
        if answer is None:
            self.is_out = True
        else:
            self.holds = answer

    def go_on(self) -> None:
        """Ask and get the answer."""
        self.ask()
        self.receive(len(self.on_the_way) - 1, again=False)


def live(holder: Holder, choose: Callable[[int], int], steps: int = STEPS) -> None:
    """Ask, lose, double, reorder: a holder's life on a bad line."""
    for _ in range(steps):
        waiting = len(holder.on_the_way)
        match choose(4) if waiting else 0:
            case 0:
                holder.ask()
            case 1:
                holder.receive(choose(waiting), again=False)
            case 2:
                holder.receive(choose(waiting), again=True)
            case _:
                del holder.on_the_way[choose(waiting)]


def a_life_without_thief(choose: Callable[[int], int]) -> Holder:
    honest = Holder(Server())
    live(honest, choose)
    honest.go_on()
    return honest


def a_life_with_a_thief(choose: Callable[[int], int]) -> Server:
    """Steal any token that was ever handed out, at any time, and use it at any time."""
    server = Server()
    honest = Holder(server)
    live(honest, choose, choose(STEPS))
    known = [honest.holds, *(a for _, a in honest.on_the_way if a), *server.links]
    thief = Holder(server, holds=known[choose(len(known))])
    for _ in range(choose(STEPS)):
        live((honest, thief)[choose(2)], choose, 1)
    for _ in range(3):
        for holder in random.Random(choose(99)).sample([honest, thief], 2):
            holder.go_on()
    return server


def test_no_honest_client_is_signed_out_in_ten_thousand_histories() -> None:
    for seed in range(HISTORIES):
        honest = a_life_without_thief(random.Random(seed).randrange)
        assert not honest.is_out, f"history {seed}"
        assert honest.server.family is not None, f"history {seed}"


def test_every_thief_is_caught_in_ten_thousand_histories() -> None:
    for seed in range(HISTORIES):
        server = a_life_with_a_thief(random.Random(seed).randrange)
        assert server.family is None, f"history {seed}"


@given(st.data())
def test_no_history_signs_an_honest_client_out(data: st.DataObject) -> None:
    honest = a_life_without_thief(lambda n: data.draw(st.integers(0, n - 1)))
    assert not honest.is_out


def test_a_lost_answer_costs_nothing() -> None:
    server = Server()
    for _ in range(5):
        assert server.refresh(b"0") is not None
    assert server.family == Family(0, b"0")


def test_the_first_use_of_a_child_ends_its_siblings() -> None:
    server = Server()
    one, two = server.refresh(b"0"), server.refresh(b"0")
    assert one is not None
    assert two is not None
    assert server.refresh(one) is not None
    assert server.refresh(two) is None
    assert server.family is None


def test_a_token_from_before_ends_the_family() -> None:
    server = Server()
    one = server.refresh(b"0")
    assert one is not None
    assert server.refresh(one) is not None
    assert server.refresh(b"0") is None
    assert server.refresh(one) is None
