"""Published diagnostic rules over item answers, honest about missing ones.

A rule is met, not met, or indeterminate: indeterminate whenever an answer that is missing
could change what is reported. It names the outcome of a rule and diagnoses nobody.
Source: reference §3.2 (PCL-5 provisional DSM-5, ITQ ICD-11).
"""

from collections.abc import Iterable, Mapping

from api.instruments.shape import Criterion, Diagnostic, Outcome

INDETERMINATE = "indeterminate"


def outcome(rule: Diagnostic, values: Mapping[str, int]) -> str:
    """Give the code of the outcome, `otherwise`, or "indeterminate".

    `values` are answers by item id; a missing item is unknown, not 0.
    """
    met = {one.id: _met(one, rule.endorsed_from, values) for one in rule.criteria}
    groups = {
        name: _all(met[each] for each in members)
        for name, members in rule.groups.items()
    }
    for one in rule.outcomes:
        holds = _holds(one, groups)
        if holds is None:
            return INDETERMINATE
        if holds:
            return one.code
    return rule.otherwise


def _met(
    criterion: Criterion, endorsed_from: int, values: Mapping[str, int]
) -> bool | None:
    known = [values[item] for item in criterion.items if item in values]
    endorsed = sum(value >= endorsed_from for value in known)
    if endorsed >= criterion.at_least:
        return True
    unknown = len(criterion.items) - len(known)
    return None if endorsed + unknown >= criterion.at_least else False


def _holds(one: Outcome, groups: Mapping[str, bool | None]) -> bool | None:
    refuted = (groups[name] for name in one.not_met)
    return _all(
        [
            *(groups[name] for name in one.met),
            *(None if each is None else not each for each in refuted),
        ]
    )


def _all(parts: Iterable[bool | None]) -> bool | None:
    """Kleene's "and": one no decides, else one unknown leaves it open."""
    found = list(parts)
    if any(part is False for part in found):
        return False
    return None if any(part is None for part in found) else True
