"""The shelf over HTTP: every filter, finding by words, and an index that never drifts."""

from typing import Any
from urllib.parse import quote

import pytest
from fastapi import FastAPI
from sqlalchemy import event, text
from sqlmodel import select

from api.exercises import service_publishing
from api.exercises.search import indexed
from api.exercises.tables import Exercise, ExerciseText, ExerciseVersion
from tests.cast import Cast, Someone
from tests.exercises.documents import exercise, in_other_words, step

OWN = "/v1/exercises/small-step"


@pytest.fixture
async def shelf(cast: Cast) -> Cast:
    """Four items of Harbour's own, of several kinds."""
    for fields in (
        {"slug": "slow-breath", "title": "Slow breath", "tags": ["calm_body"]},
        {
            "slug": "feet-on-the-floor",
            "title": "Müde Füße auf dem Boden",
            "purpose": "To feel the ground; it's plain.",
            "minutes": {"least": 5, "most": 20},
            "evidence": "C",
        },
        {
            "slug": "why-kindness-alarms",
            "title": "Why kindness can alarm",
            "kind": "reading",
            "minutes": {"least": 3, "most": 5},
            "parts": [{"id": "card", "steps": [step("instruction", "text")]}],
            "measures": [],
        },
        {
            "slug": "a-letter",
            "title": "A letter to a calm breath",
            "kind": "prompt",
            "modality": "journaling",
            "settings": ["solo", "therapist"],
        },
    ):
        await publish_new(cast.therapist, **fields)
    return cast


async def publish_new(who: Someone, **fields: Any) -> None:
    document = exercise(**fields)
    begun = await who.post("/v1/exercises", json={"document": document})
    assert begun.status_code == 201, begun.json()
    done = await who.post(f"/v1/exercises/{document['slug']}/publish", json={})
    assert done.status_code == 201, done.json()


async def found(who: Someone, query: str) -> list[str]:
    answer = await who.get(f"/v1/exercises?{query}")
    assert answer.status_code == 200, answer.json()
    return [one["slug"] for one in answer.json()["items"]]


BREATH, FEET, CARD, LETTER = (
    "slow-breath",
    "feet-on-the-floor",
    "why-kindness-alarms",
    "a-letter",
)


@pytest.mark.parametrize(
    ("query", "slugs"),
    [
        ("", [BREATH, FEET, CARD, LETTER]),
        ("kind=exercise", [BREATH, FEET]),
        ("kind=reading", [CARD]),
        ("kind=signs", []),
        ("modality=journaling", [LETTER]),
        ("setting=therapist", [LETTER]),
        ("phase=any&evidence=C", [FEET]),
        ("tag=calm_body", [BREATH]),
        ("step=instruction", [CARD]),
        ("step=allocation", [BREATH, FEET, LETTER]),
        ("minutes_at_most=4", [BREATH, LETTER]),
        ("minutes_at_most=5", [BREATH, CARD, LETTER]),
        ("minutes_at_most=1.5", []),
        ("kind=exercise&minutes_at_most=20&q=floor", []),
        ("kind=exercise&minutes_at_most=20&q=boden", [FEET]),
    ],
)
async def test_a_list_is_narrowed_by_everything_it_says(
    shelf: Cast, query: str, slugs: list[str]
) -> None:
    assert await found(shelf.client, query) == slugs


@pytest.mark.parametrize(
    "query",
    [
        "kind=other",
        "evidence=A",
        "step=video",
        "minutes_at_most=-1",
        "minutes_at_most=nan",
        "minutes_at_most=inf",
        f"q={'a' * 201}",
    ],
)
async def test_what_no_item_can_be_is_refused(shelf: Cast, query: str) -> None:
    answer = await shelf.client.get(f"/v1/exercises?{query}")
    assert answer.status_code == 422


# --- finding by words ---------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "slugs"),
    [
        ("breath", [BREATH, LETTER]),
        ("BREATH", [BREATH, LETTER]),
        ("brea", [BREATH, LETTER]),
        ("breath slow", [BREATH]),
        ("brea slow", []),
        ("slow brea", [BREATH]),
        ("calm", [BREATH, LETTER]),
        ("mude fusse", [FEET]),
        ("MÜDE FÜSSE", [FEET]),
        ("Füße", [FEET]),
        ("it's plain", [FEET]),
        ("try small thing", [BREATH, CARD, LETTER]),
        ("nothing of the kind", []),
        ("  ", [BREATH, FEET, CARD, LETTER]),
        ("🌿", []),
        ("-", []),
        ("reath", []),
    ],
)
async def test_words_find_titles_purposes_and_tags(
    shelf: Cast, question: str, slugs: list[str]
) -> None:
    assert await found(shelf.client, f"q={quote(question)}") == slugs


