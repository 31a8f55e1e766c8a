"""The few sentences that the demo's client writes. Invented; nobody said them."""

from collections.abc import Mapping, Sequence

EVENTS: Sequence[str] = (
    "They will be cross with me",
    "They will go quiet for days",
    "They will say I am selfish",
    "They will laugh it off",
    "They will bring it up later",
)

TEXTS: Mapping[str, Sequence[str]] = {
    "*": (
        "It was all right",
        "Harder than I thought",
        "Shorter than last time",
        "I noticed my shoulders",
    ),
    "orient-and-ground:around.seen": (
        "the green door",
        "my blue mug",
        "a crack in the plaster",
        "two books",
        "the plant by the window",
    ),
    "orient-and-ground:around.heard": (
        "the fridge",
        "rain",
        "somebody on the stairs",
        "a tram",
    ),
    "orient-and-ground:around.touched": ("my sleeve", "the table", "the warm cup"),
    "body-state-check-in:now.before": (
        "A message came in",
        "I was on the bus",
        "Nothing much",
        "A loud voice next door",
    ),
    "promise-to-myself:promise.ideas": (
        "Go to bed when I am tired",
        "Eat lunch sitting down",
        "Leave one message for tomorrow",
    ),
    "promise-to-myself:promise.promise": (
        "I go to bed before eleven",
        "I eat my lunch sitting down",
        "I walk once round the block",
        "I answer that message tomorrow, not tonight",
        "I leave the dishes for once",
    ),
    "promise-to-myself:after.note": (
        "That was a tired day and you tried",
        "Good that you noticed",
        "You may choose again",
    ),
    "changing-my-mind:midway.reaction": (
        "She said fine and put the cards away",
        "He asked if I wanted tea",
        "She looked surprised and then nodded",
    ),
    "saying-no:no.request": (
        "To lend a pen",
        "To swap seats",
        "To stay ten minutes longer",
    ),
}
