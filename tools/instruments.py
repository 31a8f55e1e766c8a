"""The instruments in `docs/instruments.md`: `-m tools.instruments write | check`.

The page is written from the definitions, so that no number stands in two places.
"""

import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from api.exercises.schemas_instruments import LOINC_NOTICE
from api.instruments.definitions import library
from api.instruments.names import EXCLUDED, TITLES
from api.instruments.parameters import ParameterSet
from api.instruments.shape import Instrument

COMMITTED = Path(__file__).parents[1] / "docs" / "instruments.md"

INTRODUCTION = """\
# Standard questionnaires

Written by `python -m tools.instruments write` from `api/instruments/library`; do not edit.

An instrument is asked as an exercise: offered, agreed to, planned, declined, answered and
shared like any other, by the slug in the first table. The server scores it from the
answers to its questions and never takes a total. A score that may not be computed is null
with a reason. Every band, cut and parameter set has an id, because published thresholds
disagree; whoever shows a classification shows the id with it.

**Tiers.** `bundled`: the licence lets us carry the words. `definition_only`: we carry
scoring and sources; an operator who has confirmed the licence supplies the words.
`excluded`: it must not be shipped or rebuilt here, under any of its names.

**To supply words**, put one YAML file per instrument into a folder and name the folder in
`ATTUNE_INSTRUMENT_TEXTS`:

```yaml
instrument: who5
licence_confirmed: who confirmed which licence, and when
credit: the line that the licence wants to be shown
instructions: the published instructions, if there are any
items: {who5_1: the published words, ...}
options: {the_set: {0: the published words, ...}}
```

`attune instruments check` lists what can be asked and why not, and says of every file
that does not fit where it does not. `attune load-library` then gives the questionnaire to
practices that are there already. The server reads the folder when it starts.

**HARK** is off until the owner of a practice switches it on (`POST
/v1/instruments/hark/enable`). It is asked in a private appointment only: terms that ask
for it alone or with reminders are refused. A negative screen does not mean that somebody
is safe.
"""
CHECKS = """
## Open checks before release

- **Wording.** The words of the bundled questionnaires were first written from memory and
  then compared with public copies, as the table says. Nobody has held them against the
  originals yet: the Pfizer forms (PHQ, GAD), the National Center for PTSD (PCL-5,
  PC-PTSD-5), the authors' site (ITQ), the Harvard page (K6, K10), the University of
  Maryland page (RSES), the articles (HARK, ETMCQ).
- **Licences.** ITQ on the authors' site; the version of HARK's Creative Commons licence;
  the present terms of the WHO-5.
- **Numbers from memory.** Every parameter set marked `from_memory` or `partly_seen`: the
  ICC of the GAD-7, r and SD of the BRS, the SDs of RSES and PCL-5, the reliable change of
  the CORE-10, the smallest noticed difference of the WSAS. The reversed items, subscales
  and missing rule of the CORE-OM.
- **LOINC.** Codes were compared with a copy of about 2020; each is to be looked up in the
  current release. What was not found there has no code.
"""


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    for row in rows:
        yield f"| {' | '.join(cell.replace('|', '/') for cell in row)} |"


def _shipped(one: Instrument) -> str:
    """Say what of an instrument is in this repository."""
    count = "1 question" if len(one.items) == 1 else f"{len(one.items)} questions"
    return f"{'words and scoring' if one.has_text else 'scoring only'}, {count}"


def _instruments() -> Iterator[str]:
    every = list(library().values())
    rows = (
        (
            f"`{one.id.replace('_', '-')}`",
            one.title,
            one.tier + ("" if one.on_by_default else ", off by default"),
            one.licence,
            _shipped(one),
            one.wording or "no words here",
        )
        for one in every
    )
    head = ("Slug", "Instrument", "Tier", "Licence evidence", "Shipped", "Wording")
    yield from _table(head, rows)
    yield "\n### Excluded\n"
    rows_out = ((f"`{one.id}`", TITLES[one.id], one.reason) for one in EXCLUDED)
    yield from _table(("Id", "Instrument", "Why"), rows_out)


def _numbers(found: ParameterSet) -> str:
    """Say the numbers of a parameter set in a line."""
    said: list[str] = []
    if found.threshold:
        above = "above" if found.threshold.strict else "from"
        said.append(f"reliable change {above} {found.threshold.points:g}")
    if found.reliability:
        said.append(
            f"r {found.reliability.r:g} ({found.reliability.type}), "
            f"SD {found.reliability.sd:g}"
        )
    if found.cut and found.cut.case_at is not None:
        said.append(f"case from {found.cut.case_at:g}")
    if found.cut and found.cut.functional_at is not None:
        said.append(f"functional from {found.cut.functional_at:g}")
    if found.norms:
        said.append("norms of both groups")
    if found.mid:
        said.append(f"noticed from {found.mid.least:g}")
    return "; ".join(said)


def _parameters() -> Iterator[str]:
    rows = (
        (f"`{found.id}`", found.evidence, _numbers(found), found.source)
        for one in library().values()
        for found in one.parameter_sets
    )
    yield from _table(("Parameter set", "Evidence", "Numbers", "Source"), rows)


def generated() -> str:
    """Return the page as the definitions have it."""
    lines = [
        INTRODUCTION,
        "## Which there are\n",
        *_instruments(),
        "\n## Parameter sets\n",
        "Evidence says how a number was checked: `seen` in a public copy, `partly_seen`,",
        "`from_memory`, or `chosen` by us.\n",
        *_parameters(),
        CHECKS,
        "## LOINC\n",
        LOINC_NOTICE,
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Entry point."""
    if sys.argv[1:] == ["write"]:
        COMMITTED.write_text(generated(), encoding="utf-8")
    elif sys.argv[1:] == ["check"]:
        if COMMITTED.read_text(encoding="utf-8") != generated():
            sys.exit("docs/instruments.md is stale: -m tools.instruments write")
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main()
