"""The closed set of derived measures: from one run's answers to one run's readings.

A published exercise names its measures; this module checks that naming and reads
the answers. It refuses formulas outside the set, and a reading never holds free
text, names or person ids. Ratios and trends over many runs belong to progress.
"""

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from api.exercises.measures_formulas import FORMULAS
from api.exercises.measures_rules import Context, Ended, Reading
from api.exercises.measures_shape import Formula, Input

__all__ = [
    "FORMULAS",
    "CompiledMeasures",
    "Formula",
    "Input",
    "MeasureFault",
    "Reading",
    "check_measure",
    "compile_measures",
    "derive",
]


@dataclass(frozen=True, slots=True)
class MeasureFault:
    """A fault in a measure: a JSON pointer below the measure, a code, a sentence."""

    pointer: str
    code: str
    message: str


def _steps(document: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    return {
        f"{part['id']}.{step['id']}": step
        for part in document["parts"]
        for step in part["steps"]
    }


# --- checking a draft ---------------------------------------------------------


def check_measure(
    measure: Mapping[str, Any], steps: Mapping[str, Mapping[str, Any]]
) -> list[MeasureFault]:
    """List every fault of one measure of a draft; empty when it may be published.

    `steps` maps "part.step" to the step of the document, frame included.
    """
    formula = FORMULAS.get(str(measure.get("formula")))
    if formula is None:
        message = f"There is no such formula; the set is {', '.join(FORMULAS)}."
        return [MeasureFault("/formula", "unknown_formula", message)]
    sources: Mapping[str, str] = measure.get("from") or {}
    faults = [
        MeasureFault("/from", "missing_input", f"{formula.name} needs {name}.")
        for name, wanted in formula.inputs.items()
        if wanted.required and name not in sources
    ]
    if formula.one_of and not set(formula.one_of) & set(sources):
        message = f"{formula.name} needs one of {', '.join(formula.one_of)}."
        faults.append(MeasureFault("/from", "missing_input", message))
    for name, source in sources.items():
        faults.extend(_check_input(formula, name, steps.get(source)))
    return faults + list(_check_options(formula, measure))


def _check_input(
    formula: Formula, name: str, step: Mapping[str, Any] | None
) -> Iterable[MeasureFault]:
    place = f"/from/{name}"
    wanted = formula.inputs.get(name)
    types = wanted.step_types if wanted else formula.others
    if not types:
        yield MeasureFault(
            place, "unknown_input", f"{formula.name} has no input {name}."
        )
    elif step is None:
        yield MeasureFault(place, "unknown_step", "There is no such step.")
    elif step.get("type") not in types:
        allowed = ", ".join(sorted(types))
        yield MeasureFault(place, "wrong_step_type", f"{name} reads {allowed}.")


def _check_options(
    formula: Formula, measure: Mapping[str, Any]
) -> Iterable[MeasureFault]:
    options: Mapping[str, Any] = measure.get("options") or {}
    for name in options:
        if name == "tell" and options[name] in formula.tells:
            continue
        if name != "codes" and name not in formula.options:
            yield MeasureFault(
                f"/options/{name}", "unknown_option", "This formula has no such option."
            )
    default = formula.inputs.get("choice") if formula.others else None
    for name, table in (options.get("codes") or {}).items():
        wanted = formula.inputs.get(name, default)
        meanings = wanted.meanings if wanted else ()
        for code, meaning in table.items():
            if meanings and meaning not in meanings:
                message = f"{meaning} is none of {', '.join(meanings)}."
                place = f"/options/codes/{name}/{code}"
                yield MeasureFault(place, "unknown_meaning", message)


# --- reading a run ------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Source:
    name: str
    part: str
    step: str
    required: bool


@dataclass(frozen=True, slots=True)
class _Plan:
    id: str
    formula: Formula
    sources: tuple[_Source, ...]
    steps: Mapping[str, Mapping[str, Any]]
    codes: Mapping[str, Mapping[str, str]]
    options: Mapping[str, Any]
    repeats: bool


@dataclass(frozen=True, slots=True)
class CompiledMeasures:
    """The measures of one published version, references resolved once."""

    plans: tuple[_Plan, ...]

    def derive(
        self,
        answers: Mapping[str, Any],
        ended: Ended,
        *,
        only: Container[str] | None = None,
    ) -> dict[str, Reading]:
        """Read one run: measure id → reading; nothing for what was not answered.

        `answers` is the whole validated answers document, all rounds and parts; `only`
        names the measures to read, None reads all.
        """
        found: dict[str, Reading] = {}
        for plan in self.plans:
            if only is not None and plan.id not in only:
                continue
            ctx = Context(plan.steps, plan.codes, answers, ended, plan.options)
            reading = _read(plan, ctx)
            if reading is not None:
                found[plan.id] = reading
        return found


def _read(plan: _Plan, ctx: Context) -> Reading | None:
    if plan.formula.scope == "run":
        return _read_run(plan, ctx)
    if not plan.repeats:
        return _read_round(plan, ctx, 0)
    lengths = [
        len(part)
        for source in plan.sources
        if isinstance(part := ctx.answers.get(source.part), list)
    ]
    readings = (_read_round(plan, ctx, at) for at in range(max(lengths, default=0)))
    return [reading for reading in readings if reading is not None] or None


def _answer(source: _Source, answers: Mapping[str, Any], at: int) -> Any:
    part = answers.get(source.part)
    if isinstance(part, list):
        part = part[at] if at < len(part) else None
    return part.get(source.step) if isinstance(part, Mapping) else None


def _read_round(plan: _Plan, ctx: Context, at: int) -> Reading | None:
    given = {}
    for source in plan.sources:
        answer = _answer(source, ctx.answers, at)
        if answer is not None:
            given[source.name] = answer
        elif source.required:
            return None
    return plan.formula.derive(given, ctx)


def _read_run(plan: _Plan, ctx: Context) -> Reading | None:
    given = {}
    for source in plan.sources:
        part = ctx.answers.get(source.part)
        times = len(part) if isinstance(part, list) else 1
        every = (_answer(source, ctx.answers, at) for at in range(times))
        answers = [answer for answer in every if answer is not None]
        if answers:
            given[source.name] = answers
        elif source.required:
            return None
    return plan.formula.derive(given, ctx)


def compile_measures(document: Mapping[str, Any]) -> CompiledMeasures:
    """Resolve the measures of a published document; keep the result with it.

    Raises KeyError when the document names an unknown formula or step, which
    publishing has already refused.
    """
    steps = _steps(document)
    repeated = {part["id"] for part in document["parts"] if part.get("repeat")}
    consents = tuple(
        tuple(place.split(".", 1))
        for place, step in steps.items()
        if step["type"] == "consent"
    )
    return CompiledMeasures(
        tuple(
            _plan(measure, steps, repeated, consents)
            for measure in document.get("measures") or ()
        )
    )


def _plan(
    measure: Mapping[str, Any],
    steps: Mapping[str, Mapping[str, Any]],
    repeated: set[str],
    consents: tuple[tuple[str, ...], ...],
) -> _Plan:
    formula = FORMULAS[measure["formula"]]
    places: Mapping[str, str] = measure.get("from") or {}
    options: Mapping[str, Any] = measure.get("options") or {}
    sources = []
    for name, place in places.items():
        part, step = place.split(".", 1)
        wanted = formula.inputs.get(name)
        sources.append(_Source(name, part, step, bool(wanted and wanted.required)))
    return _Plan(
        id=measure["id"],
        formula=formula,
        sources=tuple(sources),
        steps={name: steps[place] for name, place in places.items()},
        codes=options.get("codes") or {},
        options={**options, "consents": consents},
        repeats=any(source.part in repeated for source in sources),
    )


def derive(
    document: Mapping[str, Any], answers: Mapping[str, Any], ended: Ended
) -> dict[str, Reading]:
    """Read one run of a document; compile_measures saves work when it is done often."""
    return compile_measures(document).derive(answers, ended)
