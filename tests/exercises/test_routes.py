"""Exercises over HTTP: who reads, who writes, and that a version never changes."""

import asyncio
import copy
from typing import Any

import pytest

from api.exercises import service_publishing
from api.exercises.library import library
from api.exercises.questionnaires import on_by_default
from api.instruments.registry import read
from tests.cast import Cast, Someone
from tests.exercises.documents import Document, exercise, step

OWN = "/v1/exercises/small-step"
NOBODYS = "/v1/exercises/no-such-thing"


@pytest.fixture
async def shelf(cast: Cast) -> Cast:
    """The cast, with the library on Harbour's shelf."""
    async with cast.store.writer() as db:
        await service_publishing.load_library(db, cast.practice_id)
        await db.commit()
    return cast


def changed(**fields: Any) -> Document:
    return {**copy.deepcopy(exercise()), **fields}


async def begin(who: Someone, **fields: Any) -> Any:
    return await who.post("/v1/exercises", json={"document": changed(**fields)})


async def put(who: Someone, etag: str, **fields: Any) -> Any:
    body = {"document": changed(**fields)}
    return await who.put(f"{OWN}/draft", json=body, headers={"If-Match": etag})


async def publish(who: Someone, **body: Any) -> Any:
    return await who.post(f"{OWN}/publish", json=body)


async def published(who: Someone) -> Any:
    assert (await begin(who)).status_code == 201
    answer = await publish(who)
    assert answer.status_code == 201, answer.json()
    return answer.json()


# --- the library --------------------------------------------------------------


async def test_the_library_is_read_in_pages(shelf: Cast) -> None:
    path, seen = "/v1/exercises?limit=7", []
    while path:
        page = (await shelf.therapist.get(path)).json()
        seen += [one["library_id"] for one in page["items"]]
        cursor = page["next"]
        path = f"/v1/exercises?limit=7&cursor={cursor}" if cursor else ""
    assert len(seen) == len(library()) + len(on_by_default(read(None)))
    catalogue = [one for one in seen if one is not None]
    assert catalogue == sorted(catalogue)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("modality=consent_experiment", {"E18", "E19", "E20"}),
        ("phase=boundaries", {"E18", "E19", "E20", "E34", "E35"}),
        ("setting=group&phase=steadying", {"E08", "E09", "E11"}),
        ("tag=breath", {"E02", "E06", "E07"}),
        ("tag=nothing_of_the_kind", set()),
    ],
)
async def test_a_list_is_narrowed(shelf: Cast, query: str, found: set[str]) -> None:
    page = (await shelf.therapist.get(f"/v1/exercises?{query}")).json()
    exercises = [one for one in page["items"] if one["kind"] == "exercise"]
    assert {one["library_id"] for one in exercises} == found


async def test_loading_the_library_again_adds_nothing(shelf: Cast) -> None:
    async with shelf.store.writer() as db:
        assert await service_publishing.load_library(db, shelf.practice_id) == 0


