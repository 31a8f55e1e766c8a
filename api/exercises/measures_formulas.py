"""The closed set of formulas: one entry per derived measure of reference §2.3 and §3.2.

An entry says which answers it reads and which rule reads them. It refuses anything
outside the set: a practice writes exercises, never arithmetic.
"""

from collections.abc import Mapping, Sequence
from functools import partial

from api.exercises import measures_counts as counts
from api.exercises import measures_rules as rules
from api.exercises.measures_formulas_wholes import WHOLES
from api.exercises.measures_instruments import instrument_score
from api.exercises.measures_rules import Context, Given, Reading
from api.exercises.measures_shape import (
    ANSWERED,
    BELIEF,
    BELIEF_NOW,
    CHOICE,
    CODED,
    DATETIME,
    LIST,
    OUTCOME,
    RESULT,
    SCALE,
    STATE,
    TIMED,
    Formula,
    Input,
)


def _before_after(kinds: frozenset[str] = SCALE) -> dict[str, Input]:
    return {
        "before": Input(kinds, help="as it was at the start"),
        "after": Input(kinds, help="as it was at the end"),
    }


def _coded(name: str, *meanings: str) -> dict[str, Input]:
    return {name: Input(CHOICE, meanings=meanings)}


def _one_code(
    formula: str, source: str, title: str, name: str, *meanings: str
) -> Formula:
    rule = partial(_read_code, name=name, known=meanings)
    return Formula(formula, source, title, _coded(name, *meanings), rule)


def _read_code(
    given: Given, ctx: Context, *, name: str, known: Sequence[str]
) -> Reading | None:
    return counts.one_code(name, given, ctx, known)


_CHANGES = (
    Formula(
        "distress_change",
        "D-SUDS",
        "Distress before and after",
        _before_after(),
        rules.distress_change,
    ),
    Formula(
        "state_shift",
        "D-STATE",
        "Body state before and after",
        _before_after(STATE),
        rules.state_shift,
    ),
    Formula(
        "belief_change",
        "D-BELIEF",
        "How true it feels",
        {
            "before": Input(BELIEF, help="belief at the start"),
            "after": Input(BELIEF_NOW, required=False, help="belief at the end"),
        },
        rules.belief_change,
    ),
    Formula(
        "resource_gain",
        "D-RES",
        "Felt support",
        {
            "before": Input(SCALE, required=False),
            "after": Input(SCALE, required=False),
            "reached": Input(
                CHOICE, required=False, meanings=("reached", "not_reached", "soured")
            ),
        },
        rules.resource_gain,
        one_of=("before", "reached"),
    ),
    Formula(
        "scale_change", "generic", "Before and after", _before_after(), rules.change
    ),
    Formula(
        "scale_value",
        "generic",
        "Your number",
        {"value": Input(SCALE)},
        rules.scale_value,
        tells=("per_4_weeks",),
    ),
)

_DONE = (
    Formula(
        "breath",
        "D-BREATH",
        "Breath",
        {"breath": Input(frozenset(("breath",)))},
        rules.breath,
    ),
    Formula(
        "dose",
        "D-DOSE",
        "Time spent",
        {"timer": Input(TIMED, required=False)},
        rules.dose,
        scope="run",
        others=TIMED,
    ),
    Formula(
        "choice_count",
        "D-CHOICE",
        "Choices you made",
        {
            "choice": Input(
                CHOICE,
                required=False,
                meanings=("said_no", "ended_early", "changed_mind"),
            )
        },
        rules.choice_count,
        scope="run",
        others=CHOICE,
    ),
    Formula(
        "item_count",
        "generic",
        "How many",
        {"items": Input(frozenset(("list", "checklist")))},
        counts.item_count,
        scope="run",
        options={"exclude": "checklist codes that do not count, such as none"},
    ),
    Formula(
        "completeness",
        "generic",
        "How much is filled in",
        {},
        counts.completeness,
        scope="run",
        others=ANSWERED,
    ),
    Formula(
        "code_mix",
        "generic",
        "What you chose",
        {"codes": Input(CODED)},
        counts.code_mix,
        scope="run",
        tells=("shares", "per_30_days"),
    ),
)

