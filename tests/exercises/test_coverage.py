"""Everything named in the seed texts has a home, or a reason why it has none."""

import re

import pytest

from api.exercises.library import library
from tools.library import COMMITTED, ROOT, Row, generated, homes, rows, rules

# Source: reference §1.1, §1.2, §1.3.
SEEDS = {"A": 65, "B": 35, "C": 38}
every_row = pytest.mark.parametrize("row", rows(), ids=lambda row: row.id)


def test_every_row_of_the_three_seeds_is_there_once_and_in_order() -> None:
    wanted = [
        f"{seed}{at}" for seed, most in SEEDS.items() for at in range(1, most + 1)
    ]
    assert [row.id for row in rows()] == wanted


@every_row
def test_a_row_has_homes_that_exist_or_says_why_it_is_noise(row: Row) -> None:
    assert row.seen
    assert row.homes or row.noise
    assert len(set(row.homes)) == len(row.homes)
    assert set(row.homes) <= homes().keys()
    assert row.noise is None or len(row.noise.split()) >= 5


def test_only_what_the_reference_calls_noise_is_noise() -> None:
    assert [row.id for row in rows() if row.noise] == ["A65"]


def test_every_rule_is_a_home_and_is_held_by_a_file() -> None:
    used = {home for row in rows() for home in row.homes}
    assert {f"rule:{name}" for name in rules()} <= used
    assert all((ROOT / rule["held_by"]).is_file() for rule in rules().values())


def test_every_item_of_ours_is_the_home_of_something() -> None:
    # Source: reference §1, last column; nothing of ours stands there without a seed.
    used = {home for row in rows() for home in row.homes}
    ours = {one["library_id"] for one in library().values() if one.get("library_id")}
    assert ours - used == set()


def test_the_page_is_what_the_library_says_and_breaks_no_table() -> None:
    assert COMMITTED.read_text(encoding="utf-8") == generated()
    for line in generated().splitlines():
        if line.startswith("|"):
            assert re.fullmatch(r"\|( [^|]* \|)+|\|(---\|)+", line), line
