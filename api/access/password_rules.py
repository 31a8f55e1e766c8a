"""Which passwords are good enough: long, and not made of what everybody would try.

Pure apart from reading the bundled list once. No rules about digits or symbols, no
truncation, no folding of case in what is hashed (NIST SP 800-63B-4; ASVS 6.2).
"""

import unicodedata
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from api.foundation.errors import Fault

SHORTEST = 15
LONGEST = 128
_REMAINDER = 6
_LIST = Path(__file__).with_name("common_passwords.txt")
_LOOKALIKES = str.maketrans("01345@7$!", "oleasatsi")
_RUNS = ("abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm", "0123456789")


@cache
def common() -> frozenset[str]:
    """Return the bundled passwords and words that everybody tries, longest matter."""
    lines = _LIST.read_text("utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


def normalise(password: str) -> str:
    """Return the form that is counted and hashed: NFKC, so that keyboards agree."""
    return unicodedata.normalize("NFKC", password)


def fault_of(password: str, context: Iterable[str] = ()) -> Fault | None:
    """Return what is wrong with a normalised password, or None.

    `context` are words that an attacker knows: the practice's name, the login.
    """
    if not SHORTEST <= len(password) <= LONGEST:
        message = f"should have {SHORTEST} to {LONGEST} characters"
        return Fault("/password", "password-length", message)
    if _is_guessable(password.casefold(), context):
        message = "is too easy to guess: common, repeated, or made of known words"
        return Fault("/password", "password-common", message)
    return None


def _is_guessable(password: str, context: Iterable[str]) -> bool:
    if len(set(password)) < _REMAINDER or password in common():
        return True
    words = [*sorted(common(), key=len, reverse=True), *_words(context)]
    for spelling in {password, password.translate(_LOOKALIKES)}:
        if _is_periodic(spelling) or _is_run(spelling):
            return True
        if _left_over(spelling, words) < _REMAINDER:
            return True
    return False


def _words(context: Iterable[str]) -> list[str]:
    parts = [part for text in context for part in (text, *text.split())]
    return [part.casefold() for part in parts if len(part) > 2]


def _is_periodic(text: str) -> bool:
    """Tell whether a text is a short unit over and over (`abcabcabcabcabc`)."""
    return any(text == (text[:n] * len(text))[: len(text)] for n in range(1, 8))


def _is_run(text: str) -> bool:
    """Tell whether a text walks along the alphabet, the keyboard or the digits."""
    rows = [row * 4 for row in _RUNS]
    return any(text in row or text in row[::-1] for row in rows)


def _left_over(text: str, words: Iterable[str]) -> int:
    """Count what remains of a text without known words, digits at its ends, signs."""
    for word in words:
        if word in text:
            text = text.replace(word, " ")
    kept = [c for c in text.strip(" 0123456789") if c.isalnum()]
    return len(set(kept))
