"""Feedback: what a therapist says back about what was done and shared.

Words: a *look* says that somebody has seen a run, a *comment* is what they say to it, and the
client reads both. A *session marker* notes that something was done in an appointment, without
its story. Nothing is ever said to a no or to a stop (rule R2), and nothing here is a mark.
"""
