"""The exercises that come with Attune, read from `library/*.yaml` and checked.

It reads files that ship with the package and nothing else; it never writes.
"""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from api.exercises.check import publish

FOLDER = "library"


@cache
def sources() -> Mapping[str, Mapping[str, Any]]:
    """Read every library file: name of the file → document as written, in order."""
    folder = files("api.exercises").joinpath(FOLDER)
    found = sorted(
        (entry for entry in folder.iterdir() if entry.name.endswith(".yaml")),
        key=lambda entry: entry.name,
    )
    return {
        entry.name: yaml.safe_load(entry.read_text(encoding="utf-8")) for entry in found
    }


@cache
def library() -> Mapping[str, Mapping[str, Any]]:
    """Give every library exercise as published: slug → document, ordered by catalogue id.

    Raises UnsoundExercise with every fault of the first file that has one.
    """
    published = (publish(document) for document in sources().values())
    ordered = sorted(published, key=lambda document: str(document["library_id"]))
    return {document["slug"]: document for document in ordered}
