"""Languages over HTTP: written by therapists, chosen by whoever reads, answered alike."""

from typing import Any

import httpx
import pytest

from api.exercises import library as shipped
from api.exercises import service_publishing
from api.exercises.library import library
from api.exercises.translations import translate
from api.people.tables import Client
from tests.cast import Cast, Someone
from tests.exercises.documents import Document, exercise, in_other_words

OWN = "/v1/exercises/small-step"
VERSION = f"{OWN}/versions/1"
GERMAN = f"{VERSION}/translations/de"


@pytest.fixture
async def shelf(cast: Cast) -> Cast:
    """The cast, with one exercise of Harbour's own."""
    await cast.therapist.post("/v1/exercises", json={"document": exercise()})
    published = await cast.therapist.post(f"{OWN}/publish", json={})
    assert published.status_code == 201
    return cast


@pytest.fixture
async def spoken(shelf: Cast) -> Cast:
    """The same, with the exercise in German too."""
    assert (await put(shelf.therapist, german())).status_code == 200
    return shelf


def german(**fields: Any) -> Document:
    return in_other_words(exercise(title="Kleiner Schritt", **fields), "de")


async def put(who: Someone, document: Document, path: str = GERMAN, **more: Any) -> Any:
    return await who.put(path, json={"document": document}, **more)