async def test_a_changed_library_adds_a_version(
    shelf: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    newer = {
        slug: {**document, "tags": ["new"]} if slug == "paced-breath" else document
        for slug, document in library().items()
    }
    monkeypatch.setattr(service_publishing, "library", lambda: newer)
    async with shelf.store.writer() as db:
        assert await service_publishing.load_library(db, shelf.practice_id) == 1
        await db.commit()
    versions = await shelf.client.get("/v1/exercises/paced-breath/versions")
    assert [one["change"] for one in versions.json()["items"]] == [None, "cosmetic"]
    page = await shelf.client.get("/v1/exercises?tag=new")
    assert [one["latest"] for one in page.json()["items"]] == [2]


async def test_another_practice_has_its_own_shelf(shelf: Cast) -> None:
    absent = await shelf.stranger.get(NOBODYS)
    foreign = await shelf.stranger.get("/v1/exercises/paced-breath")
    assert (foreign.status_code, foreign.content) == (404, absent.content)
    assert (await shelf.foreign_client.get("/v1/exercises")).json()["items"] == []


async def test_a_library_exercise_is_forked_not_changed(shelf: Cast) -> None:
    path = "/v1/exercises/paced-breath"
    body = {"document": changed(slug="paced-breath")}
    refused = await shelf.therapist.put(
        f"{path}/draft", json=body, headers={"If-Match": '"v1"'}
    )
    assert (refused.status_code, refused.json()["code"]) == (409, "library-exercise")

    forked = await shelf.therapist.post(f"{path}/fork", json={"slug": "our-breath"})
    assert forked.status_code == 201
    assert forked.json()["forked_from"] == {"slug": "paced-breath", "number": 1}
    checked = await shelf.therapist.post("/v1/exercises/our-breath/draft/check")
    assert checked.json() == {"sound": True, "change": None, "faults": []}
    done = await shelf.therapist.post("/v1/exercises/our-breath/publish", json={})
    assert done.status_code == 201
    assert (await shelf.client.get("/v1/exercises/our-breath")).status_code == 200


# --- drafts -------------------------------------------------------------------


async def test_a_draft_is_for_those_who_write(cast: Cast) -> None:
    created = await begin(cast.therapist, title=1)
    assert created.status_code == 201
    assert created.json()["latest"] == 0
    for who in (cast.client, cast.owner, cast.stranger):
        absent = await who.get(NOBODYS)
        hidden = await who.get(OWN)
        assert (hidden.status_code, hidden.content) == (404, absent.content)
    for who in (cast.client, cast.coordinator):
        assert (await who.get(f"{OWN}/draft")).status_code == 403
        assert (await begin(who)).status_code == 403
    assert (await cast.colleague.get(f"{OWN}/draft")).status_code == 200
    unpublished = await cast.therapist.get("/v1/exercises?shelf=unpublished")
    assert [one["has_draft"] for one in unpublished.json()["items"]] == [True]
    assert (await cast.client.get("/v1/exercises?shelf=unpublished")).status_code == 403


async def test_nobody_overwrites_a_draft_they_have_not_read(cast: Cast) -> None:
    etag = (await begin(cast.therapist)).headers["ETag"]
    assert (await cast.therapist.get(f"{OWN}/draft")).headers["ETag"] == etag
    unmatched = await cast.therapist.put(f"{OWN}/draft", json={"document": exercise()})
    assert unmatched.status_code == 428
    second = await put(cast.colleague, etag, title="Second")
    assert second.status_code == 200
    assert (await put(cast.therapist, etag, title="Third")).status_code == 412
    draft = (await cast.therapist.get(f"{OWN}/draft")).json()
    assert draft["document"]["title"] == "Second"
    stale = await cast.therapist.post(
        f"{OWN}/publish", json={}, headers={"If-Match": etag}
    )
    assert stale.status_code == 412


async def test_a_name_is_taken_once_and_never_changes(shelf: Cast) -> None:
    etag = (await begin(shelf.therapist)).headers["ETag"]
    for slug in ("small-step", "paced-breath"):
        taken = await begin(shelf.colleague, slug=slug)
        assert (taken.status_code, taken.json()["code"]) == (409, "slug-taken")
    renamed = await put(shelf.therapist, etag, slug="another")
    assert renamed.json()["errors"][0]["code"] == "other-slug"
    nameless = await begin(shelf.therapist, slug="Not A Slug")
    assert nameless.json()["errors"][0]["pointer"] == "/document/slug"


async def test_every_fault_is_listed_and_none_repeats_the_draft(cast: Cast) -> None:
    document = changed(title="", easier=["zq-zq"], library_id="E99", purpose="zq cures")
    document["parts"][0]["steps"][5]["of"] = "main.zq"
    await cast.therapist.post("/v1/exercises", json={"document": document})
    checked = (await cast.therapist.post(f"{OWN}/draft/check")).json()
    refused = await publish(cast.therapist)
    assert refused.status_code == 422
    assert refused.json()["errors"] == checked["faults"]
    assert "zq" not in refused.text
    assert {one["pointer"] for one in checked["faults"]} == {
        "/title",
        "/easier/0",
        "/library_id",
        "/purpose",
        "/parts/0/steps/5/of",
    }


# --- versions -----------------------------------------------------------------


async def test_a_version_is_published_whole_and_stays_as_it_is(cast: Cast) -> None:
    first = await published(cast.therapist)
    assert (first["number"], first["change"]) == (1, None)
    before = (await cast.client.get(f"{OWN}/versions/1")).content
    etag = (await cast.therapist.get(OWN)).headers["ETag"]
    assert (await put(cast.therapist, etag, minutes={"least": 2, "most": 9})).is_success
    second = (await publish(cast.therapist)).json()
    assert (second["number"], second["change"]) == (2, "material")
    assert (await cast.client.get(f"{OWN}/versions/1")).content == before
    assert (await cast.client.get(f"{OWN}/versions/3")).status_code == 404


async def test_a_draft_is_published_once_however_often_it_is_asked(
    cast: Cast,
) -> None:
    await begin(cast.therapist)
    answers = await asyncio.gather(*(publish(cast.therapist) for _ in range(6)))
    assert sorted(answer.status_code for answer in answers) == [201, *[409] * 5]
    versions = (await cast.client.get(f"{OWN}/versions")).json()["items"]
    assert [one["number"] for one in versions] == [1]


async def test_publishing_needs_a_draft_that_says_something_new(cast: Cast) -> None:
    await published(cast.therapist)
    assert (await publish(cast.therapist)).json()["code"] == "no-draft"
    etag = (await cast.therapist.get(OWN)).headers["ETag"]
    await put(cast.therapist, etag)
    assert (await publish(cast.therapist)).json()["code"] == "nothing-changed"


async def test_the_author_s_word_makes_new_wording_cosmetic(cast: Cast) -> None:
    await published(cast.therapist)
    etag = (await cast.therapist.get(OWN)).headers["ETag"]
    await put(cast.therapist, etag, title="A small step")
    checked = (await cast.therapist.post(f"{OWN}/draft/check")).json()
    assert checked["change"] == "material"
    second = (await publish(cast.therapist, wording_fix=True)).json()
    assert second["change"] == "cosmetic"
    compared = await cast.client.get(f"{OWN}/versions/2/difference?from=1")
    assert compared.json() == {
        "slug": "small-step",
        "before": 1,
        "after": 2,
        "weight": "cosmetic",
        "changes": [
            {
                "place": "",
                "field": "title",
                "kind": "changed",
                "weight": "cosmetic",
                "before": None,
            }
        ],
    }
    backwards = await cast.client.get(f"{OWN}/versions/1/difference?from=2")
    assert backwards.json()["errors"][0]["code"] == "not-older"


async def test_the_schema_is_what_an_app_validates_by(cast: Cast) -> None:
    await published(cast.therapist)
    schema = (await cast.client.get(f"{OWN}/versions/1/schema")).json()
    assert schema["$schema"].endswith("2020-12/schema")
    assert schema["properties"]["main"]["required"] == ["what"]
    partial = (await cast.client.get(f"{OWN}/versions/1/schema?run=in_progress")).json()
    assert "required" not in partial["properties"]["main"]


async def test_the_card_is_plain_text(shelf: Cast) -> None:
    card = await shelf.client.get("/v1/exercises/paced-breath/versions/1/card")
    assert card.headers["content-type"] == "text/plain; charset=utf-8"
    assert card.text.startswith("PACED BREATH\n")
    assert "  - Orient and ground\n" in card.text


async def test_a_retired_exercise_leaves_the_shelf_and_stays_readable(
    cast: Cast,
) -> None:
    await published(cast.therapist)
    once = await cast.therapist.post(f"{OWN}/retire")
    again = await cast.therapist.post(f"{OWN}/retire")
    assert once.json() == again.json()
    assert (await cast.client.get("/v1/exercises")).json()["items"] == []
    retired = await cast.therapist.get("/v1/exercises?shelf=retired")
    assert len(retired.json()["items"]) == 1
    assert (await cast.client.get(f"{OWN}/versions/1")).status_code == 200
    etag = (await cast.therapist.get(OWN)).headers["ETag"]
    refused = await put(cast.therapist, etag)
    assert (refused.status_code, refused.json()["code"]) == (409, "exercise-retired")


async def test_versions_are_listed_in_pages(cast: Cast) -> None:
    await published(cast.therapist)
    for least in (3, 4):
        etag = (await cast.therapist.get(OWN)).headers["ETag"]
        await put(cast.therapist, etag, minutes={"least": least, "most": 9})
        await publish(cast.therapist)
    first = (await cast.client.get(f"{OWN}/versions?limit=2")).json()
    cursor = first["next"]
    rest = (await cast.client.get(f"{OWN}/versions?limit=2&cursor={cursor}")).json()
    numbers = [one["number"] for one in first["items"] + rest["items"]]
    assert (numbers, rest["next"]) == ([1, 2, 3], None)


async def test_a_draft_of_any_odd_shape_is_kept_and_told_what_is_wrong(
    cast: Cast,
) -> None:
    odd = {"slug": "small-step", "parts": [{"steps": [step("text", "a"), 1, []]}, None]}
    await cast.therapist.post("/v1/exercises", json={"document": odd})
    checked = await cast.therapist.post(f"{OWN}/draft/check")
    assert checked.status_code == 200
    assert not checked.json()["sound"]
