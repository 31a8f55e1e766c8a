"""What comes with Attune, read from `library/<shelf>/*.yaml` and checked.

It reads files that ship with the package and nothing else; it never writes. Texts in other
languages lie beside the shelves, in `library/translations/<locale>/<slug>.yaml`.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from api.exercises.check import publish
from api.exercises.translations import translate

FOLDER = "library"
SHELVES = ("exercises", "cards", "signs", "prompts")
"""E.. exercises and the marker, R.. reading cards, S.. sign lists, J.. journal prompts."""
TRANSLATIONS = "translations"


@cache
def sources() -> Mapping[str, Mapping[str, Any]]:
    """Read every library file: `shelf/name.yaml` → document as written, in order."""
    return dict(found for shelf in SHELVES for found in _on(shelf))


def _on(shelf: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    folder = files("api.exercises").joinpath(FOLDER, shelf)
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.name.endswith(".yaml"):
            document = yaml.safe_load(entry.read_text(encoding="utf-8"))
            yield f"{shelf}/{entry.name}", document


@cache
def library() -> Mapping[str, Mapping[str, Any]]:
    """Give every library item as published: slug → document, ordered by catalogue id.

    Raises UnsoundExercise with every fault of the first file that has one.
    """
    published = (publish(document) for document in sources().values())
    ordered = sorted(published, key=lambda document: str(document["library_id"]))
    return {document["slug"]: document for document in ordered}


@cache
def translation_sources() -> Mapping[tuple[str, str], Mapping[str, Any]]:
    """Read every translated file: (locale, slug) → document as written."""
    folder = files("api.exercises").joinpath(FOLDER).joinpath(TRANSLATIONS)
    locales = (
        sorted(folder.iterdir(), key=lambda one: one.name) if folder.is_dir() else []
    )
    return {
        (locale.name, entry.name.removesuffix(".yaml")): yaml.safe_load(
            entry.read_text(encoding="utf-8")
        )
        for locale in locales
        for entry in sorted(locale.iterdir(), key=lambda one: one.name)
        if entry.name.endswith(".yaml")
    }


@cache
def translations() -> Mapping[str, Mapping[str, Mapping[str, Any]]]:
    """Give the library's translations as published: slug → locale → document.

    Raises UnsoundTranslation with every fault of the first file that has one, KeyError
    for a translation of nothing.
    """
    found: dict[str, dict[str, Mapping[str, Any]]] = {}
    for (locale, slug), written in translation_sources().items():
        document = translate(library()[slug], locale, written)
        found.setdefault(slug, {})[locale] = document
    return found
