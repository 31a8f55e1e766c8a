"""The report over HTTP: whose data, what is shared, what is left out, who hears of it."""

import re
from typing import Any

import pytest
from sqlmodel import col, select

from api.assignments.tables import Assignment
from api.completions import document
from api.completions.merge import State
from api.completions.sharing import Level
from api.completions.tables import Completion
from api.foundation import clock
from api.foundation.ids import new_id
from api.foundation.journal import Entry
from api.people.tables import CareTie
from tests.cast import Cast, Someone
from tests.progress.past import agree, distress, load_library, run
from tests.progress.test_report import has_pdf_maker

CANARY, NUMBER = "kingfisher", 8.4321


@pytest.fixture
async def breathing(cast: Cast) -> Assignment:
    await load_library(cast.store, cast.practice_id)
    return await agree(cast.store, cast.client, cast.therapist)


async def report(
    reader: Someone, of: Someone, name: str = "report.html", **params: Any
) -> str:
    answer = await reader.get(f"/v1/clients/{of.id}/{name}", params=params)
    assert answer.status_code == 200, answer.text
    return answer.text


def undated(html: str) -> str:
    return re.sub(r"Made \d.*? UTC", "Made", html)


def body(html: str) -> str:
    found = re.search("<main>(.*)</main>", html, re.DOTALL)
    assert found
    return found[1]


async def setback_plan(
    cast: Cast, level: Level, kept_back: tuple[str, ...] = ()
) -> None:
    plans = await agree(
        cast.store, cast.client, cast.therapist, "setback-plan-and-note"
    )
    row = await run(cast.store, plans, {}, week=3, level=level)
    answers = {
        "plan": {"signs": [f"<b>{CANARY}</b>", "no sleep"], "helps": ["a walk"]},
    }
    async with cast.store.writer() as db:
        kept = await db.get(Completion, (row.practice_id, row.id))
        assert kept is not None
        kept.document = document.pack(answers)
        kept.kept_back = list(kept_back)
        kept.points = {
            "recovery": {"started": 1773000000, "hours": None, "settled": None},
            "signs": 2,
            "strength": 7,
        }
        await db.commit()


async def test_a_report_of_nothing_is_kind(cast: Cast) -> None:
    html = await report(cast.client, cast.client)
    assert "That is all right" in html
    assert "not an emergency service" in html


async def test_it_is_one_page_that_fetches_nothing(
    cast: Cast, breathing: Assignment
) -> None:
    for week in range(5):
        await run(cast.store, breathing, distress(8, 8 - week), week=week)
    path = f"/v1/clients/{cast.client.id}/report.html"
    answer = await cast.therapist.get(path)
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert answer.headers["content-disposition"] == 'inline; filename="summary.html"'
    assert not re.search(r"<script|href|url\(|@import|\son\w+=|<img", answer.text)
    assert "@page{size:A4" in answer.text
    assert cast.client.id.hex not in answer.text
    ids = re.findall(r'\bid="([^"]*)"', answer.text)
    assert len(ids) == len(set(ids))
    letter = await cast.therapist.get(path, params={"paper": "letter"})
    assert "@page{size:letter" in letter.text


async def test_sections_stand_in_their_order_points_before_words(
    cast: Cast, breathing: Assignment
) -> None:
    for week in range(5):
        reading = distress(8, 8 - week)
        await run(cast.store, breathing, reading, week=week, level=Level.FULL)
    ended = State.STOPPED
    await run(cast.store, breathing, distress(8, 8), week=6, state=ended)
    html = await report(cast.client, cast.client)
    found = re.findall('<section id="([a-z]+)">', html)
    assert found == ["done", "practice", "choices"]
    practice = html[html.index('id="practice"') :]
    words = practice.index("This has been going down.")
    assert practice.index("<svg") < practice.index("<table") < words
    assert "interval" in practice
    only = await report(cast.client, cast.client, sections=["choices"])
    assert re.findall('<section id="([a-z]+)">', only) == ["choices"]
    assert "stopped" in only


async def test_nothing_in_it_counts_what_was_not_done(
    cast: Cast, breathing: Assignment
) -> None:
    await run(cast.store, breathing, distress(8, 3), week=0)
    for reader in (cast.client, cast.therapist):
        html = (await report(reader, cast.client)).lower()
        for word in ("missed", "streak", "overdue", "adherence", "compliance", "total"):
            assert word not in html, word


