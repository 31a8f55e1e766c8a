"""Programmes: several exercises in an order, offered and agreed as a whole and per part.

Words: a *programme* is the order as published, a *plan* what one client was offered of it,
a *part* one exercise of it, a *gate* what a part waits for. A ladder may be gone down as well
as up; only the client's own go leads up, and going down takes nothing away.
"""
