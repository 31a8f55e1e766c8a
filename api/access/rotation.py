"""Refresh rotation: which use of a refresh token is honest, and which is a replay.

Pure. A sign-in has one *current* token. It may be used again until one of the tokens
made from it (its children) is first used: an answer that got lost costs nothing. The
first use of a child makes the child current. Any other use is a replay and ends the
whole family, because two parties hold tokens of it.

Source: reference security §3 "refresh"; RFC 9700 §4.14.2 (rotation with reuse
detection), loosened so that a lost answer signs no honest client out.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Family:
    """Where a sign-in stands: how often it moved on, and which token is current."""

    generation: int
    current: bytes


@dataclass(frozen=True)
class Link:
    """One token of the family by its hash, and the token it was made from."""

    hash: bytes
    generation: int
    parent: bytes | None


def use(family: Family, link: Link) -> Family | None:
    """Return the family after a token was used, or None when the family must end."""
    if link.hash == family.current:
        return family
    if link.parent == family.current:
        return Family(link.generation, link.hash)
    return None


def child(family: Family, hash_: bytes) -> Link:
    """Return the token to hand out next: a child of the current one."""
    return Link(hash_, family.generation + 1, family.current)
