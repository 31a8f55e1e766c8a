"""The library is sound, complete, kind to read, and free of claims."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from api.exercises.answers import compile_exercise
from api.exercises.card import NOT_AN_EMERGENCY, WIDTH, YOU_MAY_STOP, card
from api.exercises.check import check
from api.exercises.library import library, sources
from api.exercises.protocol import each_step, from_document
from api.exercises.questionnaires import on_by_default
from api.exercises.steps import STEP_TYPES
from api.instruments.registry import read

# E17 is a marker of what happened in session, never an exercise to offer.
OFFERED = [f"E{at:02}" for at in range(1, 51) if at != 17]
SETTINGS = ("solo", "therapist", "trusted", "group")
ITEMS = list(library().values())
EXERCISES = [one for one in ITEMS if one["kind"] == "exercise"]
KINDS = {"E": "exercise", "R": "reading", "S": "signs", "J": "prompt"}
MARKER = library()["trauma-processing-marker"]
GENTLE = {"E05", "E06", "E07", "E08", "E09"}
every = pytest.mark.parametrize("document", EXERCISES, ids=lambda d: d["library_id"])
all_items = pytest.mark.parametrize("document", ITEMS, ids=lambda d: d["library_id"])


def of_kind(kind: str) -> list[Mapping[str, Any]]:
    return [document for document in ITEMS if document["kind"] == kind]


def test_every_entry_that_can_be_offered_is_there_in_order() -> None:
    assert [document["library_id"] for document in EXERCISES] == OFFERED


def test_trauma_work_is_marked_by_a_therapist_and_holds_no_story() -> None:
    # Source: reference §2.2 E17 and rule R1.
    assert (MARKER["library_id"], MARKER["kind"]) == ("E17", "marker")
    assert MARKER["settings"] == ["therapist"]
    steps = {step["type"] for part in MARKER["parts"] for step in part["steps"]}
    assert steps == {"datetime", "choice", "scale", "checklist"}
    marked = {
        "held_at": {"at": "2026-03-02T10:00:00+01:00"},
        "target": "target_3",
        "suds_start": 8,
        "suds_end": 3,
        "voc_start": 2,
        "voc_end": 6,
        "closure": "yes",
        "after_care": ["orient_and_ground"],
    }
    run = compile_exercise(MARKER)
    assert run.faults({"marker": marked}, whole=True) == []
    readings = run.measures.derive({"marker": marked}, "completed")
    assert (readings["distress"], readings["voc"]) == (
        {"before": 8, "after": 3, "change": -5, "max": 10},
        {"before": 2, "after": 6, "change": 4},
    )


def test_every_shelf_is_counted_through_and_holds_its_own_kind() -> None:
    for letter, kind in KINDS.items():
        here = [one for one in ITEMS if one["library_id"].startswith(letter)]
        numbers = [int(one["library_id"][1:]) for one in here]
        assert numbers == list(range(1, len(here) + 1))
        assert {one["kind"] for one in here if one is not MARKER} == {kind}


@pytest.mark.parametrize("document", of_kind("reading"), ids=lambda d: d["library_id"])
def test_a_card_is_read_as_far_as_one_likes(document: Mapping[str, Any]) -> None:
    steps = {step["id"]: step for step in document["parts"][0]["steps"]}
    assert [one["id"] for one in steps.values() if one["required"]] == ["read"]
    assert (steps["useful"]["min"], steps["useful"]["max"]) == (0, 4)
    assert "unless you share it" in steps["note"]["help"] or document["tags"] == [
        *("card", "device", "safety", "privacy")
    ]
    whole = {"card": {"read": "left", "useful": None}}
    assert compile_exercise(document).is_complete(whole)


@pytest.mark.parametrize("document", of_kind("signs"), ids=lambda d: d["library_id"])
def test_a_list_of_signs_has_no_sum_and_no_mark(document: Mapping[str, Any]) -> None:
    # Source: reference §4.6, and E48: no pass mark and no total.
    for part in document["parts"]:
        assert not any(step["required"] for step in part["steps"])
        for step in part["steps"]:
            if step["type"] == "choice" and step["id"] != "context":
                codes = [option["code"] for option in step["options"]]
                assert codes == ["present", "absent", "unclear"]
    singly = [set(one["from"].values()) for one in document["measures"]]
    assert all(len(sources) == 1 for sources in singly)
    assert len(set.union(*singly)) == len(singly)


def test_eight_signs_of_readiness_and_seven_of_a_setback() -> None:
    # Source: reference §1.1 A56 and A57.
    by_id = {one["library_id"]: one for one in ITEMS}
    steps = by_id["S01"]["parts"][0]["steps"]
    scales = [step for step in steps if step["type"] == "scale"]
    assert [(one["min"], one["max"]) for one in scales] == [(0, 4)] * 8
    steps = by_id["S02"]["parts"][0]["steps"]
    assert len([step for step in steps if step["type"] == "choice"]) == 7


@pytest.mark.parametrize("document", of_kind("prompt"), ids=lambda d: d["library_id"])
def test_an_empty_page_is_a_whole_page(document: Mapping[str, Any]) -> None:
    assert compile_exercise(document).is_complete({})


@all_items
def test_easier_ones_stir_up_no_more(document: Mapping[str, Any]) -> None:
    others = (library()[slug] for slug in document["easier"])
    assert all(one["intensity"] <= document["intensity"] for one in others)


@all_items
def test_what_stirs_up_more_asks_for_more_rest(document: Mapping[str, Any]) -> None:
    least = {1: 0, 2: 12, 3: 24, 4: 72, 5: 168}[document["intensity"]]
    most = {1: 0, 2: 24, 3: 96, 4: 168, 5: 336}[document["intensity"]]
    assert least <= document["cooldown_hours"] <= most


def test_what_is_open_in_a_crisis_and_what_steadies_is_gentle() -> None:
    gentle = {one["library_id"] for one in EXERCISES if one["intensity"] == 1}
    assert gentle >= GENTLE | {"E47", "E49"}


@pytest.mark.parametrize("name", sources())
def test_each_file_is_sound_and_named_for_what_it_holds(name: str) -> None:
    document = sources()[name]
    assert check(document) == []
    shelf, _, file = name.partition("/")
    assert file == f"{document['library_id'].lower()}-{document['slug']}.yaml"
    letter = {"exercises": "E", "cards": "R", "signs": "S", "prompts": "J"}[shelf]
    assert document["library_id"].startswith(letter)


def test_every_step_type_is_used() -> None:
    used = {
        step["type"]
        for document in [*EXERCISES, *on_by_default(read(None)).values()]
        for part in document["parts"]
        for step in part["steps"]
    }
    assert used == STEP_TYPES


@all_items
def test_easier_ones_exist(document: Mapping[str, Any]) -> None:
    assert set(document["easier"]) <= library().keys()
    assert not any(library()[one]["kind"] == "marker" for one in document["easier"])


@every
def test_each_begins_by_asking_for_consent(document: Mapping[str, Any]) -> None:
    first = document["parts"][0]["steps"][0]
    assert (first["type"], first["required"]) == ("consent", True)


@all_items
def test_each_says_how_to_stay_safe(document: Mapping[str, Any]) -> None:
    assert document["safety"]


def blocked_by(
    code: str, setting: str, documents: Sequence[Mapping[str, Any]] = EXERCISES
) -> set[str]:
    """The items that a precaution blocks in a setting they are offered in."""
    return {
        document["library_id"]
        for document in documents
        if setting in document["settings"]
        for one in document["precautions"]
        if (one["code"], one["effect"]) == (code, "block")
        and setting in (one["settings"] or [setting])
    }


def test_only_grounding_checking_in_and_support_are_open_in_an_acute_crisis() -> None:
    # Source: reference §2.1 ACUTE.
    blocked = {one for s in SETTINGS for one in blocked_by("acute", s, ITEMS)}
    everything = {document["library_id"] for document in ITEMS}
    assert everything - blocked == {"E08", "E09", "E47"}


def test_nothing_is_tried_on_the_person_a_client_still_lives_with() -> None:
    # Source: reference §2.1 LIVE.
    blocked = {one for s in SETTINGS for one in blocked_by("live", s, ITEMS)}
    assert blocked == {"E18", "E19", "E20", "E34", "E35", "E36"}


@every
def test_what_is_done_with_the_head_offers_the_body_first(
    document: Mapping[str, Any],
) -> None:
    # Source: reference §1.3 C38.
    if document["modality"] == "mentalising" or "thinking" in document["tags"]:
        bodily = {"orient-and-ground", "body-state-check-in"}
        assert bodily & set(document["easier"])


def test_pictures_and_parts_are_not_for_drifting_away_alone() -> None:
    # Source: reference §2.2, safety of the resourcing and the parts entries.
    assert blocked_by("dissoc", "solo") == {"E14", "E15", "E16", "E21", "E22", "E23"}


@every
def test_breath_pacing_is_not_for_people_whom_breath_alarms(
    document: Mapping[str, Any],
) -> None:
    # Source: reference §2.1 PANIC.
    types = {step["type"] for part in document["parts"] for step in part["steps"]}
    blocked = {one for s in SETTINGS for one in blocked_by("panic", s)}
    assert "breath" not in types or document["library_id"] in blocked


def test_consent_experiments_succeed_when_they_are_stopped() -> None:
    # Source: reference §2.2 R2.
    kind = {
        d["library_id"]: d["stop_is_success"]
        for d in EXERCISES
        if d["modality"] == "consent_experiment"
    }
    assert kind == {"E18": True, "E19": True, "E20": True}


def test_no_place_and_a_protector_that_declines_are_whole_answers() -> None:
    haven = compile_exercise(library()["safe-haven"])
    start = {"opening": {"consent": "given"}}
    assert haven.is_complete({**start, "haven": {"found": "none_yet"}})
    talk = compile_exercise(library()["protector-conversation"])
    given = {"part": "The guard", "curious_before": 4, "consent": "not_now"}
    assert talk.is_complete({**start, "talk": given})


def test_a_fact_about_safety_is_not_reframed() -> None:
    reframe = compile_exercise(library()["thought-reframe"])
    start = {"opening": {"consent": "given"}}
    assert reframe.is_complete({**start, "thought": {"kind": "safety_fact"}})
    assert not reframe.is_complete({**start, "thought": {"kind": "interpretation"}})


def test_a_setback_is_planned_for_or_noted_and_either_is_whole() -> None:
    setback = compile_exercise(library()["setback-plan-and-note"])
    start = {"opening": {"consent": "given"}}
    assert setback.is_complete({**start, "begin": {"mode": "plan"}})
    noted = {"what": ["self_doubt"], "strength": 6}
    assert setback.is_complete({**start, "begin": {"mode": "note"}, "note": noted})
    assert not setback.is_complete({**start, "begin": {"mode": "note"}})


SIGNALS = {
    (document["library_id"], signal["code"]): (document, signal)
    for document in library().values()
    for signal in document["signals"]
    if document["kind"] == "exercise"
}


def test_the_answers_that_somebody_has_to_hear_of_are_the_ones_of_the_rules() -> None:
    # Source: reference §4.7.
    by_code: dict[str, set[str]] = {}
    for entry, code in SIGNALS:
        by_code.setdefault(code, set()).add(entry)
    assert by_code == {
        "unsafe": {"E35", "E41"},
        "unreal": {"E08", "E11"},
        "resource_turned": {"E14", "E15", "E16"},
        "contact_urge": {"E23"},
        "contact_event": {"E39", "E42", "E49"},
        "shame": {"E23"},
        "feared_outcome": {"E04", "E18", "E19", "E20", "E24", "E25", "E26", "E47"},
    }


@pytest.mark.parametrize(
    "key", [one for one in SIGNALS if one[1] != "shame"], ids=" ".join
)
def test_who_will_hear_of_an_answer_is_said_before_it_is_given(
    key: tuple[str, str],
) -> None:
    # Source: reference §5.1 and §5.5. Danger is always passed on, all else by sharing.
    document, signal = SIGNALS[key]
    steps = {ref: step for ref, _, step in each_step(from_document(document))}
    said = " ".join((steps[signal["step"]].help or "").split())
    assert "people in your practice who read alerts" in said
    assert "hours or days later" in said
    danger = signal["code"] == "unsafe"
    assert danger == ("This is so even if you keep the rest to yourself" in said)
    lines = "help lines are shown to you at once" in said.lower()
    assert lines == (signal["code"] in ("unsafe", "unreal"))
    assert danger != ("If you keep your answers private, it stays with you" in said)


def test_a_quiet_alarm_is_compared_with_what_was_there() -> None:
    fear = compile_exercise(library()["fear-or-intuition"])
    answers = {
        "opening": {"consent": "given"},
        "signal": {"alarm": "no_alarm", "kind": "unsure", "sure": 10},
        "after": {"problem": "none"},
    }
    assert fear.faults(answers, whole=True) == []
    readings = fear.measures.derive(answers, "completed")
    assert readings["alarms"] == {"code": "correct_rejection"}
    assert readings["calibration"] == {"p": 0.1, "o": 0}


def test_a_flagged_person_can_not_be_named_in_a_small_share() -> None:
    share = compile_exercise(library()["small-share"])
    person = "0196b1c0-0000-7000-8000-000000000001"
    (named,) = share.people({"plan": {"who": person}})
    assert named.not_flagged


@all_items
def test_the_card_holds_everything_and_fits_the_paper(
    document: Mapping[str, Any],
) -> None:
    protocol = from_document(document)
    text = card(protocol, ("Something easier",))
    assert all(len(line) <= WIDTH for line in text.splitlines())
    flat = " ".join(text.split())
    for part in protocol.parts:
        for step in part.steps:
            assert " ".join(step.prompt.split()) in flat
    for line in (*protocol.safety, protocol.purpose, YOU_MAY_STOP, NOT_AN_EMERGENCY):
        assert " ".join(line.split()) in flat
