"""What all charts share: colours for light, dark and paper, the frame, small pieces.

Pure text. No script, no outside reference, nothing moves; whatever a title holds, the
picture stays well-formed XML. Colour never tells alone: hatching and words tell too.
"""

import re
import unicodedata
from base64 import b64encode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from html import escape

from api.progress.chart_scale import HEIGHT, LEFT, WIDTH, day_text
from api.progress.hiding import quiet

STYLE = (
    ".ground{fill:#fff}.ink{fill:#1f2430}.soft{fill:#5a6170}.grid{stroke:#dcdfe6}"
    ".zero{stroke:#9aa1b0}.line{stroke:#7c8aa5}.point{fill:#2b5c9e;stroke:#2b5c9e}"
    ".stopped{fill:#fff}.slope{stroke:#8a5a00}.band{fill:#e8b44c;fill-opacity:.25}"
    ".mark{stroke:#5b3a86}.on{fill:#fff}.fa{fill:#2b5c9e}.fb{fill:#8a5a00}"
    ".fc{fill:#5b3a86}.fd{fill:#6b7488}.fe,.ff{fill:#fff;stroke:#5a6170}"
    ".hatch{stroke:#fff}.cut{stroke:#5b3a86}"
    "@media (prefers-color-scheme:dark){.ground{fill:#15181f}.ink{fill:#eceff5}"
    ".soft{fill:#b3bac8}.grid{stroke:#333a48}.zero{stroke:#6d7688}"
    ".line{stroke:#8fa0bf}.point{fill:#8ab8f5;stroke:#8ab8f5}.stopped{fill:#15181f}"
    ".slope{stroke:#f0c060}.band{fill:#f0c060;fill-opacity:.18}"
    ".mark{stroke:#c9a6f5}.on{fill:#15181f}.fa{fill:#8ab8f5}.fb{fill:#f0c060}"
    ".fc{fill:#c9a6f5}.fd{fill:#9aa5ba}.fe,.ff{fill:#15181f;stroke:#b3bac8}"
    ".hatch{stroke:#15181f}.cut{stroke:#c9a6f5}}"
    "@media print{.ground{fill:#fff}.ink,.soft{fill:#000}.grid{stroke:#ccc}"
    ".zero{stroke:#888}.point{fill:#000;stroke:#000}.stopped{fill:#fff}"
    ".line,.slope,.mark,.cut{stroke:#444}.band{fill:#999;fill-opacity:.25}"
    ".on{fill:#fff}.fa{fill:#333}.fb,.fc,.fd{fill:#fff;stroke:#000}"
    ".fe,.ff{fill:#fff;stroke:#000}.hatch{stroke:#000}.fa+.hatch{stroke:#fff}}"
)
PAINTS = {
    "ground": 'fill="#fff"',
    "ink": 'fill="#1f2430"',
    "soft": 'fill="#5a6170"',
    "grid": 'stroke="#dcdfe6"',
    "zero": 'stroke="#9aa1b0"',
    "line": 'stroke="#7c8aa5"',
    "point": 'fill="#2b5c9e" stroke="#2b5c9e"',
    "point stopped": 'fill="#fff" stroke="#2b5c9e"',
    "slope": 'stroke="#8a5a00"',
    "band": 'fill="#e8b44c" fill-opacity=".25"',
    "mark": 'stroke="#5b3a86"',
    "cut": 'stroke="#5b3a86"',
    "on": 'fill="#fff"',
    "fa": 'fill="#2b5c9e"',
    "fb": 'fill="#8a5a00"',
    "fc": 'fill="#5b3a86"',
    "fd": 'fill="#6b7488"',
    "fe": 'fill="#fff" stroke="#5a6170"',
    "ff": 'fill="#fff" stroke="#5a6170"',
    "hatch": 'stroke="#fff"',
}
"""Each class with its light colours as attributes, for printers that read no styles."""

HATCHES = {"fb": "rising", "fc": "level", "fd": "falling"}
"""How fills are hatched; `fa` is plain, `fe` a dashed outline and `ff` a whole one."""

_DIGEST = b64encode(sha256(STYLE.encode()).digest()).decode()
CONTENT_SECURITY_POLICY = f"default-src 'none'; style-src 'sha256-{_DIGEST}'"
TABLE_POLICY = "default-src 'none'"

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SLANT = 7


@dataclass(frozen=True, slots=True)
class Look:
    """How a chart is to be drawn: its name on the page, and what stays off it.

    `styled` is False where the page carries the style for all its charts; `numbers` is
    False for a client who hides them. `setbacks` are days to be marked, without weight.
    """

    name: str
    styled: bool = True
    numbers: bool = True
    setbacks: Sequence[date] = field(default=())


def plain(text: str) -> str:
    """Text that any XML reader takes, escaped for content and attributes."""
    return escape(_NOT_XML.sub("\ufffd", text), quote=True)


def fitting(text: str, room: float) -> str:
    """The beginning of a text that fits into so many times the width of a letter."""
    used = 0.0
    for at, letter in enumerate(text):
        used += 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        if used > room:
            return text[: max(at - 1, 0)].rstrip() + "\u2026"
    return text


def paint(kind: str) -> str:
    """The class of a piece, with its light colours beside it."""
    return f'class="{kind}" {PAINTS[kind]}'


