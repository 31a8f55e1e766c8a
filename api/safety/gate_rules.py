"""What each precaution means for any exercise, whether or not the exercise says so.

Pure; one function a code, after the table of clinical.md §2.1. It judges exercises and
terms, never a person.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from api.safety import gate
from api.safety.brake import GROUNDING
from api.safety.gate import Caution, Document, Effect, Profile, Rule, Wish

STILL_THERE = frozenset({GROUNDING, "body-state-check-in", "support-map-and-one-ask"})
"""E08, E09 and E47: all that is offered while `acute` holds."""
ABOUT_LIMITS = frozenset(
    {
        "saying-no",
        "negotiating",
        "changing-my-mind",
        "boundary-plan",
        "boundary-in-action",
        "words-and-actions",
    }
)
"""E18-E20 and E34-E36; others of their kinds are known by modality."""
SAFETY_PLAN = "safety_plan"
FASTEST_CYCLE = 3.0
"""Seconds of one breath. A faster one is more than the 12 to 20 a minute of an adult at
rest, so it counts as fast breathing [D]."""
_LIMIT_KINDS = frozenset({"consent_experiment", "boundaries"})
_INWARD_KINDS = frozenset({"parts", "resourcing"})


def cautions(profile: Profile, wish: Wish) -> list[Caution]:
    """Return everything that an offer meets, one caution a code, blocks first."""
    found: list[Caution] = []
    for code, rule in _RULES.items():
        since = profile.precautions.get(code)
        if since is not None:
            found.extend(rule(profile, wish, since))
    found.extend(_fitted(one, wish) for one in gate.declared(profile, wish))
    found.extend(gate.later_phase(profile, wish))
    found.extend(gate.braked(profile, wish))
    return gate.merged(found)


def about_reminders(profile: Profile) -> list[Caution]:
    """Return what a wish to be reminded meets, whatever is done."""
    since = profile.precautions.get("device")
    return [] if since is None else [_no_reminders(since)]


def _fitted(one: Caution, wish: Wish) -> Caution:
    """Fit what the exercise declares to the table: `acute` is firm, `grief` may ask."""
    if one.code == "acute":
        return replace(one, may_override=False)
    if one.code == "grief" and wish.by_client:
        return replace(one, effect=Effect.WARN)
    return one


def _acute(_: Profile, wish: Wish, since: datetime) -> Iterator[Caution]:
    if wish.names[0] not in STILL_THERE:
        text = "For now only the gentlest things are offered."
        yield Caution(
            "acute", Effect.BLOCK, Rule.PRECAUTION, text, False, GROUNDING, since=since
        )


def _minor(profile: Profile, wish: Wish, since: datetime) -> Iterator[Caution]:
    if wish.names[0] not in profile.youth:
        text = "The practice has not looked this through for younger people."
        yield Caution("minor", Effect.BLOCK, Rule.R7, text, False, since=since)


def _device(_: Profile, wish: Wish, since: datetime) -> Iterator[Caution]:
    if wish.reminders:
        yield _no_reminders(since)


def _no_reminders(since: datetime) -> Caution:
    text = "No reminders are sent to this device. Leave them out."
    return Caution(
        "device", Effect.BLOCK, Rule.PRECAUTION, text, may_override=False, since=since
    )


def _panic(_: Profile, wish: Wish, since: datetime) -> Iterator[Caution]:
    if any(True for _step in _breaths(wish.document)):
        text = "Counting breaths is left out for now."
        yield Caution(
            "panic",
            Effect.BLOCK,
            Rule.PRECAUTION,
            text,
            instead=GROUNDING,
            since=since,
        )


def _resp(_: Profile, wish: Wish, since: datetime) -> Iterator[Caution]:
    cycles = list(_cycles(wish))
    if any(hold > 0 for hold, _ in cycles):
        text = "Holding the breath is left out: set both holds to 0."
        yield _blocked("resp", text, since)
    if any(seconds < FASTEST_CYCLE for _, seconds in cycles):
        text = "Breathing this fast is left out: make one breath longer."
        yield _blocked("resp", text, since)


def _gaze(_: Profile, wish: Wish, since: datetime) -> Iterator[Caution]:
    if "soft-gaze" in wish.names or "gaze" in wish.document.get("tags", ()):
        yield _blocked("gaze", "Exercises with eye contact are left out.", since)


def _dissoc(_: Profile, wish: Wish, since: datetime) -> Iterator[Caution]:
    inward = wish.document.get(
        "modality"
    ) in _INWARD_KINDS or "imagery" in wish.document.get("tags", ())
    if inward and wish.setting == "solo":
        text = "Inner pictures and parts are met together in the appointment."
        yield _blocked("dissoc", text, since)


def _live(_: Profile, wish: Wish, since: datetime) -> Iterator[Caution]:
    about_limits = ABOUT_LIMITS & set(wish.names)
    if not about_limits and wish.document.get("modality") not in _LIMIT_KINDS:
        return
    text = "Limits can be answered with anger. Talk this through together first."
    yield Caution("live", Effect.BLOCK, Rule.R4, text, since=since)
    note = "Have a plan for staying safe before anything is tried, and only where it is safe to."
    yield Caution(SAFETY_PLAN, Effect.WARN, Rule.R4, note, since=since)


def _legal(_: Profile, wish: Wish, since: datetime) -> Iterator[Caution]:
    if "interaction-record" in wish.names:
        text = "What is written here may be asked for in court one day."
        yield Caution("legal", Effect.WARN, Rule.PRECAUTION, text, since=since)


def _grief(_: Profile, wish: Wish, since: datetime) -> Iterator[Caution]:
    if "space-for-grief" in wish.names and not wish.by_client:
        text = "This waits a while, unless you ask for it yourself."
        yield _blocked("grief", text, since)


def _blocked(code: str, text: str, since: datetime) -> Caution:
    return Caution(code, Effect.BLOCK, Rule.PRECAUTION, text, since=since)


_RULES: Mapping[str, Callable[[Profile, Wish, datetime], Iterable[Caution]]] = {
    "acute": _acute,
    "minor": _minor,
    "device": _device,
    "panic": _panic,
    "resp": _resp,
    "gaze": _gaze,
    "dissoc": _dissoc,
    "live": _live,
    "legal": _legal,
    "grief": _grief,
}


def _breaths(document: Document) -> Iterator[tuple[str, Document]]:
    for part in document["parts"]:
        for step in part["steps"]:
            if step["type"] == "breath":
                yield f"{part['id']}.{step['id']}", step


def _cycles(wish: Wish) -> Iterator[tuple[float, float]]:
    """Yield (longest hold, whole breath) in seconds of every pace the terms allow."""
    for ref, step in _breaths(wish.document):
        dose = wish.doses.get(ref, {})
        for pace in (step["pace"], *step.get("paces", ())):
            holds = [
                _seconds(dose.get(name), pace.get(name))
                for name in ("hold", "hold_after")
            ]
            moving = _seconds(dose.get("breathe_in"), pace["in"]) + _seconds(
                dose.get("breathe_out"), pace["out"]
            )
            yield max(holds), moving + sum(holds)


def _seconds(dosed: float | None, written: float | None) -> float:
    return dosed if dosed is not None else written or 0.0
