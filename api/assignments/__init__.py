"""Assignments: an exercise agreed between a client and a therapist.

Words. An *assignment* is offered, answered, countered, agreed, paused, ended; its
*terms* are numbered *revisions*; a *move* is one thing somebody does; a *standing* is
where the moves have led; an *occurrence* is one planned instance of agreed terms.
Below this room: exercises, people, access, foundation. Every other room copies its plan.
"""
