"""What a sending means."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from api.completions import document, submission
from api.completions.assembling import wish_change
from api.completions.merge import State
from api.completions.sharing import Level
from api.completions.submission import Meaning, Run, Wish
from api.exercises.answers import Named, compile_exercise
from api.exercises.check import publish
from api.people.tables import Standing

AT = datetime(2026, 5, 4, 18, 0, tzinfo=UTC)
PERSON = "01936f00-0000-7000-8000-000000000001"

EXERCISE = compile_exercise(
    publish(
        {
            "slug": "small-ask",
            "title": "A small ask",
            "purpose": "To try out one small ask with someone you choose.",
            "modality": "consent",
            "phase": "boundaries",
            "settings": ["solo", "trusted"],
            "evidence": "D",
            "minutes": {"least": 1, "most": 5},
            "parts": [
                {
                    "id": "today",
                    "steps": [
                        {
                            "id": "go",
                            "type": "consent",
                            "required": True,
                            "prompt": "Would you like to?",
                        },
                        {"id": "who", "type": "person", "prompt": "With whom?"},
                        {
                            "id": "calm",
                            "type": "scale",
                            "required": True,
                            "prompt": "How calm are you?",
                            "max": 10,
                        },
                        {
                            "id": "guess",
                            "type": "prediction",
                            "prompt": "What do you expect?",
                        },
                        {"id": "note", "type": "text", "prompt": "Anything else?"},
                    ],
                },
                {
                    "id": "after",
                    "when": "later",
                    "steps": [
                        {
                            "id": "came",
                            "type": "outcome",
                            "prompt": "What happened?",
                            "of": "today.guess",
                        },
                        {
                            "id": "why",
                            "type": "text",
                            "prompt": "What helped?",
                            "only_if": {"step": "today.calm", "at_least": 5},
                        },
                    ],
                },
            ],
            "measures": [
                {
                    "id": "calm",
                    "formula": "scale_value",
                    "title": "Calm",
                    "from": {"value": "today.calm"},
                }
            ],
        }
    )
)
RUN = Run(
    assignment_id=UUID(int=1),
    revision=1,
    occurrence=None,
    state=State.COMPLETED,
    ended_by_choice=True,
    save=1,
    started_at=AT,
    ended_at=AT + timedelta(minutes=3),
    zone="Europe/Berlin",
    answers={"today": {"go": "given", "calm": 6}},
)


def meaning(**changed: Any) -> Meaning:
    found = submission.read(replace(RUN, **changed), EXERCISE)
    assert isinstance(found, Meaning), found
    return found


def places(**changed: Any) -> list[tuple[str, str]]:
    found = submission.read(replace(RUN, **changed), EXERCISE)
    assert isinstance(found, list)
    return [(fault.pointer, fault.code) for fault in found]


def test_a_completed_run_has_its_readings_and_its_share() -> None:
    found = meaning()
    assert found.state is State.COMPLETED
    assert found.points == {"calm": 6}
    assert found.fraction_done == 1.0
    assert not found.ended_by_choice
    assert document.unpack(found.document) == RUN.answers


def test_a_completed_run_needs_its_required_steps_and_a_stopped_one_does_not() -> None:
    assert places(answers={"today": {"go": "given"}}) == [
        ("/answers/today/calm", "required")
    ]
    stopped = meaning(state=State.STOPPED, answers={"today": {"go": "given"}})
    assert stopped.ended_by_choice
    assert stopped.fraction_done == 0.5


@pytest.mark.parametrize("said", ["no", "not_now"])
@pytest.mark.parametrize("state", [State.COMPLETED, State.IN_PROGRESS])
def test_a_refused_consent_is_a_stop_by_choice_there(said: str, state: State) -> None:
    ended = None if state is State.IN_PROGRESS else AT
    found = meaning(state=state, ended_at=ended, answers={"today": {"go": said}})
    assert found.state is State.STOPPED
    assert found.ended_by_choice
    assert found.ended_at == AT


def test_an_interruption_is_a_stop_without_choice() -> None:
    assert not meaning(state=State.STOPPED, ended_by_choice=False).ended_by_choice


def test_a_run_under_way_has_no_readings_yet() -> None:
    assert meaning(state=State.IN_PROGRESS, ended_at=None).points == {}


def test_equal_sendings_have_equal_digests_whatever_the_order_of_keys() -> None:
    other = {"today": {"calm": 6, "go": "given"}}
    assert meaning(answers=other).digest == meaning().digest
    assert meaning(save=2).digest != meaning().digest
    assert meaning(zone="UTC").digest != meaning().digest


def test_faults_point_into_the_body_and_never_repeat_it() -> None:
    assert places(answers={"today": {"go": "given", "calm": "secret"}}) == [
        ("/answers/today/calm", "wrong-type")
    ]
    assert places(answers={"nowhere": {}})[0][0] == "/answers"


def test_answers_over_64_kb_are_refused() -> None:
    long = {"today": {"note": "x" * 65_600}}
    assert places(answers=long) == [("/answers", "too-large")]


def test_a_part_before_its_run_is_checked_as_far_as_it_can_be() -> None:
    outcome = {"came": {"result": "happened"}, "why": "rain"}
    assert submission.read_part("after", outcome, EXERCISE, None) == []
    wrong = submission.read_part("after", {"came": {"result": "?"}}, EXERCISE, None)
    assert [fault.pointer for fault in wrong] == ["/answers/came/result"]


def test_a_part_after_its_run_is_checked_against_it() -> None:
    answers = {"today": {"go": "given", "calm": 2}}
    [fault] = submission.read_part("after", {"why": "rain"}, EXERCISE, answers)
    assert (fault.pointer, fault.code) == ("/answers/why", "not-asked")


def test_only_follow_up_parts_come_later() -> None:
    [fault] = submission.read_part("today", {}, EXERCISE, None)
    assert fault.code == "no-such-part"


@pytest.mark.parametrize(
    ("standing", "setting", "not_flagged", "code"),
    [
        (Standing.TRUSTED, "trusted", True, None),
        (Standing.HARMFUL, "solo", False, None),
        (Standing.HARMFUL, "trusted", False, "not-with-this-person"),
        (Standing.HARMFUL, "solo", True, "not-with-this-person"),
        (Standing.UNDER_REVIEW, "trusted", False, None),
        (Standing.UNDER_REVIEW, "solo", True, "not-with-this-person"),
        (None, "solo", False, "unknown-person"),
    ],
)
def test_nobody_marked_harmful_is_named_in_joint_work(
    standing: Standing | None, setting: str, not_flagged: bool, code: str | None
) -> None:
    named = (Named("today.who", PERSON, not_flagged),)
    standings = {UUID(PERSON): standing} if standing else {}
    faults = submission.people_faults(named, standings, setting)
    assert [fault.code for fault in faults] == ([code] if code else [])
    assert all(fault.pointer == "/answers/today/who" for fault in faults)


def test_the_choice_that_came_with_a_run_is_its_devices_own() -> None:
    run = replace(RUN, wish=Wish(Level.FACT))
    found = submission.read(run, EXERCISE)
    assert isinstance(found, Meaning)
    one, again = (wish_change(run, found, UUID(int=1)) for _ in range(2))
    other = wish_change(run, found, UUID(int=2))
    assert one is not None
    assert other is not None
    assert one == again
    assert one.id != other.id
    assert wish_change(RUN, meaning(), UUID(int=1)) is None
