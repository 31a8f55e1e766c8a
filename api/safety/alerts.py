"""What an alert is: its rule with a version, its priority, who sees it, in whose words.

Values and texts only; when a rule fires is said in `watch`. Nothing here says that there
is no risk, and no text repeats an answer. Source: reference §4.7.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Rule(StrEnum):
    """The early-warning rules, by the name the reference gives them."""

    SELF_HARM = "AL-1"
    UNSAFE = "AL-2"
    WORSE_THAN_AT_FIRST = "AL-3"
    DISTRESS_RISES = "AL-4"
    ENDS_SHUT_DOWN = "AL-5"
    UNREAL = "AL-6"
    RESOURCE_TURNED = "AL-7"
    PULL_TO_CONTACT = "AL-8"
    SILENCE_AFTER = "AL-9"
    FEARED_HAPPENED = "AL-10"
    LOW_MOOD = "AL-11"
    FELT_LIKE_PRESSURE = "AL-12"


class Priority(StrEnum):
    """How soon somebody should look; it never says how much at risk a person is."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    URGENT = "urgent"

    @property
    def rank(self) -> int:
        """Its place from low (0) to urgent (3)."""
        return _PRIORITIES.index(self)


_PRIORITIES = list(Priority)


class Audience(StrEnum):
    """For whom an alert was raised: the care team and the client, or the client alone."""

    CARE_TEAM = "care_team"
    CLIENT = "client"


class SourceKind(StrEnum):
    """What an alert was made of."""

    COMPLETION = "completion"
    PART = "part"
    ALERT = "alert"


class Outcome(StrEnum):
    """What came of an alert, as the person who saw it says: a closed list."""

    CONTACTED = "contacted"
    TALKED = "talked"
    PLAN_MADE = "plan_made"
    PLAN_CHANGED = "plan_changed"
    PASSED_ON = "passed_on"
    COULD_NOT_REACH = "could_not_reach"
    KNOWN_ALREADY = "known_already"
    FOR_NEXT_MEETING = "for_next_meeting"
    RAISED_BY_MISTAKE = "raised_by_mistake"


ALWAYS_TOLD = frozenset({Rule.SELF_HARM, Rule.UNSAFE})
"""Rules whose alerts reach the care team at every sharing level; the form says so."""

CLIENT_FIRST = frozenset({Rule.FELT_LIKE_PRESSURE})
"""Rules whose alerts reach the client, and the care team only if the client shares."""


@dataclass(frozen=True, slots=True)
class About:
    """A rule's version and its words: for the care team, and for the client."""

    version: int
    title: str
    suggestion: str
    advice: str
    client_text: str


ABOUT: Mapping[Rule, About] = {
    Rule.SELF_HARM: About(
        1,
        "Thoughts of being better off dead, or of self-harm, were marked",
        "ask_directly",
        "Get in touch, ask openly about these thoughts, and agree what helps tonight. "
        "The number on the form does not say how safe somebody is.",
        "You answered a question that always reaches your care team. "
        "You do not have to carry it alone until then.",
    ),
    Rule.UNSAFE: About(
        1,
        "The client marked that they are not safe",
        "ask_where_it_is_safe",
        "Ask first when and how it is safe to talk. Leave no message that says why.",
        "You answered a question that always reaches your care team. "
        "Choose a moment to talk when nobody can listen in.",
    ),
    Rule.WORSE_THAN_AT_FIRST: About(
        1,
        "A questionnaire is reliably worse than at the start",
        "look_together_at_change",
        "Look at the answers together, and ask what has been hard since then.",
        "A questionnaire came out harder than it was at the start. "
        "That can be worth a talk; it is no verdict on you or your work.",
    ),
    Rule.DISTRESS_RISES: About(
        1,
        "Distress rose in most of the last runs of one exercise",
        "offer_easier",
        "Offer a smaller step or an easier one, and ask what made it hard.",
        "An exercise has left you more upset a few times. "
        "You may ask for an easier one, or leave it.",
    ),
    Rule.ENDS_SHUT_DOWN: About(
        1,
        "The last runs of one exercise ended shut down",
        "consider_hold",
        "Think about a safety hold for this one, and offer Orient and ground.",
        "An exercise has left you shut down a few times. "
        "You may ask for an easier one, or leave it.",
    ),
    Rule.UNREAL: About(
        1,
        "Things felt unreal, or the client lost their bearings",
        "ground_first",
        "Ask about it calmly, keep exercises short, and begin with the room around.",
        "You noted that things felt unreal. "
        "Looking around the room, slowly, can help; so can telling someone.",
    ),
    Rule.RESOURCE_TURNED: About(
        1,
        "A comforting image changed or was intruded upon",
        "bring_to_session",
        "Leave the image alone until the next meeting, and look at it there together.",
        "An image that was meant to comfort you changed. "
        "You can leave it, and bring it to your next meeting.",
    ),
    Rule.PULL_TO_CONTACT: About(
        1,
        "A strong pull towards contact, or contact that hurt",
        "support_plan",
        "Ask about the client's own plan for such moments, and what would help now.",
        "The pull was strong, or contact came at a bad moment. "
        "Your own plan for such moments is a good thing to look at.",
    ),
    Rule.SILENCE_AFTER: About(
        1,
        "Nothing has been heard of the client since an open alert",
        "reach_out_safely",
        "Get in touch in the way that was agreed as safe. Silence has many reasons.",
        "It has been quiet for a while. There is nothing you have to do.",
    ),
    Rule.FEARED_HAPPENED: About(
        1,
        "What the client feared in an experiment with someone happened",
        "review_person",
        "Talk about whether this person is safe to try things with. Experiments with "
        "the same person wait until you lift the hold together.",
        "Something you feared happened. Experiments with this person can wait "
        "until you have talked about it.",
    ),
    Rule.LOW_MOOD: About(
        1,
        "A mood questionnaire is high, or rose quickly",
        "ask_about_mood",
        "Ask how the last two weeks were, and about sleep, support and safety.",
        "Your answers say that things have been heavy. That is worth a talk.",
    ),
    Rule.FELT_LIKE_PRESSURE: About(
        1,
        "Exercises felt like pressure, or not like the client's own choice",
        "talk_about_choice",
        "Ask what would make it a free choice again; smaller, other or none is fine.",
        "Some exercises felt like pressure. You can talk about that, "
        "ask for less, or stop. Nobody sees this card unless you share it.",
    ),
}
"""A change of a rule or of its default thresholds raises its version."""
