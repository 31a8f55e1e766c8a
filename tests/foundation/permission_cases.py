"""How to ask whether the service lives."""

from tests.access.matrix import Case, Whose

CASES = {"livez": Case(Whose.NOBODYS), "readyz": Case(Whose.NOBODYS)}
