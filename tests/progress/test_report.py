"""What a report is made of, and the PDF: bounded, sealed off, and honest when missing."""

import asyncio
import re
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.progress import service_pdf
from api.progress.report_content import (
    MOST_ROWS,
    Material,
    PlanWords,
    Section,
    parts_of,
    redacted,
)
from api.progress.report_html import Head, Paper, page, title_of
from api.progress.runs import StoredRun, VersionFacts, facts_of

START = datetime(2026, 3, 2, 18, tzinfo=UTC)
ALL = frozenset(Section)


def version(slug: str, title: str, *measures: tuple[str, str]) -> VersionFacts:
    written = [
        {"id": name, "formula": formula, "title": formula, "from": {}}
        for name, formula in measures
    ]
    return facts_of({"slug": slug, "title": title, "measures": written})


BREATH = version("paced-breath", "Paced breath", ("distress", "distress_change"))
SETBACK = version("setback-note", "Setback note", ("recovery", "recovery"))
PHQ9 = version("phq9", "PHQ-9", ("score", "instrument_score"))
CHANGE = {"before": 7, "after": 4, "change": -3, "max": 10}
SCORE = {
    "instrument": "phq9",
    "score": 12.0,
    "least": 0,
    "most": 27,
    "prorated": False,
    "missing": 0,
    "bands": {"phq9.severity": "moderate"},
}


def a_run(facts: VersionFacts, at: int = 0, **points: Any) -> StoredRun:
    when = START + timedelta(days=at)
    return StoredRun(
        facts, when, when.date(), False, points, frozenset(), None, id=(facts.slug, at)
    )


def material(runs: list[StoredRun], **more: Any) -> Material:
    told: dict[str, Any] = {"reader": "therapist", "now": START, "facts": runs, **more}
    return Material(runs=runs, **told)


def html_of(made: Material, wanted: frozenset[Section] = ALL) -> str:
    head = Head(made.reader, None, None, START, Paper.A4)
    return page(head, parts_of(made, wanted))


def has_pdf_maker() -> bool:
    probe = [sys.executable, "-c", "import weasyprint"]
    return subprocess.run(probe, capture_output=True, check=False).returncode == 0


def test_scores_stand_beside_the_published_bands_and_name_their_source() -> None:
    html = html_of(material([a_run(PHQ9, score=SCORE)]))
    instruments = html[html.index('id="instruments"') :]
    assert "phq9.severity (Kroenke 2001)" in instruments
    assert "Moderate (phq9.severity)" in instruments


def test_a_change_is_told_by_every_parameter_set_with_its_id() -> None:
    runs = [
        a_run(PHQ9, at, score={**SCORE, "score": score})
        for at, score in ((60, 8.0), (30, 16.0), (0, 18.0))
    ]
    theirs = html_of(material(runs))
    assert "phq9.nhs_tt" in theirs
    assert "more than noise, for the better" in theirs
    assert "(class: recovered)" in theirs
    mine = html_of(material(runs, reader="client"))
    assert "class:" not in mine
    quiet = html_of(material(runs, reader="client", numbers=False))
    assert "more than noise, for the better" in quiet
    assert "<td>\u221210</td>" not in quiet
    within = html_of(material(runs[1:]))
    assert "not distinguishable from measurement noise" in within


def test_a_setback_is_an_ordinary_mark_with_the_plan_beside_it() -> None:
    runs = [
        a_run(BREATH, 2, distress=CHANGE),
        a_run(SETBACK, 1, recovery={"started": START.timestamp(), "hours": 5.0}),
        a_run(BREATH, 0, distress=CHANGE),
    ]
    plan = PlanWords(date(2026, 3, 1), ["no sleep"], ["a walk"])
    html = html_of(material(runs, plans=[plan]))
    assert "a setback was noted here" in html
    assert "Early signs: no sleep" in html
    assert "What helps: a walk" in html
    assert html.index('id="practice"') < html.index('id="setbacks"')


def test_what_is_left_out_is_left_out_at_the_source() -> None:
    runs = [a_run(BREATH, distress=CHANGE), a_run(SETBACK), a_run(PHQ9, score=SCORE)]
    none: frozenset[str] = frozenset()
    assert redacted(runs, frozenset({"paced-breath"}), ALL) == runs[1:]
    (left, *_) = redacted(runs, frozenset({"paced-breath.distress"}), ALL)
    assert left.reading("distress") is None
    assert redacted(runs, none, ALL - {Section.SETBACKS}) == [runs[0], runs[2]]
    assert redacted(runs, none, ALL - {Section.INSTRUMENTS}) == runs[:2]


