"""Who is calling and what they may do.

Owns credentials, memberships, sign-ins, tokens, devices and codes; refers to people
and practices by id only. Words: a *sign-in* is one opened by a password or a device,
a *right* is what a role may do, a *reach* is on whose things.
"""
