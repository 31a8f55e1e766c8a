"""What changed between two published versions, and whether it changes what was agreed.

A material change is a new offer to the client (law 3); a cosmetic one is not. When in doubt
the answer is material. This module compares documents; it does not decide who is asked.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal

Document = Mapping[str, Any]


class Weight(StrEnum):
    """Whether a change needs the client's answer again."""

    COSMETIC = "cosmetic"
    MATERIAL = "material"


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: a top-level field, or a field of the step or measure at `place`.

    `before` is the step's former place where it has moved.
    """

    place: str
    field: str | None
    kind: Literal["added", "removed", "changed", "moved"]
    weight: Weight
    before: str | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """All changes from one version to another, in the order of the newer one."""

    changes: tuple[Change, ...]

    @property
    def weight(self) -> Weight | None:
        """Give the weight of the whole, or None if nothing changed."""
        if not self.changes:
            return None
        material = any(change.weight is Weight.MATERIAL for change in self.changes)
        return Weight.MATERIAL if material else Weight.COSMETIC


# Fields that sort, name or explain but do not change what a client agreed to do.
_COSMETIC = frozenset(
    {
        "help",
        "easier",
        "tags",
        "library_id",
        "modality",
        "phase",
        "credit",
        "licence",
    }
)
# Words a client reads: their meaning may have changed unless the author says otherwise.
_WORDING = frozenset(
    {
        "title",
        "purpose",
        "needs",
        "prompt",
        "label",
        "low",
        "high",
        "belief_label",
        "severity_label",
    }
)
_APART = frozenset({"parts", "measures", "steps", "id", "was"})


def compare(old: Document, new: Document, *, wording_fix: bool = False) -> Difference:
    """List what changed from one published document to another.

    A step is the same step if `was` names its former place, else if its `part.step` is the
    same. `wording_fix` is the author's word that new wording means the same as before; it
    never makes a change of safety texts, precautions, doses or options cosmetic.
    """
    return Difference(
        (
            *_fields("", old, new, wording_fix),
            *_parts(old, new, wording_fix),
            *_steps(old, new, wording_fix),
            *_measures(old, new, wording_fix),
        )
    )


def lineage(old: Document, new: Document) -> dict[str, str]:
    """Map each step of the newer version to its place in the older one."""
    known = _placed(old)
    found: dict[str, str] = {}
    moved = {
        step["was"]: place
        for place, step in _placed(new).items()
        if step.get("was") in known
    }
    for place, step in _placed(new).items():
        if moved.get(step.get("was")) == place:
            found[place] = step["was"]
        elif place in known and place not in moved:
            found[place] = place
    return found


def _placed(document: Document) -> dict[str, Mapping[str, Any]]:
    return {
        f"{part['id']}.{step['id']}": step
        for part in document["parts"]
        for step in part["steps"]
    }


def _weigh(field: str, wording_fix: bool) -> Weight:
    if field in _COSMETIC or (wording_fix and field in _WORDING):
        return Weight.COSMETIC
    return Weight.MATERIAL


def _fields(
    place: str, old: Document, new: Document, wording_fix: bool
) -> Iterator[Change]:
    for field in sorted((old.keys() | new.keys()) - _APART):
        if old.get(field) != new.get(field):
            weight = _weigh(field, wording_fix)
            if field in ("options", "fields", "paces"):
                weight = _nested(old.get(field), new.get(field), wording_fix)
            yield Change(place, field, "changed", weight)


def _nested(old: Any, new: Any, wording_fix: bool) -> Weight:
    """Weigh lists of options or fields: only their words may be a wording fix."""
    if wording_fix and _without_words(old) == _without_words(new):
        return Weight.COSMETIC
    return Weight.MATERIAL


def _without_words(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {k: _without_words(v) for k, v in value.items() if k not in _WORDING}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_without_words(one) for one in value]
    return value


def _parts(old: Document, new: Document, wording_fix: bool) -> Iterator[Change]:
    """Compare parts apart from their steps, and the order of the parts."""
    before = {part["id"]: part for part in old["parts"]}
    after = {part["id"]: part for part in new["parts"]}
    for name, part in after.items():
        if name in before:
            yield from _fields(name, before[name], part, wording_fix)
        elif part.get("repeat") or part["when"] == "later":
            yield Change(name, None, "added", Weight.MATERIAL)
    if not _same_order(list(before), list(after)):
        yield Change("", "parts", "moved", Weight.MATERIAL)


def _same_order(old: Sequence[str], new: Sequence[str]) -> bool:
    return [x for x in old if x in new] == [x for x in new if x in old]


def _steps(old: Document, new: Document, wording_fix: bool) -> Iterator[Change]:
    before, after, roots = _placed(old), _placed(new), lineage(old, new)
    for place, step in after.items():
        root = roots.get(place)
        if root is None:
            yield Change(place, None, "added", Weight.MATERIAL)
            continue
        if root.split(".")[0] != place.split(".")[0]:
            yield Change(place, None, "moved", Weight.MATERIAL, root)
        elif root != place:
            yield Change(place, "id", "moved", Weight.COSMETIC, root)
        renamed = _with_new_names(before[root], roots)
        yield from _fields(place, renamed, step, wording_fix)
    for place in before.keys() - set(roots.values()):
        yield Change(place, None, "removed", Weight.MATERIAL)
    order = [roots[place] for place in after if place in roots]
    if not _same_order(list(before), order):
        yield Change("", "steps", "moved", Weight.MATERIAL)


def _with_new_names(step: Any, roots: Mapping[str, str]) -> Any:
    """Rewrite references to steps by lineage, so that a renamed target is no change."""
    names = {root: place for place, root in roots.items()}
    return _rewritten(step, names)


def _rewritten(value: Any, names: Mapping[str, str]) -> Any:
    if isinstance(value, Mapping):
        return {
            key: one if key in _WORDING or key == "help" else _rewritten(one, names)
            for key, one in value.items()
        }
    if isinstance(value, list):
        return [_rewritten(one, names) for one in value]
    return names.get(value, value) if isinstance(value, str) else value


def _measures(old: Document, new: Document, wording_fix: bool) -> Iterator[Change]:
    names = lineage(old, new)
    before = {one["id"]: _with_new_names(one, names) for one in old["measures"]}
    after = {one["id"]: one for one in new["measures"]}
    for name, measure in after.items():
        place = f"measures.{name}"
        if name not in before:
            yield Change(place, None, "added", Weight.MATERIAL)
        else:
            yield from _fields(place, before[name], measure, wording_fix)
    for name in before.keys() - after.keys():
        yield Change(f"measures.{name}", None, "removed", Weight.MATERIAL)
