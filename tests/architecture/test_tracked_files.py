"""What is committed names no registry, no machine's paths, no secret file."""

import re
import subprocess
from functools import cache
from pathlib import Path

import pytest

from tools import locks
from tools.sizes import ROOT

REGISTRIES = re.compile(
    r"pypi\.org|pythonhosted\.org|npmjs\.(?:org|com)|deb\.debian\.org"
    r"|proxy\.golang\.org|--(?:extra-)?index-url|--trusted-host|--find-links"
)
MACHINE_PATHS = re.compile(r"(?<![\w.])/(?:work|root|home/\w+|Users/\w+)/[\w.]")
HERE = Path(__file__).relative_to(ROOT)


@cache
def tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return [Path(name) for name in listed.stdout.split("\0") if name]


def naming(pattern: re.Pattern[str]) -> list[str]:
    """Places where tracked text matches."""
    found = []
    for name in tracked():
        path = ROOT / name
        if name == HERE or not path.is_file() or path.is_symlink():
            continue
        text = path.read_text(encoding="utf-8", errors="ignore")
        for match in pattern.finditer(text):
            line = text.count("\n", 0, match.start()) + 1
            found.append(f"{name}:{line}: {match[0]}")
    return found


def test_no_file_names_a_registry() -> None:
    assert naming(REGISTRIES) == []


def test_no_file_names_a_path_of_one_machine() -> None:
    assert naming(MACHINE_PATHS) == []


def test_nothing_made_or_secret_is_tracked() -> None:
    odd = {".db", ".sqlite", ".pyc", ".pem", ".key", ".env"}
    assert [str(name) for name in tracked() if name.suffix in odd] == []


def test_the_locks_are_hashed_and_agree() -> None:
    assert locks.faults() == []


@pytest.mark.parametrize("place", ["root/.cache", "work/main", "home/me/x"])
def test_a_machine_path_is_caught(place: str) -> None:
    assert MACHINE_PATHS.search(f"cd /{place}")


@pytest.mark.parametrize(
    "text", ["/v1/" + "work/1", "https://a.example/" + "root/x", "network/"]
)
def test_other_paths_are_not(text: str) -> None:
    assert not MACHINE_PATHS.search(text)
