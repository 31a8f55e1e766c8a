"""The committed OpenAPI document: `python -m tools.openapi write | check`."""

import difflib
import json
import sys
from pathlib import Path

from api.foundation.settings import Settings
from api.main import create_app

COMMITTED = Path(__file__).resolve().parent.parent / "docs" / "openapi.json"


def generated() -> str:
    """Return the document as the code has it, as text; no database is opened."""
    document = create_app(Settings(demo=True)).openapi()
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def difference() -> str:
    """Say what changed since the document was committed; empty for nothing."""
    committed = COMMITTED.read_text() if COMMITTED.exists() else ""
    lines = difflib.unified_diff(
        committed.splitlines(), generated().splitlines(), "committed", "code", n=2
    )
    return "\n".join(list(lines)[:60])


def main() -> None:
    """Entry point."""
    if sys.argv[1:] == ["write"]:
        COMMITTED.parent.mkdir(exist_ok=True)
        COMMITTED.write_text(generated())
    elif sys.argv[1:] == ["check"]:
        if changed := difference():
            sys.exit(f"{changed}\n\ndocs/openapi.json is not the code's: make openapi")
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main()
