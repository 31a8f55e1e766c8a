"""Safety: what somebody has to hear of, what may be offered now, where help is.

Words: a *signal* is an answer this room listens to, an *alert* what a rule made of it, an
*acknowledgement* the act of a person who saw it. A *caution* warns about an offer or blocks
it. Nothing here says that there is no risk, and nothing calls for help by itself.
"""
