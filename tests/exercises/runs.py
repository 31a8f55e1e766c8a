"""Random runs of an exercise: answers as an honest app would send them."""

from typing import Any
from uuid import UUID

from hypothesis import strategies as st

Document = dict[str, Any]
Answers = dict[str, Any]

words = st.text(
    st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1, max_size=12
)
percents = st.integers(0, 100) | st.just(33.5)
moments = st.sampled_from(
    ["2026-03-01T09:30:00+01:00", "2024-02-29T23:59:59Z", "2030-12-31T00:00:00.5-03:30"]
)
persons = st.uuids(version=4).map(str) | st.just(str(UUID(int=7)))


def is_asked(step: Document, part: str, given: Answers, answers: Answers) -> bool:
    """Whether the step's condition holds, written a second time on purpose."""
    condition = step.get("only_if")
    if condition is None:
        return True
    home, _, name = condition["step"].partition(".")
    value = (given if home == part else answers.get(home, {})).get(name)
    if value is None:
        return False
    if "is" not in condition:
        low = condition.get("at_least", float("-inf"))
        return bool(low <= value <= condition.get("at_most", float("inf")))
    chosen = value if isinstance(value, list) else [value]
    names = [
        one if isinstance(one, str) else one.get("ended", one.get("result", "other"))
        for one in chosen
    ]
    return bool(set(names) & set(condition["is"]))


@st.composite
def choices(draw: st.DrawFn, step: Document) -> Any:
    """A code, or own words where they are allowed."""
    codes = st.sampled_from([option["code"] for option in step["options"]])
    own = st.builds(lambda text: {"other": text}, words)
    return draw(codes | own if step["other"] else codes)


@st.composite
def numbers(draw: st.DrawFn, step: Document) -> Any:
    """A number in the range of a scale."""
    if step["whole"]:
        return draw(st.integers(int(step["min"]), int(step["max"])))
    return draw(st.floats(step["min"], step["max"]))


@st.composite
def fields(draw: st.DrawFn, step: Document) -> Any:
    """One item of a list with fields."""
    item = {}
    for field in step["fields"]:
        if field["required"] or draw(st.booleans()):
            item[field["id"]] = draw(values(field, {}, {}))
    return item


def listed(step: Document) -> st.SearchStrategy[Any]:
    item = fields(step) if step["fields"] else words
    return st.lists(item, min_size=step["at_least"], max_size=step["at_most"])


def checked(step: Document) -> st.SearchStrategy[Any]:
    codes = st.sampled_from([option["code"] for option in step["options"]])
    return st.lists(codes, unique=True, max_size=step.get("at_most", 3))


def shared_out(step: Document, given: Answers, answers: Answers) -> Any:
    count = 0
    for ref in step["of"]:
        part, name = ref.split(".")
        value = answers.get(part, given)
        value = (value if isinstance(value, dict) else given).get(name)
        count += len(value) if isinstance(value, list) else value is not None
    return st.just([100 / count] * count) if count else st.none()


def values(step: Document, given: Answers, answers: Answers) -> Any:
    """A strategy for an answer to one step."""
    simple: dict[str, Any] = {
        "consent": st.sampled_from(["given", "not_now", "no"]),
        "state": st.sampled_from(["settled", "revved_up", "mixed", "prefer_not"]),
        "instruction": st.just(True),
        "breath": st.just({"in": 4, "out": 5.5, "cycles": 3}),
        "timer": st.just({"seconds": 12.5, "ended": "by_choice"}),
        "text": words,
        "datetime": st.builds(lambda at: {"at": at, "approximate": True}, moments),
        "prediction": st.builds(
            lambda text, belief: {"event": text, "belief": belief}, words, percents
        ),
        "outcome": st.builds(
            lambda result: {"result": result, "belief_now": 20},
            st.sampled_from(["happened", "partly", "did_not_happen", "unknown"]),
        ),
        "person": persons,
        "review": st.just({"amount": 4, "helpfulness": -1, "note": None}),
    }
    match step["type"]:
        case "scale":
            return numbers(step)
        case "choice":
            return choices(step)
        case "checklist":
            return checked(step)
        case "list":
            return listed(step)
        case "allocation":
            return shared_out(step, given, answers)
        case kind:
            return simple[kind]


@st.composite
def rounds(
    draw: st.DrawFn, part: Document, answers: Answers, *, whole: bool
) -> Answers:
    """Answers to one part, or one round of it."""
    given: Answers = {}
    for step in part["steps"]:
        if not is_asked(step, part["id"], given, answers):
            continue
        needed = whole and step["required"] and part["when"] == "now"
        if needed or draw(st.booleans()):
            value = draw(values(step, given, answers))
            if value is not None or not needed:
                given[step["id"]] = value
    return given


@st.composite
def runs(draw: st.DrawFn, document: Document, *, whole: bool) -> Answers:
    """Answers to a published document."""
    answers: Answers = {}
    for part in document["parts"]:
        if part["when"] == "later" and draw(st.booleans()):
            continue
        if "repeat" not in part:
            answers[part["id"]] = draw(rounds(part, answers, whole=whole))
            continue
        least = part["repeat"]["at_least"] if whole else 0
        count = draw(st.integers(least, part["repeat"]["at_most"]))
        answers[part["id"]] = [
            draw(rounds(part, answers, whole=whole)) for _ in range(count)
        ]
    return answers


def is_impossible(document: Document, answers: Answers) -> bool:
    """Whether a required allocation had nothing to be shared over."""
    return any(
        step["type"] == "allocation" and step["required"]
        for part in document["parts"]
        for step in part["steps"]
    )