async def test_the_preview_is_byte_for_byte_what_the_therapist_gets(
    cast: Cast, breathing: Assignment
) -> None:
    for week, level in enumerate([*Level, Level.FULL, Level.SCORES]):
        await run(cast.store, breathing, distress(9, week), week=week, level=level)
    await setback_plan(cast, Level.FULL)
    asked: list[dict[str, Any]] = [
        {},
        {"sections": ["done"]},
        {"leave_out": ["paced-breath"]},
    ]
    for params in asked:
        theirs = await report(cast.therapist, cast.client, **params)
        seen = await report(cast.client, cast.client, "report/preview", **params)
        assert undated(seen) == undated(theirs)


async def test_a_preview_without_anybody_who_cares_is_empty(
    cast: Cast, breathing: Assignment
) -> None:
    await run(cast.store, breathing, distress(9, 1), level=Level.FULL)
    async with cast.store.writer() as db:
        ties = select(CareTie).where(col(CareTie.client_id) == cast.client.id)
        for tie in (await db.exec(ties)).all():
            tie.ended_at = clock.now()
        await db.commit()
    assert "<svg" not in await report(cast.client, cast.client, "report/preview")


async def test_what_is_not_shared_is_not_there_and_not_hinted_at(
    cast: Cast, breathing: Assignment
) -> None:
    await run(cast.store, breathing, distress(7, 3), week=0)
    before = undated(await report(cast.therapist, cast.client))
    secret = {"distress": {"before": NUMBER, "after": 1, "change": -7.4321, "max": 10}}
    await run(cast.store, breathing, secret, week=1, level=Level.SEALED)
    assert undated(await report(cast.therapist, cast.client)) == before
    fact = await run(cast.store, breathing, secret, week=2, level=Level.FACT)
    hidden = ("distress",)
    await run(cast.store, breathing, secret, week=3, hidden=hidden)
    theirs = await report(cast.therapist, cast.client)
    assert "7.43" not in theirs
    assert "8.43" not in theirs
    assert "16 Mar 2026" in theirs  # the fact that it was done
    assert str(fact.id) not in theirs
    assert "not shared" not in theirs.lower()
    assert "7.43" in await report(cast.client, cast.client)


@pytest.mark.parametrize(
    ("level", "kept_back", "seen"),
    [
        (Level.FULL, (), True),
        (Level.FULL, ("plan.signs",), False),
        (Level.SCORES, (), False),
        (Level.FACT, (), False),
        (Level.SEALED, (), False),
    ],
)
async def test_the_plan_is_in_the_clients_words_only_where_answers_are_shared(
    cast: Cast, level: Level, kept_back: tuple[str, ...], seen: bool
) -> None:
    await load_library(cast.store, cast.practice_id)
    await setback_plan(cast, level, kept_back)
    mine = await report(cast.client, cast.client)
    assert f"&lt;b&gt;{CANARY}&lt;/b&gt;" in mine
    for reader, name in (
        (cast.therapist, "report.html"),
        (cast.client, "report/preview"),
    ):
        theirs = await report(reader, cast.client, name)
        assert (CANARY in theirs) is seen
        assert f"<b>{CANARY}" not in theirs


async def test_one_print_may_leave_things_out_without_a_trace(
    cast: Cast, breathing: Assignment
) -> None:
    for week in range(3):
        await run(cast.store, breathing, distress(7, 3), week=week, level=Level.FULL)
    await setback_plan(cast, Level.FULL)
    whole = await report(cast.therapist, cast.client)
    assert "setback" in body(whole).lower()
    none = await report(cast.therapist, cast.client, leave_out=["setbacks"])
    assert "setback" not in body(none).lower()
    one = await report(cast.therapist, cast.client, leave_out=["paced-breath.distress"])
    assert "Paced breath" in body(one)
    assert "\u22124" not in body(one)
    gone = await report(cast.therapist, cast.client, leave_out=["paced-breath"])
    assert "Paced breath" not in body(gone)
    assert await report(cast.therapist, cast.client) != gone


