"""How to ask the practice and its front door."""

from tests.access.matrix import Case, Whose

CASES = {
    "sign_in": Case(
        Whose.NOBODYS,
        body=lambda stage: {
            "practice": "harbour",
            "login": "nobody",
            "password": "x",
            "totp": "000000",
        },
    ),
    "read_practice": Case(Whose.OWN),
    "read_youth_set": Case(Whose.OWN),
    "change_youth_set": Case(
        Whose.OWN,
        body=lambda stage: {"exercises": ["orient-and-ground"]},
        headers={"If-Match": '"v0"'},
    ),
    "change_practice": Case(
        Whose.OWN,
        body=lambda stage: {"name": "Harbour", "zone": "Europe/Berlin"},
        headers={"If-Match": '"v1"'},
    ),
}
