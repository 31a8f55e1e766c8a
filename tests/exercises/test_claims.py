"""The lint finds what no text may say, in both languages, and lets plain speech pass."""

import pytest

from api.exercises.claims import RULES, claim_faults
from tests.exercises.documents import exercise

REFUSED = [
    ("claim-not-carried", "This rewires old pathways."),
    ("claim-not-carried", "It heals the nervous system."),
    ("claim-not-carried", "Das heilt dein Nervensystem."),
    ("claim-not-carried", "Die Wirkung ist erwiesen."),
    ("verdict-on-a-person", "Was it a narcissist?"),
    ("verdict-on-a-person", "Hat der Narzisst sich gemeldet?"),
    ("verdict-on-a-person", "Der Täter ist weg."),
    ("word-of-pressure", "You must do it daily."),
    ("word-of-pressure", "Du musst es jeden Tag tun."),
    ("left-right-stimulation", "Look left, then right, then left."),
    ("left-right-stimulation", "Schau nach links, rechts und links."),
    ("promise-of-safety", "There is no risk."),
    ("promise-of-safety", "You are safe now."),
    ("promise-of-safety", "You’re completely safe here."),
    ("promise-of-safety", "Nothing bad can happen."),
    ("promise-of-safety", "Du bist jetzt sicher."),
    ("promise-of-safety", "Es besteht keine Gefahr."),
    ("advice-about-the-other", "Forgive them."),
    ("advice-about-the-other", "Breathe. Then confront the person."),
    ("advice-about-the-other", "You should make up with your sister."),
    ("advice-about-the-other", "It is time to forgive."),
    ("advice-about-the-other", "Learn to forgive."),
    ("advice-about-the-other", "Try to reconcile this week."),
    ("advice-about-the-other", "Give him a second chance."),
    ("advice-about-the-other", "Forgiveness sets you free."),
    ("advice-about-the-other", "Verzeih ihm."),
    ("word-of-deficit", "What is wrong with you?"),
    ("word-of-deficit", "Perhaps you are a bit broken."),
    ("word-of-deficit", "Write down your flaws."),
    ("word-of-deficit", "Was mit dir nicht stimmt."),
]
ALLOWED = [
    "Many people find it helps some of the time.",
    "If you are safe now, look around the room.",
    "Is there a place that feels safe enough today?",
    "How do you tell where you are safe enough?",
    "A no does not mean that you are safe.",
    "Pushes for it to be all right again, fast.",
    "You don't have to forgive anyone.",
    "Nobody may tell you to reconcile.",
    "Rushes me to forgive.",
    "A broken cup, a broken promise.",
    "You are not broken.",
    "Those are not flaws in you.",
    "Du musst das nicht allein klären.",
    "Bist du sicher, dass du hier bist?",
    "Schau nach links und nach rechts.",
    "Ein Ort, an dem du dich sicher genug fühlst.",
]


@pytest.mark.parametrize(("code", "text"), REFUSED)
def test_what_no_text_may_say_is_found(code: str, text: str) -> None:
    document = exercise(safety=["Take your time.", text])
    found = {(fault.pointer, fault.code) for fault in claim_faults(document)}
    assert ("/safety/1", code) in found


@pytest.mark.parametrize("text", ALLOWED)
def test_plain_speech_passes(text: str) -> None:
    assert list(claim_faults(exercise(safety=[text]))) == []


def test_every_rule_is_tried() -> None:
    assert {code for code, _ in REFUSED} == {code for code, _, _ in RULES}


def test_a_fault_never_repeats_the_text() -> None:
    faults = list(claim_faults(exercise(safety=["Forgive zq, there is no risk."])))
    assert len(faults) == 2
    assert not any("zq" in f"{fault.pointer} {fault.message}" for fault in faults)
