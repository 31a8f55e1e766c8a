"""An operator's folder of texts: what is taken, what is refused, and what is said."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from api.instruments.definitions import item_ids, library
from api.instruments.names import EXCLUDED
from api.instruments.registry import Availability, Registry, faults, read, report
from tests.instruments.forms import placeholder_text
from tools.instruments import COMMITTED, generated


def words(instrument_id: str, **changed: Any) -> dict[str, Any]:
    return placeholder_text(library()[instrument_id]) | changed


def put(folder: Path, name: str, document: Any) -> None:
    text = document if isinstance(document, str) else yaml.safe_dump(document)
    (folder / name).write_text(text, encoding="utf-8")


def codes(found: Registry) -> list[tuple[str, str]]:
    return [(f.pointer, f.code) for one in found.refused for f in one.faults]


def test_without_a_folder_only_what_ships_can_be_asked() -> None:
    found = read(None)
    assert {one.id for one in found.available()} == {
        one.id for one in library().values() if one.tier == "bundled"
    }
    assert found.availability("who5") is Availability.TEXT_NEEDED
    assert found.availability("phq9") is Availability.AVAILABLE


def test_a_whole_text_makes_a_definition_available(tmp_path: Path) -> None:
    put(tmp_path, "brs.yaml", words("brs"))
    put(tmp_path, "notes.txt", "not looked at")
    found = read(tmp_path)
    one = found.instruments["brs"]
    assert found.refused == ()
    assert found.availability("brs") is Availability.AVAILABLE
    assert (one.text_from, one.has_text) == ("operator", True)
    assert "Confirmed: Test only" in one.licence
    assert one.credit.endswith("By nobody at all.")
    assert one.parameter_sets == library()["brs"].parameter_sets


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"licence_confirmed": None}, ("/licence_confirmed", "invalid")),
        ({"licence_confirmed": True}, ("/licence_confirmed", "invalid")),
        ({"credit": ""}, ("/credit", "invalid")),
        ({"scoring": {"least": 0}}, ("", "invalid")),
        ({"items": {"brs_1": "Secret"}}, ("/items/brs_2", "required")),
        ({"options": {}}, ("/options/answer", "required")),
        ({"instrument": "brs9"}, ("/instrument", "unknown-instrument")),
        ({"instrument": 7}, ("/instrument", "required")),
        ({"instrument": "ors"}, ("/instrument", "excluded-instrument")),
        ({"instrument": "WAI-SR"}, ("/instrument", "excluded-instrument")),
        ({"instrument": "phq9"}, ("", "not-supplied")),
    ],
)
def test_what_does_not_fit_is_refused_and_not_repeated(
    tmp_path: Path, changed: dict[str, Any], fault: tuple[str, str]
) -> None:
    put(tmp_path, "one.yaml", words("brs", **changed))
    found = read(tmp_path)
    assert fault in codes(found)
    assert not found.instruments["brs"].has_text
    said = "\n".join(faults(found))
    assert "one.yaml" in said
    assert "Secret" not in said


def test_a_missing_licence_is_no_licence(tmp_path: Path) -> None:
    document = words("brs")
    del document["licence_confirmed"]
    put(tmp_path, "brs.yml", document)
    assert codes(read(tmp_path)) == [("/licence_confirmed", "invalid")]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("instrument: brs\ninstrument: who5\n", "unreadable"),
        ("a: [", "unreadable"),
        ("!!python/object/apply:os.system [ls]", "unreadable"),
        ("\x00", "unreadable"),
        ("- brs", "wrong-type"),
        ("? [a]\n: b\n", "unreadable"),
        ("x" * 300_000, "too-large"),
    ],
)
def test_a_file_that_is_no_text_file_is_refused(
    tmp_path: Path, text: str, code: str
) -> None:
    put(tmp_path, "odd.yaml", text)
    assert codes(read(tmp_path)) == [("", code)]


def test_two_files_for_one_instrument_are_not_chosen_between_in_silence(
    tmp_path: Path,
) -> None:
    put(tmp_path, "a.yaml", words("ucla3"))
    put(tmp_path, "b.yaml", words("ucla3"))
    found = read(tmp_path)
    assert codes(found) == [("/instrument", "duplicate")]
    assert found.availability("ucla3") is Availability.AVAILABLE


def test_a_refused_text_is_told_from_a_missing_one(tmp_path: Path) -> None:
    put(tmp_path, "who5.yaml", words("who5", items={}))
    found = read(tmp_path)
    assert found.availability("who5") is Availability.TEXT_REFUSED
    assert found.availability("brs") is Availability.TEXT_NEEDED


def test_every_instrument_has_a_line_and_says_why(tmp_path: Path) -> None:
    put(tmp_path, "brs.yaml", words("brs"))
    put(tmp_path, "who5.yaml", words("who5", leads={"x": "y"}))
    lines = {line.split()[0]: line for line in report(read(tmp_path))}
    assert set(lines) == {*library(), *(one.id for one in EXCLUDED)}
    assert "your text" in lines["brs"]
    assert "refused" in lines["who5"]
    assert "ATTUNE_INSTRUMENT_TEXTS" in lines["wsas"]
    assert "owner" in lines["hark"]
    assert "excluded" in lines["ors"]


def test_the_items_of_all_instruments_have_ids_of_their_own() -> None:
    scored = [item for one in library().values() for item in one.items]
    suds = [item for item in scored if item.id == "suds"]
    assert len(item_ids()) == len(scored) - len(suds) + 1


def test_the_page_of_instruments_is_the_definitions() -> None:
    if COMMITTED.read_text(encoding="utf-8") != generated():
        pytest.fail("docs/instruments.md is stale: -m tools.instruments write")


def test_the_page_names_every_instrument_and_every_parameter_set() -> None:
    page = generated()
    for one in library().values():
        assert one.licence in page
        for found in one.parameter_sets:
            assert f"`{found.id}` | {found.evidence}" in page
    for barred in EXCLUDED:
        assert barred.reason in page


def test_whose_words_are_shown_is_said_with_what_they_were_compared() -> None:
    assert {one.id for one in library().values() if one.wording} == {
        one.id for one in library().values() if one.has_text
    }