_EXPECTING = (
    Formula(
        "expectancy",
        "D-EV, D-EC, D-LR",
        "Expected and found",
        {
            "prediction": Input(BELIEF),
            "outcome": Input(OUTCOME),
            "belief_after": Input(BELIEF_NOW, required=False),
        },
        rules.expectancy,
    ),
    Formula(
        "calibration",
        "D-BRIER, D-CAL",
        "How sure and how it came",
        {
            "belief": Input(BELIEF),
            "outcome": Input(
                RESULT, meanings=("happened", "partly", "did_not_happen", "unknown")
            ),
        },
        rules.calibration,
    ),
    Formula(
        "discernment",
        "D-SDT",
        "Alarms and what was there",
        _coded("alarm", "alarm", "no_alarm")
        | _coded("problem", "real", "none", "cannot_tell"),
        rules.discernment,
    ),
    Formula(
        "no_penalty",
        "D-NO",
        "After saying no",
        {
            "refusal": Input(CHOICE, required=False, meanings=("refused",)),
            "outcome": Input(
                RESULT, meanings=("happened", "partly", "did_not_happen", "unknown")
            ),
        },
        rules.no_penalty,
    ),
    Formula(
        "alternatives",
        "D-ALT",
        "Other ways to read it",
        {
            "readings": Input(LIST),
            "first": Input(frozenset(("text",)), required=False),
            "allocation": Input(frozenset(("allocation",)), required=False),
        },
        rules.alternatives,
    ),
)

_RATIOS = (
    _one_code(
        "promise_keeping",
        "D-PKR",
        "Promises to yourself",
        "kept",
        *("kept", "kept_in_part", "not_kept", "released"),
    ),
    _one_code(
        "boundary_respect",
        "D-BHR",
        "How a boundary was met",
        "response",
        *("respected", "tested", "crossed"),
    ),
    Formula(
        "consequence_follow_through",
        "D-CFT",
        "What you did after a crossing",
        {
            "response": Input(CHOICE, required=False, meanings=("crossed",)),
            "consequence": Input(CHOICE, meanings=counts.FOLLOW_THROUGH),
        },
        counts.follow_through,
    ),
    _one_code(
        "consistency",
        "D-CI",
        "Words and actions",
        "match",
        *("matched", "mended", "not_matched", "unclear"),
    ),
    _one_code(
        "trust_response",
        "D-TRR",
        "How trust was met",
        "response",
        *("respected", "ignored", "misused", "unclear"),
    ),
    _one_code(
        "limits_honoured",
        "D-LIM",
        "Limits you noticed",
        "limit",
        *("honoured", "partly", "not_this_time", "not_safe_to"),
    ),
    Formula(
        "window_share",
        "D-WINDOW",
        "Inside your own range",
        {
            "within": Input(CHOICE, required=False, meanings=("inside", "outside")),
            "rating": Input(SCALE, required=False),
            "low": Input(SCALE, required=False),
            "high": Input(SCALE, required=False),
        },
        counts.window_share,
        one_of=("within", "rating"),
        options={
            "at_least": "lowest rating inside the range, when no step asks",
            "at_most": "highest rating inside the range, when no step asks",
        },
    ),
    Formula(
        "values_met",
        "D-VAL",
        "Values met",
        {"met": Input(CHOICE, meanings=("met", "not_met", "not_observed"))},
        counts.values_met,
        scope="run",
    ),
)

_TIME_AND_NEEDS = (
    Formula(
        "delay",
        "D-DELAY",
        "Time before acting",
        {"event": Input(DATETIME), "action": Input(DATETIME)},
        counts.delay,
        tells=("days",),
    ),
    Formula(
        "recovery",
        "D-RECOV",
        "Time to settle",
        {"started": Input(DATETIME), "settled": Input(DATETIME, required=False)},
        counts.recovery,
    ),
    Formula(
        "needs",
        "D-NEEDS",
        "Three needs",
        {
            f"{need}_{side}": Input(SCALE, required=False)
            for need in counts.NEEDS
            for side in ("satisfaction", "frustration")
        },
        counts.needs,
    ),
)

_INSTRUMENTS = (
    Formula(
        "instrument_score",
        "§3.2",
        "Score of a questionnaire",
        {},
        instrument_score,
        scope="run",
        others=frozenset(("item",)),
        options={"instrument": "the id of the instrument that is asked"},
    ),
)

FORMULAS: Mapping[str, Formula] = {
    formula.name: formula
    for group in (
        _CHANGES,
        _DONE,
        _EXPECTING,
        _RATIOS,
        _TIME_AND_NEEDS,
        WHOLES,
        _INSTRUMENTS,
    )
    for formula in group
}
