"""The words of a card that are not the exercise's own, by language."""

from collections.abc import Mapping
from dataclasses import dataclass

from api.exercises.protocol import Setting


@dataclass(frozen=True, slots=True)
class CardWords:
    """Words and patterns; `decimal` is the sign between whole and part of a number."""

    may_stop: str
    not_an_emergency: str
    settings: Mapping[Setting, str]
    states: str
    time: str = "Time: {}."
    where: str = "Where: {}."
    needs: str = "What you need"
    safety: str = "To keep it safe"
    easier: str = "If today calls for something easier"
    either: str = "or"
    one_minute: str = "1 minute"
    minutes: str = "{} minutes"
    range: str = "{} to {}"
    now: str = "Now"
    later: str = "Later"
    another_day: str = " (on another day)"
    rounds: str = " (up to {} times)"
    only_if: str = "Only if it fits what you answered before."
    choose: str = "Choose: {}."
    note: str = "Note: {}."
    something_else: str = "something else"
    timer: str = "About {} seconds, at most {}."
    scale: str = "From {} to {}."
    breath: str = "{}, {} times."
    breathe_in: str = "In for {} seconds"
    hold: str = "hold for {}"
    breathe_out: str = "out for {}"
    wait: str = "wait for {}"
    not_applicable: str = "this does not apply to me"
    credit: str = "Credit: {}"
    licence: str = "Licence: {}"
    decimal: str = "."


_ENGLISH = CardWords(
    may_stop=(
        "You may stop at any moment, skip what you like, or not begin at all. "
        "You owe nobody a reason."
    ),
    not_an_emergency=(
        "This is not an emergency service. If you are in danger now, call your local "
        "emergency number."
    ),
    settings={
        "solo": "by yourself",
        "therapist": "with your therapist",
        "trusted": "with a person you trust",
        "group": "in a group",
    },
    states=(
        "settled and connected, revved up, shut down, mixed, not sure, or rather not say"
    ),
)
_GERMAN = CardWords(
    may_stop=(
        "Du darfst jederzeit aufhören, auslassen, was du magst, oder gar nicht erst "
        "anfangen. Du schuldest niemandem einen Grund."
    ),
    not_an_emergency=(
        "Das hier ist kein Notdienst. Wenn du gerade in Gefahr bist, ruf die "
        "Notrufnummer an deinem Ort an."
    ),
    settings={
        "solo": "allein",
        "therapist": "mit deiner Therapeutin oder deinem Therapeuten",
        "trusted": "mit einem Menschen, dem du vertraust",
        "group": "in einer Gruppe",
    },
    states=(
        "ruhig und verbunden, aufgedreht, wie abgeschaltet, gemischt, nicht sicher, oder "
        "lieber keine Angabe"
    ),
    time="Dauer: {}.",
    where="Wo: {}.",
    needs="Was du brauchst",
    safety="Damit du sicher bleibst",
    easier="Wenn heute etwas Leichteres guttut",
    either="oder",
    one_minute="1 Minute",
    minutes="{} Minuten",
    range="{} bis {}",
    now="Jetzt",
    later="Später",
    another_day=" (an einem anderen Tag)",
    rounds=" (bis zu {} Mal)",
    only_if="Nur, wenn es zu deinen Antworten davor passt.",
    choose="Zur Wahl: {}.",
    note="Notiere: {}.",
    something_else="etwas anderes",
    timer="Etwa {} Sekunden, höchstens {}.",
    scale="Von {} bis {}.",
    breath="{}, {} Mal.",
    breathe_in="{} Sekunden ein",
    hold="{} halten",
    breathe_out="{} aus",
    wait="{} warten",
    not_applicable="trifft auf mich nicht zu",
    credit="Von: {}",
    licence="Lizenz: {}",
    decimal=",",
)
WORDS: Mapping[str, CardWords] = {"en": _ENGLISH, "de": _GERMAN}


def words_of(locale: str) -> CardWords:
    """Give the words of a language; English where there are none of its own."""
    return WORDS.get(locale.partition("-")[0], _ENGLISH)
