"""Counts and durations for Prometheus; labels are route templates, never ids."""

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest

_SECONDS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)


class Metrics:
    """The measures of one process."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "attune_requests",
            "Requests answered",
            ("method", "route", "status"),
            registry=self._registry,
        )
        self._seen: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}
        self._seconds = Histogram(
            "attune_request_seconds",
            "Time to answer",
            ("route",),
            buckets=_SECONDS,
            registry=self._registry,
        )

    def saw(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one answered request."""
        key = (method, route, status)
        found = self._seen.get(key)
        if found is None:
            found = self._seen[key] = (
                self._requests.labels(method, route, str(status)),
                self._seconds.labels(route),
            )
        found[0].inc()
        found[1].observe(seconds)

    def text(self) -> bytes:
        """Return the exposition text."""
        return generate_latest(self._registry)
