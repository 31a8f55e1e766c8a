"""The figures of conduct in plain sentences. Pure; about the practice, never the client."""

from collections.abc import Iterator

from api.conduct.figures import Conduct, Figure

NOTHING = "There is nothing to tell about this time yet."


def words(found: Conduct) -> list[str]:
    """Say what the figures say; a figure with nothing behind it says nothing."""
    return list(_each(found)) or [NOTHING]


def _each(found: Conduct) -> Iterator[str]:
    one = found.with_smaller_alternative
    if one.n:
        yield f"{_of(one)} offers named something smaller to choose instead."
    one = found.re_offered_soon
    if one.n:
        yield f"After {_of(one)} declines, the same was offered again within two weeks."
    one = found.counters_unanswered
    if one.n:
        yield f"{_of(one)} counter-proposals waited longer than a week for an answer."
    one = found.raised_after_stop
    if one.n:
        yield f"After {_of(one)} stops, something stronger was offered within a month."
    one = found.hours_to_acknowledge
    if one.n:
        yield f"Somebody took note of {_of(one)} withdrawals{_in_hours(one)}."


def _of(figure: Figure) -> str:
    return f"{figure.count} of {figure.n}"


def _in_hours(figure: Figure) -> str:
    if figure.value is None:
        return ""
    return f", half of them within {figure.value:.0f} hours"
