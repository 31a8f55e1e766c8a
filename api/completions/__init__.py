"""Completions: what a client did, as far as they share it.

Words. A *completion* is one run through an exercise: in progress, completed or
stopped, and a stop is a good end. A *save* is one sending of it, a *part* a follow-up
that comes later, a *level* how much of it others may read, a *reading* what a measure
makes of its answers. Below this room: assignments, exercises, people, access.
"""
