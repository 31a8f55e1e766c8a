"""What an offer meets: cautions that warn about it or hold it back, and why.

Pure. `cautions` looks at one wish through all rules; `judge` says which of the blocks a
reason set aside. It decides nothing about what was agreed before.
Source: clinical.md §2.1 (codes, phases, R0, R7), §5.2 (R4); peers.md F8.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from api.safety.brake import GROUNDING, Brake, rests_until

Document = Mapping[str, Any]
_PHASES = ("steadying", "self_trust", "sense_making", "boundaries", "graded_trust")


class Effect(StrEnum):
    """What a caution does to an offer."""

    WARN = "warn"
    BLOCK = "block"


class Rule(StrEnum):
    """Where a caution comes from."""

    R0 = "R0"
    R4 = "R4"
    R7 = "R7"
    PRECAUTION = "precaution"
    PHASE = "phase"
    BRAKE = "brake"


@dataclass(frozen=True, slots=True)
class Caution:
    """One thing to mind. `since` is when its ground was laid: an older reason does not
    set it aside. `message` is fit for client and therapist alike.
    """

    code: str
    effect: Effect
    rule: Rule
    message: str
    may_override: bool = True
    instead: str | None = None
    until: datetime | None = None
    since: datetime | None = None
    overridden: bool = False

    @property
    def holds_back(self) -> bool:
        """Whether nothing goes on while it stands."""
        return self.effect is Effect.BLOCK and not self.overridden


@dataclass(frozen=True, slots=True)
class Profile:
    """What is known of the client: precautions with the moment each was set, phase,
    brake; and the practice's reviewed youth set.
    """

    precautions: Mapping[str, datetime] = field(default_factory=dict)
    phase: str = "steadying"
    phase_since: datetime | None = None
    brake: Brake = field(default_factory=Brake)
    youth: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Wish:
    """What is offered or agreed.

    `names` are the exercise's slug and, for a fork, those it descends from; `doses` what
    the terms change about steps; `by_client` that the client themself asked for it.
    """

    document: Document
    names: tuple[str, ...]
    at: datetime
    setting: str = "solo"
    doses: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    reminders: bool = False
    by_client: bool = False


@dataclass(frozen=True, slots=True)
class Reason:
    """That a therapist set a caution aside, and when."""

    code: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Override:
    """A therapist's reason to go on in spite of a caution."""

    code: str
    reason: str


def not_with_this_person() -> Caution:
    """Say rule R0 as a caution; nothing sets it aside."""
    text = "This is not done together with that person."
    return Caution("person", Effect.BLOCK, Rule.R0, text, may_override=False)


def declared(profile: Profile, wish: Wish) -> Iterable[Caution]:
    """Yield what the exercise itself says about the client's precautions.

    A block names the settings it is for, and only warns in others.
    """
    for one in wish.document.get("precautions", ()):
        since = profile.precautions.get(one["code"])
        settings = one.get("settings") or ()
        here = not settings or wish.setting in settings
        effect = Effect(one["effect"])
        if since is None or (effect is Effect.WARN and not here):
            continue
        effect = effect if here else Effect.WARN
        yield Caution(one["code"], effect, Rule.PRECAUTION, one["note"], since=since)


def later_phase(profile: Profile, wish: Wish) -> Iterable[Caution]:
    """Yield the soft gate of phases: an exercise of a later phase waits."""
    asked = wish.document.get("phase", "any")
    if asked == "any" or _PHASES.index(asked) <= _PHASES.index(profile.phase):
        return
    text = "This belongs to a later part of the work and can wait."
    yield Caution("phase", Effect.BLOCK, Rule.PHASE, text, since=profile.phase_since)


def braked(profile: Profile, wish: Wish) -> Iterable[Caution]:
    """Yield what the titration brake says; only rest, or both together, end it."""
    grade = wish.document.get("intensity", 1)
    brake = profile.brake
    gentler = None if brake.holds(1) else GROUNDING
    if brake.holds(grade):
        text = (
            "Things of this strength are paused, because some made it worse. "
            "You both decide together when to go on."
        )
        yield Caution(
            "strength", Effect.BLOCK, Rule.BRAKE, text, False, instead=gentler
        )
    hours = wish.document.get("cooldown_hours", 0)
    until = rests_until(brake, wish.names[0], grade, hours)
    if until is not None and until > wish.at:
        text = "This made it worse not long ago. It rests for a while."
        yield Caution(
            "rest", Effect.BLOCK, Rule.BRAKE, text, False, gentler, until=until
        )


def merged(found: Iterable[Caution]) -> list[Caution]:
    """Make one caution of each code: the strongest effect, every sentence once."""
    kept: dict[str, Caution] = {}
    for one in found:
        before = kept.setdefault(one.code, one)
        if before is one:
            continue
        said = before.message
        kept[one.code] = replace(
            before,
            effect=Effect.BLOCK
            if Effect.BLOCK in (before.effect, one.effect)
            else Effect.WARN,
            may_override=before.may_override and one.may_override,
            message=said if one.message in said else f"{said} {one.message}",
            instead=before.instead or one.instead,
        )
    return sorted(kept.values(), key=lambda one: (one.effect, one.code))


def judge(found: Iterable[Caution], reasons: Iterable[Reason]) -> list[Caution]:
    """Mark the blocks that a reason sets aside; one older than its ground does not."""
    given: dict[str, datetime] = {}
    for reason in reasons:
        given[reason.code] = max(reason.at, given.get(reason.code, reason.at))
    return [replace(one, overridden=_is_set_aside(one, given)) for one in found]


def held_back(found: Iterable[Caution]) -> list[Caution]:
    """Return what holds the offer back."""
    return [one for one in found if one.holds_back]


def _is_set_aside(one: Caution, given: Mapping[str, datetime]) -> bool:
    if one.effect is not Effect.BLOCK or not one.may_override:
        return False
    at = given.get(one.code)
    return at is not None and (one.since is None or at >= one.since)