async def test_the_client_can_have_it_without_numbers_and_staff_are_not_touched(
    cast: Cast, breathing: Assignment
) -> None:
    for week in range(6):
        await run(cast.store, breathing, distress(9, 9 - week), week=week)
    html = body(await report(cast.client, cast.client, numbers="hidden"))
    texts = re.sub(r"<[^>]*>", " ", re.sub(r"<desc.*?</desc>", " ", html))
    bare = re.sub(
        r"\b\d{1,2} [A-Z][a-z]{2}( \d{4})?\b|\b[A-Z][a-z]{2} \d{4}\b", "", texts
    )
    marks = re.sub(r"<text class=\"on\".*?</text>", "", html)
    assert "\u2212" not in bare
    assert "median" not in bare
    assert "interval" not in bare
    assert len(marks) < len(html)
    theirs = await report(cast.therapist, cast.client, numbers="hidden")
    assert "\u22125" in theirs


async def test_staff_are_written_down_with_the_days_and_the_client_is_not(
    cast: Cast, breathing: Assignment
) -> None:
    await run(cast.store, breathing, distress(7, 3))
    days = {"from": "2026-03-02", "to": "2026-05-18"}
    for reader, name in (
        (cast.client, "report.html"),
        (cast.client, "report/preview"),
        (cast.therapist, "report.html"),
    ):
        await report(reader, cast.client, name, **days)
    async with cast.store.reader() as db:
        query = select(Entry).where(col(Entry.verb) == "report.made")
        entries = (await db.exec(query)).all()
    assert [(one.actor_id, one.client_id, one.subject_kind) for one in entries] == [
        (cast.therapist.id, cast.client.id, "report_2026-03-02_2026-05-18")
    ]


async def test_days_narrow_it(cast: Cast, breathing: Assignment) -> None:
    for week in range(4):
        await run(cast.store, breathing, distress(7, 3), week=week)
    days = {"from": "2026-03-09", "to": "2026-03-16"}
    html = await report(cast.client, cast.client, **days)
    assert "Summary, 9 Mar 2026 to 16 Mar 2026" in html
    assert "23 Mar 2026" not in html


@pytest.mark.parametrize(
    "params",
    [
        {"from": "2026-05-18", "to": "2026-03-02"},
        {"sections": ["everything"]},
        {"leave_out": ["<script>"]},
        {"paper": "papyrus"},
        {"numbers": "loud"},
    ],
)
async def test_what_makes_no_sense_is_told_and_not_repeated(
    cast: Cast, params: dict[str, Any]
) -> None:
    path = f"/v1/clients/{cast.client.id}/report.html"
    answer = await cast.client.get(path, params=params)
    assert answer.status_code == 422
    assert "<script>" not in answer.text
    assert "papyrus" not in answer.text


@pytest.mark.parametrize("who", ["colleague", "separated", "stranger", "other_client"])
async def test_nobody_else_can_tell_that_there_is_a_client(
    cast: Cast, breathing: Assignment, who: str
) -> None:
    await run(cast.store, breathing, distress(7, 3), level=Level.FULL)
    for name in ("report.html", "report.pdf"):
        here = await cast.people[who].get(f"/v1/clients/{cast.client.id}/{name}")
        absent = await cast.people[who].get(f"/v1/clients/{new_id()}/{name}")
        assert here.status_code == absent.status_code == 404
        assert here.content == absent.content


@pytest.mark.parametrize("who", ["owner", "coordinator", "privacy_officer"])
async def test_other_roles_get_no_report(cast: Cast, who: str) -> None:
    for name in ("report.html", "report.pdf", "report/preview"):
        answer = await cast.people[who].get(f"/v1/clients/{cast.client.id}/{name}")
        assert answer.status_code == 403


async def test_a_preview_is_for_the_client_alone(
    cast: Cast, breathing: Assignment
) -> None:
    path = f"/v1/clients/{cast.client.id}/report/preview"
    assert (await cast.therapist.get(path)).status_code == 403
    assert (await cast.other_client.get(path)).status_code == 404


async def test_a_pdf_comes_or_the_answer_says_why_not_and_is_written_down(
    cast: Cast, breathing: Assignment
) -> None:
    await run(cast.store, breathing, distress(7, 3))
    answer = await cast.therapist.get(f"/v1/clients/{cast.client.id}/report.pdf")
    async with cast.store.reader() as db:
        query = select(Entry).where(col(Entry.verb) == "report.made")
        written = len((await db.exec(query)).all())
    if has_pdf_maker():
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "application/pdf"
        assert 'filename="summary.pdf"' in answer.headers["content-disposition"]
        assert answer.content.startswith(b"%PDF")
        assert written == 1
    else:
        assert answer.status_code == 501
        assert answer.json()["code"] == "pdf-not-installed"
        assert written == 0
