"""Numbers out, words in: how every client-facing view looks to whoever hides numbers.

One function for all of them. Moments, days, codes and words stay; whatever is a number is
null, and a figure says why. Only the client's own view is ever changed.
Source: reference §4.6 rule 12.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

NUMBERS_HIDDEN = "numbers_hidden"
"""The reason a figure gives while its number is hidden."""

_DATE = re.compile(r"\b\d{1,2} [A-Z][a-z]{2,8} \d{4}\b")
_DIGIT = re.compile(r"\d")


def hides(*, own: bool, preference: bool, asked: bool = False) -> bool:
    """Whether a reader gets no numbers: their own wish, lasting or for this once."""
    return own and (preference or asked)


def hide(view: Mapping[str, Any]) -> dict[str, Any]:
    """Give a JSON-like view again without its numbers.

    Sentences in a list `words` that tell a number are left out; dates are no numbers. A
    list of nothing but numbers (an interval, places in a list) becomes null as a whole.
    """
    hidden = {
        name: quiet(value)
        if name == "words" and isinstance(value, list | tuple)
        else _hidden(value)
        for name, value in view.items()
    }
    if "method" in view and "reason" in view:
        hidden["reason"] = NUMBERS_HIDDEN
    return hidden


def _hidden(value: Any) -> Any:
    if isinstance(value, Mapping):
        return hide(value)
    if isinstance(value, list | tuple):
        if value and all(map(_is_number, value)):
            return None
        return [_hidden(one) for one in value]
    return None if _is_number(value) else value


def quiet(sentences: Iterable[str]) -> list[str]:
    """Keep the sentences that tell no number besides dates."""
    return [one for one in sentences if _DIGIT.search(_DATE.sub("", one)) is None]


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