def words(text: str) -> str:
    """A code in plain words."""
    return text.replace("_", " ")


def label(
    x: float, y: float, said: str, anchor: str = "start", kind: str = "soft"
) -> str:
    """A piece of text; it is escaped here."""
    return (
        f'<text {paint(kind)} x="{x:g}" y="{y:g}" text-anchor="{anchor}">'
        f"{plain(said)}</text>"
    )


def rule(kind: str, x1: float, y1: float, x2: float, y2: float, more: str = "") -> str:
    """A straight line."""
    return (
        f'<line {paint(kind)} x1="{x1:g}" y1="{y1:g}" x2="{x2:g}" y2="{y2:g}"{more}/>'
    )


def dot(kind: str, x: float, y: float, radius: float = 4) -> str:
    """A round mark."""
    return (
        f'<circle {paint(kind)} cx="{x:g}" cy="{y:g}" r="{radius:g}" '
        'stroke-width="1.5"/>'
    )


def block(kind: str, x: float, y: float, width: float, height: float) -> str:
    """A filled box with the hatching of its kind; nothing where it has no size."""
    if width <= 0 or height <= 0:
        return ""
    edge = ' stroke-dasharray="3 2"' if kind == "fe" else ""
    box = (
        f'<rect {paint(kind)} x="{x:g}" y="{y:g}" width="{width:g}" '
        f'height="{height:g}"{edge}/>'
    )
    lines = _hatching(HATCHES.get(kind, ""), width, height)
    if not lines:
        return box
    # An inner <svg> clips the hatching without needing a reference.
    return (
        f'{box}<svg {paint("hatch")} x="{x:g}" y="{y:g}" width="{width:g}" '
        f'height="{height:g}" overflow="hidden"><path d="{lines}" fill="none" '
        'stroke-width="1.5"/></svg>'
    )


def _hatching(way: str, width: float, height: float) -> str:
    if way == "level":
        return "".join(
            f"M0 {y}H{width:g}" for y in range(_SLANT // 2 + 1, int(height) + 1, _SLANT)
        )
    if not way:
        return ""
    rises = way == "rising"
    return "".join(
        f"M{x} {height if rises else 0:g}l{height:g} {-height if rises else height:g}"
        for x in range(-_SLANT * (int(height) // _SLANT + 1), int(width), _SLANT)
    )


def legend(entries: Iterable[tuple[str, str]], x: float, y: float) -> str:
    """Boxes with their words, one after the other, on as many rows as they need."""
    made, at = [], x
    for kind, said in entries:
        wide = 22 + 6.6 * len(said) + 14
        if at + wide > WIDTH:
            at, y = x, y + 20
        made.append(block(kind, at, y - 10, 16, 12) + label(at + 22, y, said))
        at = round(at + wide, 1)
    return "".join(made)


def heard(sentences: Iterable[str], look: Look) -> str:
    """What is told in words; without numbers where they are hidden."""
    return " ".join(sentences if look.numbers else quiet(sentences))


def picture(
    title: str,
    said: str,
    body: str,
    look: Look,
    *,
    captions: Sequence[str] = (),
    height: float = HEIGHT,
) -> str:
    """Put a chart into its frame: a whole SVG document, fit for inlining.

    `body` is markup made here; title, `said` and captions are escaped.
    """
    key = plain("".join(one if one.isalnum() else "-" for one in look.name))
    style = f"<style>{STYLE}</style>" if look.styled else ""
    heading = (
        f'<text {paint("ink")} x="{LEFT}" y="26" font-size="15">'
        f"{plain(fitting(title, 74))}</text>"
    )
    notes = "".join(label(LEFT, 45, one) for one in captions[:1])
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:g}" '
        f'width="{WIDTH}" height="{height:g}" role="img" '
        f'aria-labelledby="title-{key} desc-{key}" '
        'font-family="system-ui, sans-serif" font-size="12">'
        f'<title id="title-{key}">{plain(title)}</title>'
        f'<desc id="desc-{key}">{plain(said)}</desc>{style}'
        f'<rect {paint("ground")} width="{WIDTH}" height="{height:g}"/>'
        f"{heading}{notes}{body}</svg>"
    )


def empty(title: str, said: str, look: Look) -> str:
    """A chart of nothing: it says so, kindly."""
    note = label(WIDTH / 2, HEIGHT / 2, said, "middle")
    return picture(title, said, note, look)


Cell = str | date


def table(
    title: str, said: str, heads: Sequence[str], rows: Iterable[Sequence[Cell]]
) -> str:
    """A table twin: caption, one row a thing; the first cell of a row names it.

    Cells are days or plain text, escaped here.
    """
    top = "".join(f'<th scope="col">{plain(one)}</th>' for one in heads)
    body = "".join(
        f'<tr><th scope="row">{_cell(first)}</th>'
        + "".join(f"<td>{_cell(one)}</td>" for one in rest)
        + "</tr>"
        for first, *rest in rows
    )
    caption = f"{plain(title)}. {plain(said)}".strip()
    return (
        f"<table><caption>{caption}</caption><thead><tr>{top}</tr></thead>"
        f"<tbody>{body}</tbody></table>"
    )


def _cell(cell: Cell) -> str:
    if isinstance(cell, str):
        return plain(cell)
    return f'<time datetime="{cell.isoformat()}">{day_text(cell)}</time>'
