"""Logins: the one form in which they are kept and compared. Pure.

Refuses what looks like another login, or like nothing: controls, and signs that turn
the text around them.
"""

import unicodedata

from api.foundation.schemas import on_one_line

LONGEST = 120
_ROUNDS = 4
"""Folding may make what folds again; after this many rounds nothing moves."""


def folded(login: str) -> str:
    """Return the form in which logins are compared, whatever keyboard wrote them.

    Case and compatibility forms fold (Unicode NFKC, caseless). Source: RFC 8265 §3.3.
    """
    form = login
    for _ in range(_ROUNDS):
        form = unicodedata.normalize("NFKC", form.casefold()).strip()
    return form


def checked(login: str) -> str:
    """Return the login as it was given; raise ValueError if it can't be kept."""
    form = on_one_line(folded(login))
    unseen = any(unicodedata.category(letter) == "Cf" for letter in form)
    if unseen or len(form) > LONGEST or any(c == "@" or c.isspace() for c in form):
        msg = "is no login"
        raise ValueError(msg)
    return login