async def read(who: Someone, path: str, languages: str | None = None) -> httpx.Response:
    headers = {} if languages is None else {"Accept-Language": languages}
    answer = await who.get(path, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer


# --- reading ------------------------------------------------------------------


async def test_an_exercise_is_read_in_the_language_asked_for(spoken: Cast) -> None:
    for path in ("/v1/exercises", OWN, VERSION, f"{VERSION}/card", f"{VERSION}/schema"):
        asked = await read(spoken.client, path, "de-CH, en;q=0.5")
        assert asked.headers["Content-Language"] == "de"
        assert "kleiner schritt" in asked.text.lower()
        other = await read(spoken.client, path, "fr, en;q=0.2")
        assert other.headers["Content-Language"] == "en"
        assert "kleiner schritt" not in other.text.lower()
        assert asked.headers["Vary"] == other.headers["Vary"] == "Accept-Language"


async def test_a_list_says_which_language_each_item_is_in(spoken: Cast) -> None:
    document = exercise(slug="large-step", title="Large step")
    await spoken.therapist.post("/v1/exercises", json={"document": document})
    await spoken.therapist.post("/v1/exercises/large-step/publish", json={})
    answer = await read(spoken.client, "/v1/exercises", "de")
    assert answer.headers["Content-Language"] == "de, en"
    assert [
        (one["title"], one["locale"], one["locales"]) for one in answer.json()["items"]
    ] == [
        ("Kleiner Schritt (de)", "de", ["en", "de"]),
        ("Large step", "en", ["en"]),
    ]
    empty = await read(spoken.client, "/v1/exercises?tag=none", "de")
    assert "Content-Language" not in empty.headers


async def test_without_a_header_clients_read_their_own_language(spoken: Cast) -> None:
    async with spoken.store.writer() as db:
        client = await db.get(Client, (spoken.practice_id, spoken.client.id))
        assert client is not None
        client.locale = "de-AT"
        await db.commit()
    for header in (None, "*", "???"):
        assert (await read(spoken.client, OWN, header)).json()["locale"] == "de"
    assert (await read(spoken.client, OWN, "en")).json()["locale"] == "en"
    for who in (spoken.other_client, spoken.therapist, spoken.owner):
        assert (await read(who, OWN)).json()["locale"] == "en"


@pytest.mark.parametrize(
    "header",
    [
        "",
        ",",
        "de;q=",
        "de;q=99999999999999999999",
        "de;q=nan",
        "q" * 8_000,
        "a," * 4_000,
        "*" * 3_000,
        "de-" * 2_000,
        "\x00".encode("unicode_escape").decode(),
        "'; DROP TABLE exercise; --",
        "../../etc/passwd",
    ],
)
async def test_no_header_is_an_error(spoken: Cast, header: str) -> None:
    for path in (OWN, "/v1/exercises", VERSION):
        answer = await read(spoken.client, path, header)
        assert answer.headers["Content-Language"] in ("en", "de")


async def test_header_lines_add_up_and_bytes_beyond_ascii_are_left_out(
    spoken: Cast,
) -> None:
    lines = [
        (b"Authorization", f"Bearer {spoken.client.token}".encode()),
        (b"Accept-Language", b"\xff\xfe, fr"),
        (b"Accept-Language", b"de"),
    ]
    answer = await spoken.http.get(OWN, headers=lines)
    assert answer.json()["locale"] == "de"


async def test_a_version_tells_which_writing_it_shows(spoken: Cast) -> None:
    own = (await read(spoken.client, VERSION)).json()
    other = (await read(spoken.client, VERSION, "de")).json()
    assert (own["locale"], own["translation_revision"]) == ("en", None)
    assert (other["locale"], other["translation_revision"]) == ("de", 1)
    assert own["content_hash"] == other["content_hash"]
    assert own["locales"] == other["locales"] == ["en", "de"]


async def test_answers_are_checked_alike_whatever_the_language(spoken: Cast) -> None:
    path = f"{VERSION}/schema"
    own = (await read(spoken.client, path, "en")).json()
    other = (await read(spoken.client, path, "de")).json()
    assert own != other
    assert _without_titles(own) == _without_titles(other)


def _without_titles(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _without_titles(v) for k, v in value.items() if k != "title"}
    return [_without_titles(one) for one in value] if isinstance(value, list) else value


async def test_a_card_names_easier_ones_in_its_language(spoken: Cast) -> None:
    document = exercise(slug="large-step", title="Large step", easier=["small-step"])
    await spoken.therapist.post("/v1/exercises", json={"document": document})
    await spoken.therapist.post("/v1/exercises/large-step/publish", json={})
    path = "/v1/exercises/large-step/versions/1"
    said = in_other_words(document, "de")
    assert (
        await put(spoken.therapist, said, f"{path}/translations/de")
    ).status_code == 200
    card = (await read(spoken.client, f"{path}/card", "de")).text
    assert "  - Kleiner Schritt (de)\n" in card
    assert "Du darfst jederzeit aufhören" in card
    assert "Dauer: 1 bis 2 Minuten.\n" in card
    own = (await read(spoken.client, f"{path}/card", "en")).text
    assert "  - Small step\n" in own


# --- tags of what was read ----------------------------------------------------


async def test_each_language_has_its_tag_and_each_tag_lets_a_draft_be_written(
    spoken: Cast,
) -> None:
    tags = {
        (await read(spoken.therapist, OWN, one)).headers["ETag"] for one in ("en", "de")
    }
    assert len(tags) == 2
    before = (await read(spoken.therapist, OWN, "en")).headers["ETag"]
    french = in_other_words(exercise(), "fr")
    await put(spoken.therapist, french, f"{VERSION}/translations/fr")
    assert (await read(spoken.therapist, OWN, "en")).headers["ETag"] != before
    body = {"document": exercise(title="Next")}
    written = await spoken.therapist.put(
        f"{OWN}/draft", json=body, headers={"If-Match": before}
    )
    assert written.status_code == 200
    stale = await spoken.therapist.put(
        f"{OWN}/draft", json=body, headers={"If-Match": before}
    )
    assert stale.status_code == 412


# --- writing ------------------------------------------------------------------


async def test_faults_have_places_in_the_body_and_repeat_nothing(shelf: Cast) -> None:
    document = german()
    document["parts"][0]["steps"][3]["max"] = 7
    document["minutes"] = {"least": 1, "most": 99}
    document["parts"][0]["steps"][0]["help"] = "zq-secret"
    refused = await put(shelf.therapist, document)
    assert refused.status_code == 422
    assert {one["pointer"] for one in refused.json()["errors"]} == {
        "/document/minutes",
        "/document/parts/0/steps/0/help",
        "/document/parts/0/steps/3/max",
    }
    assert "zq" not in refused.text
    assert (await shelf.client.get(GERMAN)).status_code == 404


async def test_an_address_in_another_language_is_told(shelf: Cast) -> None:
    refused = await put(shelf.therapist, german(), f"{VERSION}/translations/fr")
    assert [one["code"] for one in refused.json()["errors"]] == ["other-locale"]
    odd = await put(shelf.therapist, german(), f"{VERSION}/translations/DE_de")
    assert odd.status_code == 422
    source = await put(shelf.therapist, exercise(), f"{VERSION}/translations/en")
    assert [one["code"] for one in source.json()["errors"]] == ["source-locale"]


async def test_a_translation_is_no_way_around_a_licence(shelf: Cast) -> None:
    document = german()
    document["title"] = "PHQ-9"
    refused = await put(shelf.therapist, document)
    assert [one["pointer"] for one in refused.json()["errors"]] == ["/document/title"]


async def test_a_translation_is_written_anew_only_by_who_read_it(spoken: Cast) -> None:
    again = await put(spoken.therapist, german())
    assert (again.status_code, again.json()["revision"]) == (200, 1)
    better = german(purpose="Besser gesagt.")
    assert (await put(spoken.colleague, better)).status_code == 428
    seen = (await read(spoken.colleague, GERMAN)).headers["ETag"]
    first = await put(spoken.colleague, better, headers={"If-Match": seen})
    assert (first.status_code, first.json()["revision"]) == (200, 2)
    late = await put(
        spoken.therapist, german(purpose="Spät."), headers={"If-Match": seen}
    )
    assert late.status_code == 412
    assert (await read(spoken.client, OWN, "de")).json()["purpose"] == (
        "Besser gesagt. (de)"
    )
    listed = (await read(spoken.client, f"{VERSION}/translations")).json()["items"]
    assert [(one["locale"], one["revision"]) for one in listed] == [
        ("de", 1),
        ("de", 2),
    ]
    old = (await read(spoken.client, f"{GERMAN}?revision=1")).json()
    assert old["document"]["purpose"] == german()["purpose"]
    assert (await spoken.client.get(f"{GERMAN}?revision=3")).status_code == 404


async def test_nothing_is_matched_where_there_is_nothing(shelf: Cast) -> None:
    answer = await put(shelf.therapist, german(), headers={"If-Match": '"v1"'})
    assert answer.status_code == 412


async def test_translations_are_listed_in_pages(spoken: Cast) -> None:
    await put(
        spoken.therapist, in_other_words(exercise(), "fr"), f"{VERSION}/translations/fr"
    )
    path = f"{VERSION}/translations?limit=1"
    first = (await read(spoken.client, path)).json()
    rest = (await read(spoken.client, f"{path}&cursor={first['next']}")).json()
    found = [one["locale"] for one in first["items"] + rest["items"]]
    assert (found, rest["next"]) == (["de", "fr"], None)


async def test_only_who_writes_exercises_writes_translations(shelf: Cast) -> None:
    for who in (shelf.client, shelf.coordinator, shelf.owner):
        assert (await put(who, german())).status_code == 403
    absent = await put(
        shelf.stranger, german(), "/v1/exercises/no-such/versions/1/translations/de"
    )
    foreign = await put(shelf.stranger, german())
    assert (foreign.status_code, foreign.content) == (404, absent.content)
    for who in (shelf.stranger, shelf.foreign_client):
        assert (await who.get(GERMAN)).status_code == 404
        assert (await who.get(f"{VERSION}/translations")).status_code == 404


async def test_a_new_version_is_read_in_its_own_language_until_translated(
    spoken: Cast,
) -> None:
    etag = (await read(spoken.therapist, OWN)).headers["ETag"]
    body = {"document": exercise(title="Other step")}
    await spoken.therapist.put(f"{OWN}/draft", json=body, headers={"If-Match": etag})
    await spoken.therapist.post(f"{OWN}/publish", json={})
    assert (await read(spoken.client, OWN, "de")).json()["title"] == "Other step"
    newer = await read(spoken.client, f"{OWN}/versions/2", "de")
    assert newer.json()["locale"] == "en"
    older = await read(spoken.client, VERSION, "de")
    assert older.json()["document"]["title"] == "Kleiner Schritt (de)"


async def test_a_fork_of_a_translated_exercise_has_no_translation(spoken: Cast) -> None:
    await spoken.therapist.post(f"{OWN}/fork", json={"slug": "our-step"})
    await spoken.therapist.post("/v1/exercises/our-step/publish", json={})
    ours = await read(spoken.client, "/v1/exercises/our-step", "de")
    assert ours.json()["locales"] == ["en"]


# --- the library's own --------------------------------------------------------


@pytest.fixture
def library_speaks_german(monkeypatch: pytest.MonkeyPatch) -> Document:
    """The library with one German text of the test's own."""
    source = library()["orient-and-ground"]
    document = translate(source, "de", in_other_words(dict(source), "de"))
    found = {"orient-and-ground": {"de": document}}
    monkeypatch.setattr(service_publishing, "translations", lambda: found)
    return document


async def load(cast: Cast) -> int:
    async with cast.store.writer() as db:
        added = await service_publishing.load_library(db, cast.practice_id)
        await db.commit()
    return added


GROUND = "/v1/exercises/orient-and-ground"
GROUND_DE = f"{GROUND}/versions/1/translations/de"


async def test_the_library_brings_its_translations_once(
    cast: Cast, library_speaks_german: Document
) -> None:
    await load(cast)
    assert await load(cast) == 0
    listed = (await read(cast.client, f"{GROUND}/versions/1/translations")).json()
    assert [(one["origin"], one["revision"]) for one in listed["items"]] == [
        ("library", 1)
    ]
    title = library_speaks_german["title"]
    assert (await read(cast.client, GROUND, "de")).json()["title"] == title


async def test_the_library_s_better_words_replace_its_own_but_never_the_practice_s(
    cast: Cast, library_speaks_german: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    await load(cast)
    better = {**library_speaks_german, "title": "Besser"}
    found = {"orient-and-ground": {"de": better}}
    monkeypatch.setattr(service_publishing, "translations", lambda: found)
    await load(cast)
    assert (await read(cast.client, GROUND, "de")).json()["title"] == "Besser"
    ours = {**better, "title": "Unser Titel"}
    seen = (await read(cast.therapist, GROUND_DE)).headers["ETag"]
    done = await put(cast.therapist, ours, GROUND_DE, headers={"If-Match": seen})
    assert done.json()["origin"] == "practice"
    await load(cast)
    assert (await read(cast.client, GROUND, "de")).json()["title"] == "Unser Titel"


async def test_what_ships_is_sound() -> None:
    assert set(shipped.translations()) <= set(library())
