"""What a formula is: the answers it reads and the rule that reads them.

Also which types of steps may stand for which input. The formulas themselves are in
measures_formulas and measures_formulas_wholes.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from api.exercises.measures_rules import Context, Given, Reading

SCALE = frozenset(("scale",))
CHOICE = frozenset(("choice",))
STATE = frozenset(("state",))
LIST = frozenset(("list",))
DATETIME = frozenset(("datetime",))
BELIEF = frozenset(("scale", "prediction"))
BELIEF_NOW = frozenset(("scale", "outcome"))
OUTCOME = frozenset(("outcome",))
RESULT = frozenset(("outcome", "choice"))
TIMED = frozenset(("timer", "breath"))
CODED = frozenset(("choice", "checklist", "state"))
ANSWERED = CODED - STATE | frozenset(
    ("text", "list", "allocation", "datetime", "person", "scale")
)


@dataclass(frozen=True, slots=True)
class Input:
    """One named answer a formula reads.

    `meanings` are the formula's own words; options.codes.<input> translates the
    step's codes into them. A code without a meaning is left out of the reading.
    """

    step_types: frozenset[str]
    required: bool = True
    help: str = ""
    meanings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Formula:
    """One derived measure of reference §2.3.

    `scope` "round" gives one reading per round of a repeated part (a list when the
    part repeats), "run" gathers all rounds into one. `others` are the step types
    allowed under any further input name; empty means no further names.
    `options` names the measure options beside `codes`. `tells` are what
    a measure may ask for in `options.tell`: figures over many runs besides the usual.
    """

    name: str
    source: str
    title: str
    inputs: Mapping[str, Input]
    derive: Callable[[Given, Context], Reading | None]
    scope: Literal["round", "run"] = "round"
    others: frozenset[str] = frozenset()
    one_of: tuple[str, ...] = ()
    options: Mapping[str, str] = field(default_factory=dict)
    tells: tuple[str, ...] = ()
