"""Two versions are compared step by step; in doubt a change is material."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given

from api.exercises.check import publish
from api.exercises.difference import Difference, Weight, compare, lineage
from tests.exercises.documents import Document, broken, documents, exercise, step
from tests.exercises.test_check import steps

MATERIAL, COSMETIC = Weight.MATERIAL, Weight.COSMETIC


def changed(
    change: Callable[[Document], object], *, wording_fix: bool = False
) -> Difference:
    return compare(
        publish(exercise()), publish(broken(change)), wording_fix=wording_fix
    )


@given(documents())
def test_a_version_does_not_differ_from_itself(document: Document) -> None:
    published = publish(document)
    assert compare(published, published).weight is None


ALWAYS_MATERIAL: list[Callable[[Document], Any]] = [
    lambda d: d.update(settings=["solo", "group"]),
    lambda d: d.update(safety=["Sit down."]),
    lambda d: d.update(
        precautions=[{"code": "acute", "effect": "block", "note": "Not now."}]
    ),
    lambda d: d.update(stop_is_success=True),
    lambda d: d["minutes"].update(most=9),
    lambda d: steps(d)[0].update(required=False),
    lambda d: steps(d)[3].update(max=7),
    lambda d: steps(d).append(step("text", "extra")),
    lambda d: steps(d).pop(7),
    lambda d: steps(d).insert(0, steps(d).pop(7)),
    lambda d: steps(d)[2]["options"].append({"code": "c", "label": "Three"}),
    lambda d: steps(d)[7].update(not_flagged=True),
    lambda d: steps(d)[3].update(only_if={"step": "main.pick", "is": ["a"]}),
    lambda d: d["parts"][1].update(repeat={"at_most": 2}),
    lambda d: d["measures"][0].update(formula="dose", **{"from": {}}),
    lambda d: d.update(measures=[]),
]


@pytest.mark.parametrize("change", ALWAYS_MATERIAL)
def test_what_was_agreed_is_material_whatever_the_author_says(
    change: Callable[[Document], Any],
) -> None:
    assert changed(change, wording_fix=True).weight is MATERIAL


WORDS: list[Callable[[Document], Any]] = [
    lambda d: d.update(title="A small step"),
    lambda d: d.update(purpose="To try a small thing."),
    lambda d: steps(d)[0].update(prompt="What is this?"),
    lambda d: steps(d)[2]["options"][0].update(label="Number one"),
    lambda d: steps(d)[3].update(low="little"),
    lambda d: d["measures"][0].update(title="How big"),
]


@pytest.mark.parametrize("change", WORDS)
def test_new_wording_is_material_unless_it_is_said_to_mean_the_same(
    change: Callable[[Document], Any],
) -> None:
    assert changed(change).weight is MATERIAL
    assert changed(change, wording_fix=True).weight is COSMETIC


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d.update(tags=["short"]),
        lambda d: d.update(easier=["rest"]),
        lambda d: steps(d)[0].update(help="Anything."),
    ],
)
def test_help_tags_and_easier_ones_are_cosmetic(
    change: Callable[[Document], Any],
) -> None:
    assert changed(change).weight is COSMETIC


def test_a_renamed_step_keeps_its_lineage_and_what_points_at_it() -> None:
    def rename(document: Document) -> None:
        steps(document)[3].update(id="bigness", was="main.size")
        document["measures"][0]["from"] = {"value": "main.bigness"}

    difference = changed(rename)
    assert difference.weight is COSMETIC
    assert [(c.place, c.kind, c.before) for c in difference.changes] == [
        ("main.bigness", "moved", "main.size")
    ]


def test_a_step_that_takes_an_old_name_is_not_its_heir() -> None:
    def swap(document: Document) -> None:
        steps(document)[7].update(id="somebody", was="main.who")
        steps(document).append(step("person", "who"))

    new = publish(broken(swap))
    assert lineage(publish(exercise()), new).get("main.who") is None
    assert lineage(publish(exercise()), new)["main.somebody"] == "main.who"


def test_the_place_and_the_field_of_a_change_are_told() -> None:
    (change,) = changed(lambda d: steps(d)[3].update(max=7)).changes
    assert (change.place, change.field, change.kind) == ("main.size", "max", "changed")
