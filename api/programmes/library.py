"""The programmes that come with Attune, read from `library/*.yaml` and checked."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from api.programmes.definition import publish

FOLDER = "library"


@cache
def sources() -> Mapping[str, Mapping[str, Any]]:
    """Read every file: its name → the document as written, in order."""
    folder = files("api.programmes").joinpath(FOLDER)
    found = sorted(
        (entry for entry in folder.iterdir() if entry.name.endswith(".yaml")),
        key=lambda entry: entry.name,
    )
    return {
        entry.name: yaml.safe_load(entry.read_text(encoding="utf-8")) for entry in found
    }


@cache
def library() -> Mapping[str, Mapping[str, Any]]:
    """Give every programme as published: slug → document, by library id.

    Raises UnsoundProgramme with every fault of the first file that has one.
    """
    published = [publish(document) for document in sources().values()]
    return {one["slug"]: one for one in published}
