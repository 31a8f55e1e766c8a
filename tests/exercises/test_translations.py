"""A translation differs from its version in texts and in nothing else."""

import copy
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.exercises.answers import compile_exercise
from api.exercises.check import check, publish
from api.exercises.claims import TEXT_KEYS, TEXT_LISTS, texts
from api.exercises.frame import FRAMES, framed
from api.exercises.library import library, translation_sources, translations
from api.exercises.translations import UnsoundTranslation, translate
from tests.exercises.documents import Document, documents, exercise, in_other_words


def faults(source: Document, written: Any, locale: str = "de") -> set[tuple[str, str]]:
    try:
        translate(publish(source), locale, written)
    except UnsoundTranslation as unsound:
        return {(one.pointer, one.code) for one in unsound.faults}
    return set()


def changed(change: Callable[[Document], object], **fields: Any) -> Document:
    document = in_other_words(exercise(**fields), "de")
    change(document)
    return document


@settings(max_examples=50)
@given(documents())
def test_every_exercise_can_be_said_in_other_words(source: Document) -> None:
    translated = translate(publish(source), "de", in_other_words(source, "de"))
    assert translated["locale"] == "de"
    again = translate(publish(source), "de", translated)
    assert again == translated


@settings(max_examples=50)
@given(documents())
def test_answers_are_the_same_in_every_language(source: Document) -> None:
    own = compile_exercise(publish(source))
    translated = translate(publish(source), "de", in_other_words(source, "de"))
    other = compile_exercise(translated)
    assert without_titles(own.whole_schema) == without_titles(other.whole_schema)
    assert without_titles(own.partial_schema) == without_titles(other.partial_schema)
    assert own.required == other.required
    assert own.measures.derive({}, "stopped") == other.measures.derive({}, "stopped")


def without_titles(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: without_titles(v) for k, v in value.items() if k != "title"}
    return [without_titles(one) for one in value] if isinstance(value, list) else value