@pytest.mark.parametrize(
    "question",
    [
        '"',
        '"slow breath',
        "'",
        "slow'; DROP TABLE exercise; --",
        "NEAR(slow breath)",
        "NEAR(",
        "words:slow",
        "slow*",
        "*",
        "^slow",
        "-slow",
        "slow AND",
        "OR OR",
        "NOT slow",
        "slow | breath & !calm <-> x",
        "slow:*A",
        "(((((",
        "\\",
        "{slow}",
        "+",
        "%",
        "_",
        "\u202e\u0301\u200b",
        "🫶🏽👩‍👩‍👧",
        "\ufffd\uffff",
        "ﷺ" * 200,
        "a b " * 50,
        "x" * 200,
        "𐌀𐌁 𝒜 ½",
    ],
)
async def test_no_question_is_more_than_words(shelf: Cast, question: str) -> None:
    slugs = await found(shelf.client, f"q={quote(question)}")
    assert set(slugs) <= {BREATH, FEET, CARD, LETTER}


async def test_a_nul_is_no_question(shelf: Cast) -> None:
    answer = await shelf.client.get("/v1/exercises?q=slow%00")
    assert answer.status_code == 400


async def test_a_long_word_is_found_by_its_beginning(cast: Cast) -> None:
    await publish_new(cast.therapist, purpose="Over " + "言葉" * 590)
    assert await found(cast.client, f"q={quote('言葉' * 100)}") == ["small-step"]


async def test_a_search_goes_on_from_page_to_page(shelf: Cast) -> None:
    path, slugs = "/v1/exercises?q=calm&limit=1", []
    while path:
        page = (await shelf.client.get(path)).json()
        slugs += [one["slug"] for one in page["items"]]
        cursor = page["next"]
        path = f"/v1/exercises?q=calm&limit=1&cursor={cursor}" if cursor else ""
    assert slugs == [BREATH, LETTER]


async def test_another_practice_s_words_find_nothing(shelf: Cast) -> None:
    for who in (shelf.stranger, shelf.foreign_client):
        assert await found(who, "q=breath") == []


# --- an index that never drifts -----------------------------------------------


async def index_of(cast: Cast) -> list[tuple[str, str, str]]:
    """What words are kept, checked on both engines to be what is looked up."""
    async with cast.store.reader() as db:
        rows = (await db.exec(select(ExerciseText))).all()
        kept = sorted((str(one.exercise_id), one.locale, one.words) for one in rows)
        connection = await db.connection()
        if connection.dialect.name == "sqlite":
            query = "SELECT exercise_id, locale, words FROM exercise_search"
            looked_up = await connection.execute(text(query))
            assert sorted(map(tuple, looked_up)) == [
                (one.replace("-", ""), locale, words) for one, locale, words in kept
            ]
    return kept


async def said_by_versions(cast: Cast) -> list[tuple[str, str, str]]:
    """What words the latest versions say."""
    async with cast.store.reader() as db:
        rows = await db.exec(
            select(Exercise, ExerciseVersion).where(
                ExerciseVersion.exercise_id == Exercise.id,
                ExerciseVersion.number == Exercise.latest_number,
            )
        )
        return sorted(
            (
                str(one.id),
                version.document["locale"],
                indexed(
                    [
                        version.document["title"],
                        version.document["purpose"],
                        *version.document["tags"],
                    ]
                ),
            )
            for one, version in rows.all()
        )


