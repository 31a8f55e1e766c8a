"""What comes with Attune, read from `library/<shelf>/*.yaml` and checked.

It reads files that ship with the package and nothing else; it never writes. Texts in other
languages lie beside the shelves, in `library/translations`, and are not read here.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from api.exercises.check import publish

FOLDER = "library"
SHELVES = ("exercises", "cards", "signs", "prompts")
"""E.. exercises and the marker, R.. reading cards, S.. sign lists, J.. journal prompts."""


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
