"""What happened in the demo practice in twelve weeks, as a list of scenes in order.

Pure: a day and a seed in, scenes out; the same seed and day give the same scenes. It
makes nothing happen; `seed` does, through the services.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from random import Random
from zoneinfo import ZoneInfo

WEEKS = 12
TUESDAY = 1
ZONE = "Europe/Berlin"
SEED = 1789
_EVENINGS = ("settled", "settled", "mixed", "revved_up")


class Act(StrEnum):
    """What somebody does in a scene."""

    OFFER = "offer"
    ACCEPT = "accept"
    DECLINE = "decline"
    NOT_NOW = "not_now"
    COUNTER = "counter"
    AGREE = "agree"
    REVISE = "revise"
    PAUSE = "pause"
    RESUME = "resume"
    WITHDRAW = "withdraw"
    FINISH = "finish"
    RUN = "run"
    FOLLOW_UP = "follow_up"
    NOT_TODAY = "not_today"
    SHARE = "share"
    SEE = "see"
    COMMENT = "comment"
    CARE = "care"
    ACKNOWLEDGE = "acknowledge"
    OFFER_PLAN = "offer_plan"
    ACCEPT_PLAN = "accept_plan"
    GO = "go"
    DOWN = "down"


@dataclass(frozen=True)
class Terms:
    """What an offer says. `rule` is a recurrence from `starts` on, or None: as needed."""

    slug: str
    why: str
    setting: str = "solo"
    starts: datetime | None = None
    rule: str | None = None
    share: str = "scores"
    minutes: int | None = None


@dataclass(frozen=True)
class Scene:
    """One thing that happens to one assignment, named by `about`, or to a plan or the care.

    `run` counts the runs of an assignment; `stops_after` ends one midway, `ends` is the
    body state after it. A part of a plan is "plan.part". `phase` and `minds`: what is to be minded from then on.
    """

    at: datetime
    act: Act
    about: str
    terms: Terms | None = None
    remind: bool = False
    share: bool = True
    run: int = 0
    stops_after: int | None = None
    ends: str | None = None
    level: str | None = None
    text: str | None = None
    phase: str | None = None
    minds: tuple[str, ...] = ()


class Calendar:
    """Wall time of the weeks before a given day; day 0 is an appointment, a Tuesday."""

    def __init__(self, today: date) -> None:
        first = today - timedelta(weeks=WEEKS)
        self.first = first - timedelta(days=(first.weekday() - TUESDAY) % 7)
        self.days = (today - self.first).days
        self._zone = ZoneInfo(ZONE)

    def wall(self, day: int, hour: int, minute: int = 0) -> datetime:
        """Return the naive wall time on a day of the twelve weeks, counted from 0."""
        return datetime.combine(self.first + timedelta(days=day), time(hour, minute))

    def at(self, day: int, hour: int, minute: int = 0) -> datetime:
        """Return that moment, aware."""
        return self.wall(day, hour, minute).replace(tzinfo=self._zone)

    def weekdays(self, first: int, last: int, wanted: str) -> Iterator[int]:
        """Walk the days from `first` to before `last` that are, say, in "MO,TH"."""
        names = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
        for day in range(first, last):
            weekday = (self.first + timedelta(days=day)).weekday()
            if names[weekday] in wanted.split(","):
                yield day


def story(today: date, seed: int = SEED) -> list[Scene]:
    """Tell the weeks that end the evening before `today`, in order of time.

    Every thread has its own chance: one more day at the end changes no day before.
    """
    calendar = Calendar(today)
    threads = (
        _breathing,
        _checking_in,
        _promises,
        _changing_my_mind,
        _saying_no,
        _small_trust,
        _asking_how_it_is,
        _left_open,
        _care,
        _reading_and_looking,
        _alarms,
        _ladder,
    )
    scenes = [
        scene
        for thread in threads
        for scene in thread(calendar, chance_of(seed, thread.__name__))
    ]
    return sorted(scenes, key=lambda scene: scene.at)


def chance_of(seed: int, name: str) -> Random:
    """Return the source of chance of one thing in the story."""
    return Random(f"{seed} {name}")  # noqa: S311 - a story, no secret


def ease(day: datetime, calendar: Calendar) -> float:
    """Say how far into the twelve weeks a moment lies, 0 to 1."""
    return min(1.0, max(0.0, (day.date() - calendar.first).days / calendar.days))


def _breathing(calendar: Calendar, chance: Random) -> Iterator[Scene]:
    """Three evenings a week, without reminders; a pause; longer from week ten on.

    On the last evenings the longer breath is too much, which somebody has yet to look at.
    """
    about, days = "breathing", "MO,WE,FR"
    first = next(calendar.weekdays(2, 9, days))
    short = _breathing_terms(calendar, first, minutes=2)
    long = _breathing_terms(calendar, 65, minutes=4)
    yield Scene(calendar.at(0, 16, 40), Act.OFFER, about, short)
    yield Scene(calendar.at(1, 8, 12), Act.ACCEPT, about)
    yield Scene(calendar.at(38, 21, 5), Act.PAUSE, about)
    yield Scene(calendar.at(45, 9, 30), Act.RESUME, about)
    yield Scene(calendar.at(63, 16, 40), Act.REVISE, about, long)
    yield Scene(calendar.at(64, 12, 20), Act.ACCEPT, about)
    run, evenings = 0, list(calendar.weekdays(first, calendar.days, days))
    for day in evenings:
        if 38 <= day <= 45:
            continue
        when = calendar.at(day, 19, chance.randint(2, 55))
        luck, ends = chance.random(), chance.choice(_EVENINGS)
        if day in evenings[-2:]:
            luck, ends = 0.0, "shut_down"
        if luck < 0.66:
            run += 1
            yield Scene(when, Act.RUN, about, run=run, ends=ends)
        elif luck < 0.76:
            run += 1
            stop = chance.randint(3, 5)
            yield Scene(when, Act.RUN, about, run=run, stops_after=stop)
        elif luck < 0.9:
            yield Scene(when, Act.NOT_TODAY, about)


def _breathing_terms(calendar: Calendar, day: int, *, minutes: int) -> Terms:
    return Terms(
        "paced-breath",
        "A slow minute or two in the evening, so that the day can end.",
        starts=calendar.wall(day, 19),
        rule="FREQ=WEEKLY;BYDAY=MO,WE,FR;COUNT=40",
        minutes=minutes,
    )


def _checking_in(calendar: Calendar, chance: Random) -> Iterator[Scene]:
    """Whenever it helps, about twice a week."""
    about = "check-in"
    terms = Terms("body-state-check-in", "To notice, without having to change it.")
    yield Scene(calendar.at(0, 16, 45), Act.OFFER, about, terms)
    yield Scene(calendar.at(1, 8, 15), Act.ACCEPT, about)
    run = 0
    for day in range(3, calendar.days):
        if chance.random() < 0.3:
            run += 1
            when = calendar.at(day, chance.randint(9, 18), chance.randint(0, 59))
            yield Scene(when, Act.RUN, about, run=run)


def _promises(calendar: Calendar, chance: Random) -> Iterator[Scene]:
    """Offered twice a week; the client wants once; the therapist agrees."""
    about = "promise"
    offered = Terms(
        "promise-to-myself",
        "Small promises, kept or let go, are how trust in yourself comes back.",
        starts=calendar.wall(next(calendar.weekdays(16, 23, "WE")), 18),
        rule="FREQ=WEEKLY;BYDAY=WE,SU;COUNT=20",
    )
    first = next(calendar.weekdays(17, 24, "SU"))
    wanted = Terms(
        "promise-to-myself",
        "Once a week is what I can look forward to.",
        starts=calendar.wall(first, 18),
        rule="FREQ=WEEKLY;BYDAY=SU;COUNT=10",
    )
    yield Scene(calendar.at(14, 16, 50), Act.OFFER, about, offered)
    yield Scene(calendar.at(15, 20, 10), Act.COUNTER, about, wanted, remind=True)
    yield Scene(calendar.at(16, 9, 5), Act.AGREE, about)
    run = 0
    for day in calendar.weekdays(first, calendar.days - 5, "SU"):
        if chance.random() < 0.85:
            run += 1
            yield Scene(
                calendar.at(day, 18, chance.randint(3, 50)), Act.RUN, about, run=run
            )
            later = calendar.at(day + 4, 20, chance.randint(0, 40))
            yield Scene(later, Act.FOLLOW_UP, about, run=run)


def _changing_my_mind(calendar: Calendar, _chance: Random) -> Iterator[Scene]:
    """A consent experiment in four sessions; shared in full; one stopped, well."""
    about = "changing-my-mind"
    first = next(calendar.weekdays(24, 31, "TU"))
    terms = Terms(
        "changing-my-mind",
        "To find out, here where it is safe, what happens when you change your mind.",
        setting="therapist",
        starts=calendar.wall(first, 16, 30),
        rule="FREQ=WEEKLY;BYDAY=TU;COUNT=5",
        share="full",
    )
    yield Scene(calendar.at(21, 16, 40), Act.OFFER, about, terms)
    yield Scene(calendar.at(22, 10, 0), Act.ACCEPT, about)
    for run, day in enumerate(list(calendar.weekdays(first, first + 35, "TU")), 1):
        stop = 6 if run == 3 else None
        when = calendar.at(day, 16, 32)
        yield Scene(when, Act.RUN, about, run=run, stops_after=stop)
    yield Scene(calendar.at(first + 36, 9, 0), Act.FINISH, about)


def _saying_no(calendar: Calendar, chance: Random) -> Iterator[Scene]:
    """Not now at first, and a yes when the time was right."""
    about = "saying-no"
    terms = Terms(
        "saying-no",
        "A very small no, with nothing depending on it.",
        setting="therapist",
        share="full",
    )
    yield Scene(calendar.at(35, 16, 40), Act.OFFER, about, terms)
    yield Scene(calendar.at(35, 20, 2), Act.NOT_NOW, about)
    yield Scene(calendar.at(51, 8, 20), Act.ACCEPT, about)
    for run, day in enumerate(calendar.weekdays(52, calendar.days, "TU"), 1):
        stop = 5 if run == 2 else None
        when = calendar.at(day, 16, chance.randint(35, 50))
        yield Scene(when, Act.RUN, about, run=run, stops_after=stop)


def _small_trust(calendar: Calendar, chance: Random) -> Iterator[Scene]:
    """Kept to oneself at first; two of them shared later."""
    about = "small-trust"
    terms = Terms("micro-trust-moment", "One very small act, written down.")
    yield Scene(calendar.at(49, 16, 40), Act.OFFER, about, terms)
    yield Scene(calendar.at(50, 21, 0), Act.ACCEPT, about, share=False)
    run = 0
    for day in range(52, calendar.days):
        if chance.random() < 0.27:
            run += 1
            when = calendar.at(day, chance.randint(12, 21), chance.randint(0, 59))
            yield Scene(when, Act.RUN, about, run=run)
    for shared in (1, 2):
        when = calendar.at(calendar.days - 1, 20, 10 + shared)
        yield Scene(when, Act.SHARE, about, run=shared, level="scores")


def _asking_how_it_is(calendar: Calendar, _chance: Random) -> Iterator[Scene]:
    """Two questionnaires, every two weeks; the therapist looks and says a word."""
    for about, why in (
        ("phq9", "To see together how low the days are, and whether that changes."),
        ("gad7", "To see together how much worry there is."),
    ):
        terms = Terms(
            about,
            why,
            starts=calendar.wall(1, 10),
            rule="FREQ=WEEKLY;INTERVAL=2;BYDAY=WE;COUNT=7",
        )
        minute = 4 if about == "phq9" else 9
        yield Scene(calendar.at(0, 16, 50), Act.OFFER, about, terms)
        yield Scene(calendar.at(1, 8, 20), Act.ACCEPT, about)
        for run, day in enumerate(range(1, calendar.days, 14), 1):
            yield Scene(calendar.at(day, 10, minute), Act.RUN, about, run=run)
            yield Scene(calendar.at(day, 13, minute), Act.SEE, about, run=run)
    words = "Thank you for answering this so openly. Let us look at it on Tuesday."
    when = calendar.at(1, 13, 30)
    yield Scene(when, Act.COMMENT, "phq9", run=1, text=words)
    yield Scene(calendar.at(1, 13, 20), Act.ACKNOWLEDGE, "phq9", text="contacted")
    yield Scene(calendar.at(7, 17, 5), Act.ACKNOWLEDGE, "phq9", text="plan_made")


def _left_open(calendar: Calendar, _chance: Random) -> Iterator[Scene]:
    """A no, a yes taken back, and two things that wait for an answer today."""
    haven = Terms("safe-haven", "A place in the mind to come back to.")
    gaze = Terms("soft-gaze", "Looking, and looking away, as long as it is all right.")
    walk = Terms("orient-and-ground", "For moments that are too much.")
    plan = Terms("boundary-plan", "To have the words ready before they are needed.")
    fewer = Terms("boundary-plan", "Together with you first.", setting="therapist")
    gaze = Terms(gaze.slug, gaze.why, setting="therapist")
    yield Scene(calendar.at(7, 16, 40), Act.OFFER, "haven", haven)
    yield Scene(calendar.at(8, 19, 44), Act.DECLINE, "haven")
    yield Scene(calendar.at(28, 16, 45), Act.OFFER, "ground", walk)
    yield Scene(calendar.at(29, 7, 58), Act.ACCEPT, "ground")
    yield Scene(calendar.at(33, 22, 15), Act.RUN, "ground", run=1)
    yield Scene(calendar.at(60, 8, 3), Act.WITHDRAW, "ground")
    yield Scene(calendar.at(77, 16, 40), Act.OFFER, "plan", plan)
    yield Scene(calendar.at(79, 9, 15), Act.COUNTER, "plan", fewer)
    yield Scene(calendar.at(calendar.days - 1, 16, 40), Act.OFFER, "gaze", gaze)


def _care(calendar: Calendar, _chance: Random) -> Iterator[Scene]:
    """The therapist's page of care: the phases in their order, and what is minded."""
    for day, phase, minds in (
        (0, "steadying", ("gaze",)),
        (14, "self_trust", ("gaze",)),
        (21, "boundaries", ("gaze", "legal")),
        (49, "graded_trust", ("gaze", "legal")),
        (70, "graded_trust", ("legal",)),
    ):
        when = calendar.at(day, 16, 35)
        yield Scene(when, Act.CARE, "care", phase=phase, minds=minds)


