"""The demo: a story that is the same for the same seed, answers that are true to it."""

from datetime import UTC, date, datetime, timedelta

import pytest

from api.demo.answers import Run, answer_today
from api.demo.story import Act, Scene, chance_of, story
from api.exercises.answers import compile_exercise
from api.exercises.library import library
from api.exercises.questionnaires import on_by_default
from api.instruments.registry import read

TODAY = date(2026, 11, 22)
DOCUMENTS = {**library(), **on_by_default(read(None))}


def test_the_same_seed_tells_the_same_story() -> None:
    assert story(TODAY, 7) == story(TODAY, 7)
    assert story(TODAY, 7) != story(TODAY, 8)


@pytest.mark.parametrize("later", range(7))
def test_the_story_is_told_in_order_and_ends_before_the_day_it_is_made(
    later: int,
) -> None:
    today = TODAY + timedelta(days=later)
    moments = [scene.at for scene in story(today)]
    assert moments == sorted(moments)
    assert moments[-1].date() < today
    assert moments[0].date() <= today - timedelta(weeks=12)


def test_a_day_more_changes_nothing_that_happened_before() -> None:
    sunday, monday = story(TODAY), story(TODAY + timedelta(days=1))
    until = datetime(2026, 11, 10, tzinfo=UTC)
    assert _before(until, sunday) == _before(until, monday)


def test_every_kind_of_answer_to_an_offer_is_in_the_story() -> None:
    assert {scene.act for scene in story(TODAY)} == set(Act)


def test_nothing_is_answered_before_it_is_offered() -> None:
    offered = set()
    for scene in story(TODAY):
        if scene.act in (Act.OFFER, Act.OFFER_PLAN):
            offered.add(scene.about)
        if scene.act is not Act.CARE:
            assert scene.about.split(".")[0] in offered


def test_some_runs_stop_midway_and_are_told_as_ends() -> None:
    runs = [scene for scene in story(TODAY) if scene.act is Act.RUN]
    stops = [scene for scene in runs if scene.stops_after is not None]
    assert len(runs) > 60
    assert 3 <= len(stops) < len(runs) / 4


@pytest.mark.parametrize(
    "slug", sorted({s.terms.slug for s in story(TODAY) if s.terms is not None})
)
def test_the_demos_answers_are_answers_the_exercise_takes(slug: str) -> None:
    document = DOCUMENTS[slug]
    exercise = compile_exercise(document)
    now = datetime(2026, 11, 1, 18, tzinfo=UTC)
    for number in range(25):
        whole = Run(now, ease=number / 25)
        answers = answer_today(document, whole, chance_of(number, slug))
        assert exercise.faults(answers, whole=True) == []
        stopped = Run(now, ease=number / 25, stops_after=number % 7 + 1)
        answers = answer_today(document, stopped, chance_of(number, slug))
        assert exercise.faults(answers, whole=False) == []


def _before(moment: datetime, scenes: list[Scene]) -> list[Scene]:
    return [scene for scene in scenes if scene.at < moment]
