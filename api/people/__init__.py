"""Clients, staff, who cares for whom, who must never meet, and private aliases.

A *care tie* joins a staff member and a client: staff see clients through it, not
through employment. A *separation* keeps two clients apart. A *person alias* is the
client's own nickname of someone in their life; it holds no contact data.
"""
