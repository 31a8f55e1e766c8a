"""One HTML page on standard input, one tagged PDF on standard output, nothing else.

Runs as a process of its own, by its path, and knows nothing of the service. It fetches
nothing: whatever names a file or an address is refused; memory and time are bounded.
"""

import resource
import sys

NOT_INSTALLED = 3
"""Exit code where WeasyPrint or the libraries under it are not there."""

try:
    import weasyprint
    from weasyprint.urls import URLFetcher
except (ImportError, OSError):  # WeasyPrint is an extra; Pango is a system library
    sys.exit(NOT_INSTALLED)

MOST_MEMORY = 2 * 1024**3
MOST_SECONDS = 120


class Nothing(URLFetcher):  # type: ignore[misc] # WeasyPrint brings no types
    """A fetcher that fetches nothing."""

    def fetch(self, url: str, headers: object = None) -> object:
        """Refuse every address, files and data as well."""
        del url, headers
        msg = "a report holds everything it shows"
        raise ValueError(msg)


def bound() -> None:
    """Bound what this process may use."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))


def pdf_of(html: str) -> bytes:
    """Make a PDF/UA-1 document of a page."""
    page = weasyprint.HTML(string=html, url_fetcher=Nothing())
    made: bytes = page.write_pdf(pdf_variant="pdf/ua-1")
    return made


if __name__ == "__main__":
    bound()
    sys.stdout.buffer.write(pdf_of(sys.stdin.buffer.read().decode()))
