"""What a client prefers to read: their own, at once, and nobody else's business."""

from tests.cast import Cast

PATH = "/v1/me/preferences"


async def test_numbers_are_shown_until_the_client_says_otherwise(cast: Cast) -> None:
    assert (await cast.client.get(PATH)).json() == {"hides_numbers": False}
    for _ in range(2):
        said = await cast.client.put(PATH, json={"hides_numbers": True})
        assert (said.status_code, said.json()) == (200, {"hides_numbers": True})
    assert (await cast.client.get(PATH)).json() == {"hides_numbers": True}
    assert (await cast.other_client.get(PATH)).json() == {"hides_numbers": False}


async def test_staff_have_no_such_preference(cast: Cast) -> None:
    for who in ("therapist", "owner", "coordinator", "privacy_officer", "stranger"):
        someone = cast.people[who]
        assert (await someone.get(PATH)).status_code == 403
        said = await someone.put(PATH, json={"hides_numbers": True})
        assert said.status_code == 403


async def test_nobody_reads_of_a_client_that_they_hide_numbers(cast: Cast) -> None:
    await cast.client.put(PATH, json={"hides_numbers": True})
    seen = await cast.therapist.get(f"/v1/clients/{cast.client.id}")
    assert "hides_numbers" not in seen.json()


async def test_a_preference_is_yes_or_no(cast: Cast) -> None:
    for body in ({"hides_numbers": "yes"}, {"hides_numbers": 1}, {}):
        assert (await cast.client.put(PATH, json=body)).status_code == 422
