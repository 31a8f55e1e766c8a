"""The catalogue and the coverage table in `docs/library.md`: `-m tools.library write | check`.

It prints what the library and `tools/coverage.yaml` say, and judges nothing.
"""

import sys
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from api.exercises.library import library
from api.exercises.measures import FORMULAS
from api.instruments.definitions import library as instruments

ROOT = Path(__file__).resolve().parent.parent
COMMITTED = ROOT / "docs" / "library.md"
COVERAGE = ROOT / "tools" / "coverage.yaml"

INTRODUCTION = """\
# The library

Written by `python -m tools.library write`; change the YAML files, not this page.

Every item is a document of its own in `api/exercises/library/`, in our own words. A
therapist offers it, and the client may say no, ask for less, or stop. None of it has been
tested with people after hurtful relationships as a whole; what each line can claim is said
by its letter.

## What the letters and numbers mean

**Kind.** An `exercise` is something to do. A `reading` is a card of a few minutes. `signs`
is a list to look through, with no sum and no mark. A `prompt` is a page to write on. The
`marker` is filled in by a therapist after trauma work in session, and is offered to nobody.

**Evidence.** B: the family of techniques was tested in controlled studies, with other
people. C: uncontrolled studies, or theory. D: tradition, or the seed texts alone. Nothing
here is A, which would mean tested with the people it is for.

**Grade.** How much an item may stir up, by our own judgement. It orders the library for the
titration brake: after two runs that made things worse, what stirs up as much or more
waits until therapist and client both agree. An easier item never has a higher grade.

| Grade | What it is like | Rest after a run that made it worse |
|---|---|---|
| 1 | steadying, short looks, kind words; open on a hard day | none |
| 2 | turns inward or looks at people from a distance | half a day to a day |
| 3 | parts, patterns, limits, small steps with somebody | one to four days |
| 4 | abuse recalled at length, grief, a real risk with a person | three to seven days |
| 5 | trauma work itself, in session only | a week |

**Words.** Texts are plain enough for a reader of about twelve, speak to "you", and claim no
more than the letter carries. `api/exercises/claims.py` refuses promises of safety, verdicts
on people, pressure, and advice to forgive, to make up or to have it out with someone.
"""


class Row(NamedTuple):
    """One thing named in a seed text, and its homes; `noise` says why it has none."""

    id: str
    seen: str
    homes: tuple[str, ...]
    noise: str | None


@cache
def _written() -> Mapping[str, Any]:
    document: Mapping[str, Any] = yaml.safe_load(COVERAGE.read_text(encoding="utf-8"))
    return document


def rows() -> list[Row]:
    """Return every row of the coverage table, in the order of the seed texts."""
    return [
        Row(name, row["seen"], tuple(row.get("homes", ())), row.get("noise"))
        for name, row in _written()["rows"].items()
    ]


def rules() -> Mapping[str, Mapping[str, str]]:
    """Return the rules that are homes: name → what it says, and the file that holds it."""
    found: Mapping[str, Mapping[str, str]] = _written()["rules"]
    return found


def homes() -> Mapping[str, str]:
    """Return every home there is, as the table names it → its title in words."""
    found = {
        one["library_id"]: one["title"]
        for one in library().values()
        if one.get("library_id")
    }
    found |= {f"rule:{name}": rule["says"] for name, rule in rules().items()}
    found |= {f"measure:{name}": one.title for name, one in FORMULAS.items()}
    found |= {f"instrument:{name}": one.title for name, one in instruments().items()}
    return found


def _table(head: Iterable[str], lines: Iterable[Iterable[Any]]) -> Iterator[str]:
    titles = list(head)
    yield f"| {' | '.join(titles)} |"
    yield f"|{'---|' * len(titles)}"
    for line in lines:
        yield f"| {' | '.join(str(cell) for cell in line)} |"


def _minutes(document: Mapping[str, Any]) -> str:
    least, most = document["minutes"]["least"], document["minutes"]["most"]
    return f"{least:g}" if least == most else f"{least:g} to {most:g}"


def _line(document: Mapping[str, Any]) -> list[Any]:
    return [
        document["library_id"],
        document["title"],
        document["kind"],
        document["modality"].replace("_", " "),
        document["phase"].replace("_", " "),
        ", ".join(document["settings"]),
        document["evidence"],
        _minutes(document),
        document["intensity"],
    ]


def _catalogue() -> Iterator[str]:
    head = ("", "Title", "Kind", "Way", "Phase", "With", "Evidence", "Minutes", "Grade")
    items = [one for one in library().values() if one.get("library_id")]
    shelves = (
        ("E", "Exercises"),
        ("R", "Reading cards"),
        ("S", "Lists of signs"),
        ("J", "Journal prompts"),
    )
    for letter, title in shelves:
        here = [one for one in items if one["library_id"].startswith(letter)]
        yield f"\n### {title} ({len(here)})\n"
        yield from _table(head, map(_line, here))


def _coverage() -> Iterator[str]:
    named = homes()
    yield "\n### Rules that are homes\n"
    yield from _table(
        ("Rule", "What it says", "Held by"),
        ((name, one["says"], f"`{one['held_by']}`") for name, one in rules().items()),
    )
    for letter in "ABC":
        yield f"\n### Seed {letter}\n"
        yield from _table(
            ("Row", "Named there", "Lives in"),
            (
                (row.id, row.seen, "; ".join(_lives(row, named)))
                for row in rows()
                if row.id.startswith(letter)
            ),
        )


def _lives(row: Row, named: Mapping[str, str]) -> Iterator[str]:
    if row.noise:
        yield f"not built: {row.noise}"
    for home in row.homes:
        kind, _, name = home.partition(":")
        yield f"{kind} `{name}`" if name else f"{home} {named[home]}"


def generated() -> str:
    """Return the page as the library and the coverage file have it."""
    lines = [
        INTRODUCTION,
        "## The catalogue",
        *_catalogue(),
        "\n## Where everything named in the seed texts lives",
        *_coverage(),
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Entry point."""
    if sys.argv[1:] == ["write"]:
        COMMITTED.write_text(generated(), encoding="utf-8")
    elif sys.argv[1:] == ["check"]:
        if COMMITTED.read_text(encoding="utf-8") != generated():
            sys.exit("docs/library.md is not the library's: -m tools.library write")
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main()
