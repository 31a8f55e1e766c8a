"""A report as one HTML page: for screens, for paper, and for the PDF maker.

No script, no form, no reference to anything outside; every text is escaped here or by
the charts. Its title is neutral and it names nobody.
"""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from hashlib import sha256

from api.progress.chart_scale import day_text
from api.progress.chart_style import STYLE as CHARTS
from api.progress.chart_style import plain
from api.progress.report_content import TITLES, Block, Part
from api.progress.views import PARAMETER_SET


class Paper(StrEnum):
    """The paper a report is laid out for."""

    A4 = "a4"
    LETTER = "letter"


_PAGE = {
    Paper.A4: "@page{size:A4;margin:18mm 16mm 20mm",
    Paper.LETTER: "@page{size:letter;margin:.75in .7in .8in",
}
_NUMBERED = (
    ';@bottom-right{content:counter(page) " / " counter(pages);font-size:9pt;'
    "color:#444}}"
)
_BODY = (
    ":root{color-scheme:light dark}"
    "body{margin:0 auto;padding:1rem;max-width:46rem;line-height:1.5;color:#1f2430;"
    "background:#fff;font-family:system-ui,'DejaVu Sans','Liberation Sans',sans-serif}"
    "h1{font-size:1.5rem}h2{font-size:1.2rem;margin-top:2rem}h3{font-size:1rem}"
    "svg{max-width:100%;height:auto}"
    "table{border-collapse:collapse;width:100%;font-size:.85rem;margin:.5rem 0 1rem}"
    "caption{text-align:left;color:#5a6170;padding-bottom:.25rem}"
    "th,td{text-align:left;vertical-align:top;padding:.2rem .5rem .2rem 0;"
    "border-bottom:1px solid #dcdfe6;font-weight:normal}thead th{font-weight:bold}"
    ".small{font-size:.8rem;color:#5a6170;padding-left:1.1rem}"
    "footer{margin-top:2.5rem;border-top:1px solid #9aa1b0;font-size:.85rem}"
    "@media (prefers-color-scheme:dark){body{color:#eceff5;background:#15181f}"
    "caption,.small{color:#b3bac8}th,td{border-color:#333a48}}"
    "@media print{body{max-width:none;padding:0;font-size:10.5pt;color:#000;"
    "background:#fff}caption,.small{color:#333}th,td{border-color:#999}"
    "h2,h3{break-after:avoid}figure,tr,caption{break-inside:avoid}"
    "thead{display:table-header-group}figure{margin:0}}"
    "figure{margin:.5rem 0}"
)


def style(paper: Paper) -> str:
    """The one style of a page: report, charts and paper."""
    return _PAGE[paper] + _NUMBERED + _BODY + CHARTS


def policy(paper: Paper) -> str:
    """What a browser may do with the page: show it, in this one style."""
    digest = b64encode(sha256(style(paper).encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'none'"
    )


NOTHING = (
    "Nothing is noted here for this time. That is all right: there is nothing that "
    "should have been."
)
_METHODS: Sequence[str] = (
    f"Rules and limits: {PARAMETER_SET}.",
    "A slope is the median of all slopes between two days (Theil and Sen), with a 95 % "
    "interval; a direction is named from five days on (Mann and Kendall).",
    "Shares come with Wilson's 95 % interval and with how many went in.",
    "Where too little is known for a number, the reason stands in its place.",
    "A run ended by choice is shown, and changes no median, share or slope.",
    "Bands of questionnaires are named with their source, because published thresholds "
    "differ. They describe answers on a day, and are no verdict on anybody.",
)
_NOT_ALL = "Only the newest runs of this time went in; a shorter time shows them all."
_EMERGENCY = (
    "This is not an emergency service, and nobody watches this paper. Whoever is in "
    "danger now calls the local emergency number."
)
_OPENING: Mapping[str, str] = {
    "client": "This is about you and belongs to you.",
    "therapist": "This holds what has been shared, as of the moment it was made.",
}


@dataclass(frozen=True, slots=True)
class Head:
    """What stands around the content: reader, days, moment, paper."""

    reader: str
    first: date | None
    last: date | None
    made_at: datetime
    paper: Paper
    complete: bool = True


def title_of(head: Head) -> str:
    """A title that tells nobody anything they do not know."""
    if head.first and head.last:
        return f"Summary, {day_text(head.first)} to {day_text(head.last)}"
    if head.first:
        return f"Summary from {day_text(head.first)}"
    return f"Summary to {day_text(head.last)}" if head.last else "Summary"


def page(head: Head, parts: Sequence[Part]) -> str:
    """Put a report together: a whole HTML document."""
    title = plain(title_of(head))
    body = "".join(map(_part, parts)) or f"<p>{NOTHING}</p>"
    methods = (*_METHODS, *(() if head.complete else (_NOT_ALL,)))
    made = head.made_at.astimezone(UTC)
    return (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{title}</title><style>{style(head.paper)}</style></head><body>"
        f"<header><h1>{title}</h1><p>{_OPENING[head.reader]}</p></header>"
        f"<main>{body}</main>"
        f"<footer><p>{_EMERGENCY}</p><h2>How the numbers are made</h2>"
        f'<ul class="small">{_items(methods)}</ul>'
        f"<p>Made {day_text(made.date())}, {made:%H:%M} UTC.</p></footer>"
        "</body></html>"
    )


def _items(lines: Sequence[str]) -> str:
    return "".join(f"<li>{plain(line)}</li>" for line in lines)


def _part(part: Part) -> str:
    blocks = "".join(map(_block, part.blocks))
    name = part.section.value
    return (
        f'<section id="{name}"><h2>{plain(TITLES[part.section])}</h2>{blocks}</section>'
    )


def _block(block: Block) -> str:
    """Heading, picture, table, figures, then words."""
    heading = f"<h3>{plain(block.title)}</h3>" if block.title else ""
    picture = f"<figure>{block.svg}</figure>" if block.svg else ""
    small = f'<ul class="small">{_items(block.small)}</ul>' if block.small else ""
    said = "".join(f"<p>{plain(one)}</p>" for one in block.said)
    return f"{heading}{picture}{''.join(block.tables)}{small}{said}"
