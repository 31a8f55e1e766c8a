"""A report as PDF, made by a process of its own, off the event loop and within bounds.

WeasyPrint is the optional extra `attune[pdf]`; where it or its libraries are missing,
the answer says so in plain words and everything else works.
"""

import asyncio
import os
import sys
from pathlib import Path

from api.foundation.errors import ApiError, TooLarge, Unavailable

NOT_INSTALLED = 3
MOST_HTML = 4 * 1024 * 1024
MOST_SECONDS = 60.0
COMMAND = (sys.executable, "-I", str(Path(__file__).with_name("report_pdf.py")))
_ONE_AT_A_TIME = asyncio.Semaphore(1)


class PdfNotInstalled(ApiError):
    """This server has no PDF maker; the HTML report prints just as well."""

    status = 501
    code = "pdf-not-installed"
    title = "This server can't make PDFs"


class PdfTooSlow(Unavailable):
    """The report is too long to be made into a PDF in good time."""

    code = "pdf-too-slow"
    title = "This report took too long to make; ask for fewer days or sections"


class ReportTooLong(TooLarge):
    """More than a PDF should hold."""

    code = "report-too-long"
    title = "This report is too long for a PDF; ask for fewer days or sections"


async def pdf_of(html: str) -> bytes:
    """Make a PDF of a report; refuses what is too long or takes too long."""
    page = html.encode()
    if len(page) > MOST_HTML:
        raise ReportTooLong
    async with _ONE_AT_A_TIME:
        return await _made(page)


async def _made(page: bytes) -> bytes:
    """Run the maker with an almost empty environment: it needs no secret of ours."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    process = await asyncio.create_subprocess_exec(
        *COMMAND,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env=kept,
    )
    try:
        async with asyncio.timeout(MOST_SECONDS):
            pdf, _ = await process.communicate(page)
    except TimeoutError:
        raise PdfTooSlow from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode == NOT_INSTALLED:
        raise PdfNotInstalled(
            "Install the extra attune[pdf] and the Pango library, or print the HTML "
            "report: it has the same content and its own print layout."
        )
    if process.returncode != 0 or not pdf.startswith(b"%PDF"):
        raise PdfTooSlow
    return pdf
