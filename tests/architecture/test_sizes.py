"""Files and functions stay small enough to be read at one sitting."""

from pathlib import Path

import pytest

from tools import sizes


def test_nothing_is_over_a_cap() -> None:
    assert sizes.faults() == []


@pytest.mark.parametrize(
    ("name", "text", "word"),
    [
        ("api/room/long.py", "x = 1\n" * 400, "400 lines"),
        ("tests/room/test_long.py", "x = 1\n" * 600, "600 lines"),
        ("api/room/utils.py", "", "could hold anything"),
        ("api/helpers/one.py", "", "could hold anything"),
        ("api/room/deep.py", "def long():\n" + "    x = 1\n" * 49, "long has 50"),
        ("api/room/deep.py", "async def long():\n" + "    x = 1\n" * 49, "has 50"),
    ],
)
def test_too_much_is_caught(
    name: str, text: str, word: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sizes, "ROOT", tmp_path)
    path = tmp_path / name
    path.parent.mkdir(parents=True)
    path.write_text(text)
    assert any(word in fault for fault in sizes.faults())


def test_the_largest_allowed_passes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sizes, "ROOT", tmp_path)
    path = tmp_path / "api" / "room.py"
    path.parent.mkdir(parents=True)
    path.write_text("def fits():\n" + "    x = 1\n" * 48 + "\n" * 350)
    assert sizes.faults() == []