async def test_publishing_forking_and_retiring_keep_the_index_right(
    cast: Cast,
) -> None:
    therapist = cast.therapist
    await therapist.post("/v1/exercises", json={"document": exercise()})
    assert await index_of(cast) == []
    await therapist.post(f"{OWN}/publish", json={})
    assert await found(therapist, "q=small") == ["small-step"]

    etag = (await therapist.get(OWN)).headers["ETag"]
    newer = {"document": exercise(title="A large step")}
    await therapist.put(f"{OWN}/draft", json=newer, headers={"If-Match": etag})
    assert await found(therapist, "q=large") == []
    await therapist.post(f"{OWN}/publish", json={})
    assert await found(therapist, "q=large") == ["small-step"]
    assert await found(therapist, "q=small%20step") == ["small-step"]  # its purpose

    await therapist.post(f"{OWN}/fork", json={"slug": "our-step"})
    assert await found(therapist, "q=large") == ["small-step"]
    await therapist.post("/v1/exercises/our-step/publish", json={})
    assert await found(therapist, "q=large") == ["small-step", "our-step"]

    await therapist.post(f"{OWN}/retire")
    assert await found(therapist, "q=large") == ["our-step"]
    assert await found(therapist, "q=large&shelf=retired") == ["small-step"]
    assert await index_of(cast) == await said_by_versions(cast)


async def test_the_library_s_words_are_kept_and_loading_again_changes_none(
    cast: Cast,
) -> None:
    async with cast.store.writer() as db:
        await service_publishing.load_library(db, cast.practice_id)
        await db.commit()
    first = await index_of(cast)
    source = {one for one in first if one[1] == "en"}
    assert source == set(await said_by_versions(cast))
    async with cast.store.writer() as db:
        await service_publishing.load_library(db, cast.practice_id)
        await db.commit()
    assert await index_of(cast) == first


async def test_a_refused_publication_leaves_the_index_alone(cast: Cast) -> None:
    await publish_new(cast.therapist)
    before = await index_of(cast)
    etag = (await cast.therapist.get(OWN)).headers["ETag"]
    unsound = {"document": exercise(title="")}
    await cast.therapist.put(f"{OWN}/draft", json=unsound, headers={"If-Match": etag})
    assert (await cast.therapist.post(f"{OWN}/publish", json={})).status_code == 422
    assert await index_of(cast) == before


# --- markers ------------------------------------------------------------------


async def test_markers_are_listed_for_staff_and_read_by_everyone(cast: Cast) -> None:
    async with cast.store.writer() as db:
        await service_publishing.load_library(db, cast.practice_id)
        await db.commit()
    (marker,) = await found(cast.therapist, "kind=marker")
    assert await found(cast.client, "kind=marker") == []
    by_name = await cast.client.get(f"/v1/exercises/{marker}")
    assert by_name.json()["kind"] == "marker"


# --- what a list reads --------------------------------------------------------


async def test_a_list_reads_no_documents(cast: Cast, app: FastAPI) -> None:
    async with cast.store.writer() as db:
        await service_publishing.load_library(db, cast.practice_id)
        await db.commit()
    said: list[str] = []

    def listen(*args: Any) -> None:
        said.append(args[2])

    engine = app.state.database.reading.sync_engine
    event.listen(engine, "before_cursor_execute", listen)
    try:
        answer = await cast.therapist.get("/v1/exercises?limit=100&q=a")
        whole = await cast.therapist.get("/v1/exercises?limit=100")
    finally:
        event.remove(engine, "before_cursor_execute", listen)
    assert answer.status_code == 200
    assert len(whole.json()["items"]) > 50
    asked = [one for one in said if "FROM exercise" in one]
    assert len(asked) == 4
    for statement in asked:
        assert "document" not in statement
        assert "exercise_version" not in statement
        assert "exercise.draft," not in statement
        assert "exercise.draft\n" not in statement


async def test_a_new_version_is_no_longer_what_its_translation_says(
    cast: Cast,
) -> None:
    await publish_new(cast.therapist)
    said = {"document": in_other_words(exercise(title="Ein Schritt"), "de")}
    await cast.therapist.put(f"{OWN}/versions/1/translations/de", json=said)
    assert await found(cast.client, "q=schritt") == ["small-step"]
    etag = (await cast.therapist.get(OWN)).headers["ETag"]
    newer = {"document": exercise(title="Another step")}
    await cast.therapist.put(f"{OWN}/draft", json=newer, headers={"If-Match": etag})
    await cast.therapist.post(f"{OWN}/publish", json={})
    assert await found(cast.client, "q=schritt") == []
    late = in_other_words(exercise(title="Ein alter Schritt"), "de")
    seen = {"If-Match": '"v1"'}
    older = await cast.therapist.put(
        f"{OWN}/versions/1/translations/de", json={"document": late}, headers=seen
    )
    assert older.status_code == 200
    assert await found(cast.client, "q=alter") == []
    assert await index_of(cast) == await said_by_versions(cast)
