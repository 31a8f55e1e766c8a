"""Finding by words: one folding for what is kept and for what is asked.

Accents, case and compatibility forms fold away here, so that both engines keep and look up
the very same words. A question is words and nothing else: no engine's query language ever
reaches an engine. This module runs no query.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator

LONGEST_WORD = 40
"""A word is kept and asked by its first letters; PostgreSQL takes no boundless lexeme."""
_WORD = re.compile(r"[^\W_]+")


def words(text: str) -> list[str]:
    """Split a text into its words, folded: Müde Füße → mude, fusse. Each word once."""
    return list(dict.fromkeys(_folded(text)))


def _folded(text: str) -> Iterator[str]:
    # Folding case may bring marks back (İ), so marks go last.
    plain = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(one for one in plain if unicodedata.category(one) != "Mn")
    for found in _WORD.finditer(bare.casefold()):
        yield found.group()[:LONGEST_WORD]


def indexed(texts: Iterable[str]) -> str:
    """Write the words of several texts as they are kept: each once, a space between."""
    return " ".join(words(" ".join(texts)))


def asked(question: str) -> list[str]:
    """Read a question: its words, all of which are wanted; the last may be unfinished."""
    found = list(_folded(question))
    if not found:
        return []
    *whole, last = found
    return [*(one for one in dict.fromkeys(whole) if one != last), last]


def fts_query(wanted: list[str]) -> str:
    """Write words in the query language of SQLite's FTS5. There is at least one."""
    return " AND ".join(f'"{one}"' for one in wanted) + " *"


def ts_query(wanted: list[str]) -> str:
    """Write words as a PostgreSQL tsquery, unparsed. There is at least one."""
    return " & ".join(f"'{one}'" for one in wanted) + ":*"
