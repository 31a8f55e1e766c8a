"""Conduct: how the practice itself kept to consent, told to those it concerns.

Words: a *re-offer* is the same exercise offered again after a no, a *raise* something stronger
offered after a stop, an *acknowledgement* that a therapist has taken note of a withdrawal. The
figures are about the practice's acts; there is no figure about a client.
"""
