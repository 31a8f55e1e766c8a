"""Plain names for schemas: `SafetyRule`, not a module's path; `ClientOutPage`.

Two rooms may both speak of a `State`. FastAPI then names each by its module, and splits
equal enums into input and output; a program made from the document would carry that.
"""

import json
import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

_LONG = re.compile(r"api__(?P<room>[a-z]+)__(?P<module>\w+?)__(?P<name>[A-Z]\w*)")
_PAGE = re.compile(r"Page_(?P<name>\w+)_")
_SPLIT = re.compile(r"(?P<name>\w+)-(?:Input|Output)")


def name_plainly(document: dict[str, Any]) -> None:
    """Rename such schemas in place, everywhere they are referred to."""
    schemas = document["components"]["schemas"]
    names = _plain_names(schemas)
    if not names:
        return
    kept = {names.get(name, name): schema for name, schema in schemas.items()}
    document["components"]["schemas"] = dict(sorted(kept.items()))
    text = json.dumps(document)
    for old, new in names.items():
        text = text.replace(f'"#/components/schemas/{old}"', f'"{_ref(new)}"')
    document.clear()
    document.update(json.loads(text))


def _ref(name: str) -> str:
    return f"#/components/schemas/{name}"


def _plain_names(schemas: Mapping[str, Any]) -> dict[str, str]:
    found = {name: match for name in schemas if (match := _LONG.fullmatch(name))}
    short = {name: _words(one["room"]) + one["name"] for name, one in found.items()}
    taken = Counter([*short.values(), *schemas])
    names = {
        name: short[name]
        if taken[short[name]] == 1
        else _words(one["room"]) + _words(one["module"]) + one["name"]
        for name, one in found.items()
    }
    for name in schemas:
        if match := _PAGE.fullmatch(name):
            names[name] = match["name"] + "Page"
        if match := _SPLIT.fullmatch(name):
            names[name] = _same(name, match["name"], schemas, names)
    return names


def _same(
    name: str, base: str, schemas: Mapping[str, Any], names: Mapping[str, str]
) -> str:
    """Return the name of the schema that says the same, or one of its own."""
    for other, new in names.items():
        if other.endswith(f"__{base}") and schemas[other] == schemas[name]:
            return new
    if base not in schemas or schemas[base] == schemas[name]:
        return base
    return base + name.rpartition("-")[2]


def _words(module: str) -> str:
    return "".join(word.capitalize() for word in module.split("_"))
