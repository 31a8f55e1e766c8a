"""What holds of a client's precautions and phase, and the words the client reads.

Folds over what was set and ended; they decide nothing about offers. The words say what
follows from a precaution and never why somebody set it: another may look on.
"""

from collections.abc import Iterable, Mapping

from api.people.tables import Phase, PhaseChange, PrecautionChange, PrecautionCode

FIRST_PHASE = Phase.STEADYING
"""Where everybody's work begins. Source: clinical.md §2.1."""

WORDS: Mapping[PrecautionCode, str] = {
    PrecautionCode.DISSOC: (
        "Exercises stay short, with eyes open and something to hold. "
        "Inner pictures and parts wait for the appointment."
    ),
    PrecautionCode.PANIC: (
        "Counting breaths is left out. Looking around the room is there instead."
    ),
    PrecautionCode.RESP: "Holding the breath and quick breathing are left out.",
    PrecautionCode.GAZE: "Exercises with eye contact are left out.",
    PrecautionCode.LIVE: (
        "Exercises about limits are talked through with your therapist first."
    ),
    PrecautionCode.LEGAL: (
        "Before you write things down at length, talk about who might read them one day."
    ),
    PrecautionCode.DEVICE: "No reminders are sent, and nothing is kept on the device.",
    PrecautionCode.ACUTE: (
        "For now only the gentlest things: looking around, a body check-in, "
        "and who can be with you."
    ),
    PrecautionCode.GRIEF: "The exercise about grief waits until you ask for it.",
    PrecautionCode.MINOR: (
        "Only exercises that the practice has looked through for younger people."
    ),
}
PHASE_WORDS: Mapping[Phase, str] = {
    Phase.STEADYING: "Finding steady ground",
    Phase.SELF_TRUST: "Trusting yourself",
    Phase.SENSE_MAKING: "Making sense of it",
    Phase.BOUNDARIES: "Limits and consent",
    Phase.GRADED_TRUST: "Trust in small steps",
}


def in_force(
    changes: Iterable[PrecautionChange],
) -> dict[PrecautionCode, PrecautionChange]:
    """Return the precautions that hold now, each with the change that set it."""
    held: dict[PrecautionCode, PrecautionChange] = {}
    for change in sorted(changes, key=lambda one: one.number):
        if change.holds:
            held.setdefault(change.code, change)
        else:
            held.pop(change.code, None)
    return held


def latest(changes: Iterable[PhaseChange]) -> PhaseChange | None:
    """Return the change that set the present phase, or None where none was ever set."""
    return max(changes, key=lambda one: one.number, default=None)
