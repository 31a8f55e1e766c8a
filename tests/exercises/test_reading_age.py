"""Every text of the library is plain enough for a reader of about twelve, in its language."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

import api.exercises
from api.exercises.check import check
from api.exercises.claims import texts
from api.exercises.library import library

TRANSLATIONS = Path(api.exercises.__path__[0]) / "library" / "translations"
FILES = sorted(TRANSLATIONS.glob("*/*.yaml"))


def sentences(text: str) -> list[str]:
    return [one for one in re.split(r"[.!?:\n]+", text) if one.strip()]


def syllables(word: str) -> int:
    """A rough count: groups of vowels, without a silent e at the end."""
    groups = len(re.findall(r"[aeiouy]+", word.lower()))
    silent = word.lower().endswith("e") and not word.lower().endswith("le")
    return max(1, groups - silent)


def grade(text: str) -> float:
    """Flesch-Kincaid grade level of an English text: years of school."""
    words = re.findall(r"[A-Za-z']+", text)
    beats = sum(map(syllables, words))
    return 0.39 * len(words) / len(sentences(text)) + 11.8 * beats / len(words) - 15.59


def ease(text: str) -> float:
    """Flesch reading ease of a German text by Amstad: 70 and more is easy."""
    words = re.findall(r"[A-Za-zÄÖÜäöüß]+", text)
    beats = sum(len(re.findall(r"[aeiouyäöü]+", one.lower())) for one in words)
    return 180 - len(words) / len(sentences(text)) - 58.5 * beats / len(words)


def longest(document: Mapping[str, Any]) -> int:
    """The number of words of the longest sentence."""
    every = (one for _, text in texts(document) for one in re.split(r"[.!?]+", text))
    return max(len(one.split()) for one in every)


def whole(document: Mapping[str, Any]) -> str:
    return "\n".join(text for _, text in texts(document))


@pytest.mark.parametrize("document", library().values(), ids=lambda d: d["library_id"])
def test_a_child_of_twelve_could_read_it(document: Mapping[str, Any]) -> None:
    assert grade(whole(document)) <= 6
    assert longest(document) <= 30


@pytest.mark.parametrize(
    "file", FILES, ids=lambda file: f"{file.parent.name} {file.stem}"
)
def test_a_translation_is_sound_and_as_easy_to_read(file: Path) -> None:
    document = yaml.safe_load(file.read_text(encoding="utf-8"))
    assert check(document) == []
    assert (document["locale"], document["slug"]) == (file.parent.name, file.stem)
    assert longest(document) <= 30
    assert document["locale"] != "de" or ease(whole(document)) >= 70


def test_the_two_measures_tell_plain_from_heavy() -> None:
    assert grade("The cat sat on the mat. It was warm.") < 2
    heavy = "Interpersonal disappointments necessitate considerable reorientation."
    assert grade(heavy) > 12
    assert ease("Die Katze liegt im Gras. Es ist warm.") > 90
    schwer = (
        "Zwischenmenschliche Enttäuschungen erfordern Neuorientierungsbereitschaft."
    )
    assert ease(schwer) < 30


def test_there_is_an_exercise_in_a_second_language() -> None:
    assert "orient-and-ground" in {file.stem for file in FILES}
