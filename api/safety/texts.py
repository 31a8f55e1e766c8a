"""What the service says about itself where somebody may need help: plain, and no promise.

Our own words; a practice adds its own. Source: reference §5.1, §5.2 R8.
"""

NOT_EMERGENCY = (
    "This is not an emergency service. What you write may be read hours or days later. "
    "If you are in danger now, call the emergency number where you are."
)
LOCAL_EMERGENCY = (
    "Call the emergency number of the place where you are. In many countries 112 works "
    "from a mobile phone."
)
ALWAYS_PASSED_ON = (
    "Two kinds of answers always reach your care team, whatever you choose to share: "
    "that you thought of being better off dead or of hurting yourself, and that you are "
    "not safe. The question says so before you answer."
)
YOURS_FIRST = (
    "Everything else reaches your care team only as far as you share it. What you keep "
    "to yourself may come back to you as a card that you can share, or leave."
)
SILENCE = (
    "That nobody writes to you does not mean that your answers were read, or that "
    "all is well. Ask, whenever you want to know."
)
NOT_SAID = "Your practice has not said yet how soon answers are read."
BY_CARE_TEAM = "The people who care for you in this practice read these answers."
BY_NAMED = "Members of your care team whom the practice has named read these answers."
ORIENT_AND_GROUND = "orient-and-ground"
"""The exercise that is suggested where distress rose, if the practice has it: E08."""
GROUNDING = (
    "If you like, look around slowly and name five things you can see. "
    "Feel your feet on the floor."
)