def test_two_thousand_runs_make_a_report_of_bounded_size() -> None:
    runs = [a_run(BREATH, at, distress=CHANGE) for at in reversed(range(2000))]
    html = html_of(material(runs))
    assert len(html) < 1_000_000
    assert f"The newest {MOST_ROWS} of 2000 are listed." in html


class _Balance(HTMLParser):
    """Fails where an element is not closed where it was opened."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag not in ("script", "b", "img", "a", "iframe")
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@settings(max_examples=40)
@given(st.text(max_size=60))
def test_whatever_a_title_or_a_plan_holds_the_page_stays_whole(text: str) -> None:
    hostile = f"{text}</svg></table><script>alert(1)</script><img src=x>\x00"
    named = version("a", hostile, ("distress", "distress_change"))
    plan = PlanWords(START.date(), [hostile], [hostile])
    for reader in ("client", "therapist"):
        made = material([a_run(named, distress=CHANGE)], plans=[plan], reader=reader)
        reading = _Balance()
        reading.feed(html_of(made))
        assert reading.open == []


def test_the_title_is_neutral() -> None:
    day = date(2026, 3, 2)
    for first, last in ((None, None), (day, None), (None, day), (day, day)):
        title = title_of(Head("client", first, last, START, Paper.A4))
        assert re.fullmatch(r"Summary[ ,a-z0-9MarA-Z]*", title)


PAGE = html_of(material([a_run(BREATH, at, distress=CHANGE) for at in range(3)]))
"""A small report, for the PDF maker."""


async def test_a_pdf_is_made_where_its_maker_is_and_refused_plainly_where_not() -> None:
    """Never skipped: one branch or the other holds on every machine."""
    if not has_pdf_maker():
        with pytest.raises(service_pdf.PdfNotInstalled):
            await service_pdf.pdf_of(PAGE)
        return
    made = await service_pdf.pdf_of(PAGE)
    assert made.startswith(b"%PDF-1.7")
    assert len(made) < 1_000_000


async def test_the_pdf_maker_opens_no_file_and_no_address(tmp_path: Path) -> None:
    """A page that names them makes the same PDF as one that does not."""
    if not has_pdf_maker():
        with pytest.raises(service_pdf.PdfNotInstalled):
            await service_pdf.pdf_of(PAGE)
        return
    picture = tmp_path / "canary.svg"
    svg = '<svg xmlns="http://www.w3.org/2000/svg"><text y="9">canary</text></svg>'
    picture.write_text(svg)
    heard = []

    async def listen(_reader: Any, writer: asyncio.StreamWriter) -> None:
        heard.append(1)
        writer.close()

    server = await asyncio.start_server(listen, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    links = (
        f'<link rel="stylesheet" href="http://127.0.0.1:{port}/a.css">'
        f'<img alt="" src="http://127.0.0.1:{port}/a.png">'
        f'<link rel="attachment" href="{picture.as_uri()}">'
        f'<img alt="" src="{picture.as_uri()}">'
    )
    async with server:
        made = await service_pdf.pdf_of(PAGE.replace("</main>", f"{links}</main>"))
    assert made.startswith(b"%PDF")
    assert heard == []
    assert b"EmbeddedFile" not in made


@pytest.mark.parametrize(
    ("script", "error"),
    [
        ("import sys; sys.exit(3)", service_pdf.PdfNotInstalled),
        ("import sys; sys.exit(1)", service_pdf.PdfTooSlow),
        ("print('no document')", service_pdf.PdfTooSlow),
        ("import time; time.sleep(60)", service_pdf.PdfTooSlow),
    ],
)
async def test_a_maker_that_is_missing_fails_or_hangs_is_told_plainly(
    script: str, error: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service_pdf, "COMMAND", (sys.executable, "-c", script))
    monkeypatch.setattr(service_pdf, "MOST_SECONDS", 3.0)
    with pytest.raises(error):
        await service_pdf.pdf_of(PAGE)


async def test_a_report_too_long_for_a_pdf_is_refused_before_it_is_tried(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(service_pdf, "MOST_HTML", 100)
    with pytest.raises(service_pdf.ReportTooLong):
        await service_pdf.pdf_of(PAGE)
