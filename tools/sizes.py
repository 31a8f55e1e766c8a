"""Size caps: a file or function too long to hold in one's head is two: `-m tools.sizes`.

Generated migrations are left out; they are read once and never changed.
"""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FILE_LINES = 400
TEST_FILE_LINES = 600
FUNCTION_LINES = 50
HOMES = ("api", "migrations", "tools", "bench", "examples", "tests")
NAMELESS = frozenset({"utils", "util", "helpers", "helper", "common", "misc"})


def sources(*homes: str) -> Iterator[Path]:
    """Yield every Python file we wrote under the given folders."""
    for home in homes or HOMES:
        for path in sorted((ROOT / home).rglob("*.py")):
            if path.parent != ROOT / "migrations" / "versions":
                yield path


def faults_of(path: Path) -> Iterator[str]:
    """Say what is too long in one file, and whether its name says nothing."""
    name = path.relative_to(ROOT)
    text = path.read_text()
    is_test = name.parts[0] == "tests"
    most = TEST_FILE_LINES if is_test else FILE_LINES
    if (lines := text.count("\n")) >= most:
        yield f"{name}: {lines} lines, fewer than {most} allowed"
    if NAMELESS & {part.removesuffix(".py") for part in name.parts}:
        yield f"{name}: a name that could hold anything"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length >= FUNCTION_LINES:
                yield f"{name}:{node.lineno}: {node.name} has {length} lines"


def faults(*homes: str) -> list[str]:
    """Everything over a cap, as sentences."""
    return [fault for path in sources(*homes) for fault in faults_of(path)]


def main() -> None:
    """Print what is over a cap and exit 1 if anything is."""
    if found := faults():
        sys.exit("\n".join(found))


if __name__ == "__main__":
    main()