def leaves(value: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every value that is no text, by its place."""
    if isinstance(value, dict):
        for key, one in value.items():
            if key not in TEXT_KEYS | TEXT_LISTS and (*place, key) != ("locale",):
                yield from leaves(one, (*place, key))
    elif isinstance(value, list):
        for at, one in enumerate(value):
            yield from leaves(one, (*place, at))
    else:
        yield place


@settings(max_examples=60)
@given(documents(), st.data())
def test_whatever_is_no_text_can_not_be_changed(
    source: Document, data: st.DataObject
) -> None:
    published = publish(source)
    written = in_other_words(published, "de")
    *path, last = data.draw(st.sampled_from(sorted(leaves(written), key=str)))
    inner: Any = written
    for key in path:
        inner = inner[key]
    old = inner[last]
    inner[last] = not old if isinstance(old, bool) else _other(old)
    with pytest.raises(UnsoundTranslation):
        translate(published, "de", written)


def _other(old: Any) -> Any:
    return old + 1 if isinstance(old, int | float) else f"{old}x"


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (lambda d: d.update(locale="fr"), {("/locale", "other-locale")}),
        (lambda d: d.pop("locale"), {("/locale", "other-locale")}),
        (lambda d: d.update(slug="other"), {("/slug", "not-the-sources")}),
        (
            lambda d: d.update(minutes={"least": 1, "most": 3}),
            {("/minutes", "not-the-sources")},
        ),
        (
            lambda d: d.update(stop_is_success=True),
            {("/stop_is_success", "not-the-sources")},
        ),
        (
            lambda d: d["parts"][0]["steps"][0].update(help="More"),
            {("/parts/0/steps/0/help", "not-in-the-source")},
        ),
        (
            lambda d: d["parts"][0]["steps"][3].update(max=5),
            {("/parts/0/steps/3/max", "not-the-sources")},
        ),
        (
            lambda d: d["parts"][0]["steps"][2]["options"].pop(),
            {("/parts/0/steps/2/options", "other-number")},
        ),
        (
            lambda d: d["parts"][0]["steps"][2]["options"].reverse(),
            {
                ("/parts/0/steps/2/options/0/code", "not-the-sources"),
                ("/parts/0/steps/2/options/1/code", "not-the-sources"),
            },
        ),
        (lambda d: d.update(safety=["One", "Two"]), {("/safety", "other-number")}),
        (lambda d: d["measures"].clear(), {("/measures", "other-number")}),
        (
            lambda d: d["measures"][0].update(better="lower"),
            {("/measures/0/better", "not-the-sources")},
        ),
    ],
)
def test_every_difference_has_its_place(
    change: Callable[[Document], object], found: set[tuple[str, str]]
) -> None:
    assert faults(exercise(safety=["One"]), changed(change, safety=["One"])) == found


def test_all_faults_are_told_at_once_and_none_repeats_the_text() -> None:
    source = exercise()
    written = in_other_words(source, "de")
    written["slug"] = "secret-secret"
    written["parts"][1]["steps"][0]["required"] = True
    written["parts"][0]["steps"].append(
        {"id": "secret", "type": "text", "prompt": "secret"}
    )
    with pytest.raises(UnsoundTranslation) as raised:
        translate(publish(source), "de", written)
    assert {one.pointer for one in raised.value.faults} == {
        "/slug",
        "/parts/0/steps",
        "/parts/0/steps/8",
        "/parts/1/steps/0/required",
    }
    assert "secret" not in str([one.message for one in raised.value.faults])


def test_places_are_those_of_the_author_also_inside_the_frame() -> None:
    source = exercise(frame="standard")
    written = in_other_words(source, "de")
    written["parts"][0]["steps"][3]["max"] = 5
    assert faults(source, written) == {("/parts/0/steps/3/max", "not-the-sources")}
    bare = {**written, "frame": "none", "parts": in_other_words(source, "de")["parts"]}
    assert ("/parts", "other-number") in faults(source, bare)


def test_an_unsound_document_is_told_as_a_draft_is() -> None:
    written = changed(lambda d: d["parts"][0]["steps"][0].update(prompt=""))
    assert faults(exercise(), written) == {("/parts/0/steps/0/prompt", "too-short")}
    assert faults(exercise(), []) != set()


def test_the_source_language_needs_no_translation() -> None:
    written = in_other_words(exercise(), "en")
    assert faults(exercise(), written, "en") == {("/locale", "source-locale")}


def test_a_standard_questionnaire_keeps_its_published_words() -> None:
    source = publish(exercise()) | {"kind": "questionnaire"}
    written = in_other_words(source, "de")
    with pytest.raises(UnsoundTranslation) as raised:
        translate(source, "de", written)
    assert ("/kind", "questionnaire-words") in {
        (one.pointer, one.code) for one in raised.value.faults
    }


# --- the frame ----------------------------------------------------------------


def test_the_frame_is_the_same_in_every_language() -> None:
    source = publish(exercise(parts=copy.deepcopy(framed([])), measures=[]))
    for locale in FRAMES.keys() - {"en"}:
        other = {**source, "locale": locale, "parts": copy.deepcopy(framed([], locale))}
        assert translate(source, locale, other)["locale"] == locale
        english = [text for _, text in texts({"parts": framed([])})]
        spoken = [text for _, text in texts({"parts": framed([], locale)})]
        assert not set(english) & set(spoken)


def test_a_frame_without_words_in_a_language_is_a_fault() -> None:
    document = exercise(frame="standard", locale="fr")
    assert [(one.pointer, one.code) for one in check(document)] == [
        ("/frame", "no-frame-texts")
    ]
    assert check(exercise(frame="standard", locale="de-CH")) == []
    assert check(exercise(frame="none", locale="fr")) == []


# --- the library --------------------------------------------------------------


def test_the_library_s_translations_stand_beside_what_they_translate() -> None:
    assert {slug for _, slug in translation_sources()} == set(translations())
    assert set(translations()) <= set(library())


def test_a_library_item_may_be_written_out_or_framed() -> None:
    source = copy.deepcopy(dict(library()["orient-and-ground"]))
    translated = translate(source, "de", in_other_words(source, "de"))
    assert translated["parts"][0]["id"] == "opening"