def _reading_and_looking(calendar: Calendar, _chance: Random) -> Iterator[Scene]:
    """A card read twice, and a list of signs looked through, never added up."""
    card = Terms("at-your-own-pace", "There is no hurry in any of this.")
    signs = Terms("signs-of-feeling-ready", "To see what is there already.")
    for about, terms, day, read in (
        ("card", card, 7, (9, 40)),
        ("signs", signs, 56, (58, 72)),
    ):
        yield Scene(calendar.at(day, 16, 55), Act.OFFER, about, terms)
        yield Scene(calendar.at(day + 1, 8, 30), Act.ACCEPT, about)
        for run, when in enumerate(read, 1):
            yield Scene(calendar.at(when, 20, 25), Act.RUN, about, run=run)


def _alarms(calendar: Calendar, chance: Random) -> Iterator[Scene]:
    """A feeling that something is wrong, written down; looked back on together."""
    about = "alarm"
    terms = Terms(
        "fear-or-intuition", "To find out over time what your alarm can tell."
    )
    yield Scene(calendar.at(28, 16, 55), Act.OFFER, about, terms)
    yield Scene(calendar.at(29, 8, 5), Act.ACCEPT, about)
    days = calendar.weekdays(30, calendar.days - 7, "SA")
    for run, day in enumerate(days, 1):
        when = calendar.at(day, chance.randint(10, 17), chance.randint(0, 59))
        yield Scene(when, Act.RUN, about, run=run)
        yield Scene(calendar.at(day + 3, 17, 8), Act.FOLLOW_UP, about, run=run)


def _ladder(calendar: Calendar, _chance: Random) -> Iterator[Scene]:
    """A programme: up a rung, up another, one back, each at the client's own word."""
    about = "ladder"
    yield Scene(
        calendar.at(63, 16, 50), Act.OFFER_PLAN, about, text="micro-trust-ladder"
    )
    yield Scene(calendar.at(64, 18, 30), Act.ACCEPT_PLAN, about)
    tiny, small = f"{about}.tiny", f"{about}.small"
    yield Scene(calendar.at(65, 12, 10), Act.GO, about)
    for run, day in enumerate((65, 67, 69), 1):
        yield Scene(calendar.at(day, 17, 15), Act.RUN, tiny, run=run)
    yield Scene(calendar.at(71, 12, 40), Act.GO, about)
    for run, day in enumerate((72, 75), 1):
        yield Scene(calendar.at(day, 17, 25), Act.RUN, small, run=run)
    yield Scene(calendar.at(76, 9, 5), Act.DOWN, about)
    yield Scene(calendar.at(78, 17, 20), Act.RUN, tiny, run=4)
