"""The consent report over HTTP: what the practice did, told to those it concerns."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from api.access.caller import Caller
from api.access.permissions import Role
from api.conduct import service
from api.foundation import clock
from tests.assignments.conftest import Desk, desk
from tests.cast import Cast, Someone

__all__ = ("desk",)

NOBODY = ("colleague", "stranger", "separated", "other_client", "foreign_client")
NEVER = ("coordinator", "owner", "privacy_officer")


def path(cast: Cast) -> str:
    return f"/v1/clients/{cast.client.id}/consent-report"


async def report(who: Someone, where: str) -> dict[str, Any]:
    answer = await who.get(where)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def test_three_offers_again_right_after_a_no_are_told_to_both(
    desk: Desk,
) -> None:
    cast = desk.cast
    for _ in range(3):
        one = await desk.offer()
        await desk.move(cast.client, one, "decline")
        await desk.offer(easier=["orient-and-ground"])
    told = await report(cast.client, path(cast))
    assert told == await report(cast.therapist, path(cast)) | {"window": told["window"]}
    soon = told["re_offered_soon"]
    assert (soon["value"], soon["count"], soon["n"]) == (1.0, 3, 3)
    assert told["with_smaller_alternative"]["n"] == 6
    assert any("within two weeks" in sentence for sentence in told["words"])


async def test_taking_note_of_a_withdrawal_counts_once(desk: Desk) -> None:
    cast = desk.cast
    for _ in range(3):
        one = await desk.agreed()
        await desk.move(cast.client, one, "withdraw")
        note = f"/v1/assignments/{one['id']}/note-withdrawal"
        first, again = [await cast.therapist.post(note) for _ in range(2)]
        assert first.status_code == 200
        assert first.json() == again.json()
    hours = (await report(cast.client, path(cast)))["hours_to_acknowledge"]
    assert (hours["count"], hours["n"]) == (3, 3)
    assert hours["value"] is not None


async def test_there_is_nothing_to_note_where_nobody_withdrew(desk: Desk) -> None:
    one = await desk.agreed()
    note = f"/v1/assignments/{one['id']}/note-withdrawal"
    answer = await desk.cast.therapist.post(note)
    assert (answer.status_code, answer.json()["code"]) == (409, "not-withdrawn")


async def test_the_owner_reads_counts_of_the_whole_practice_and_no_client(
    desk: Desk,
) -> None:
    cast = desk.cast
    one = await desk.offer()
    await desk.move(cast.client, one, "decline")
    await desk.offer()
    for who in (cast.owner, cast.privacy_officer):
        answer = await who.get("/v1/practice/consent-report")
        assert answer.status_code == 200, answer.text
        assert answer.json()["re_offered_soon"]["n"] == 1
        assert str(cast.client.id) not in answer.text
        assert desk.slug not in answer.text
    for who in (cast.therapist, cast.client, cast.coordinator):
        assert (await who.get("/v1/practice/consent-report")).status_code == 403


async def test_a_time_before_everything_has_nothing_to_tell(desk: Desk) -> None:
    await desk.offer()
    where = f"{path(desk.cast)}?from=2020-01-01&to=2020-02-01"
    told = await report(desk.cast.client, where)
    assert told["with_smaller_alternative"]["n"] == 0
    assert told["words"] == ["There is nothing to tell about this time yet."]


async def test_an_unanswered_counter_proposal_shows_after_a_week(desk: Desk) -> None:
    cast = desk.cast
    one = await desk.offer()
    grants = {"do": True, "remind": False, "share": False}
    body = {"terms": desk.terms(sharing="sealed"), "grants": grants}
    await desk.move(cast.client, one, "counter", **body)
    assert (await report(cast.client, path(cast)))["counters_unanswered"]["n"] == 0
    later = datetime.now(UTC) + timedelta(days=8)
    roles = frozenset({Role.CLIENT})
    client = Caller(cast.practice_id, cast.client.id, roles, cast.client.sign_in_id)
    async with cast.store.reader() as db:
        with clock.travelling(later):
            found = await service.of_client(db, client, client.id, None, None)
    figure = found.conduct.counters_unanswered
    assert (figure.count, figure.n) == (1, 1)


@pytest.mark.parametrize("part", NOBODY)
async def test_everyone_who_should_see_nothing_gets_the_same_404(
    desk: Desk, part: str
) -> None:
    someone = desk.cast.people[part]
    there = await someone.get(path(desk.cast))
    absent = await someone.get(f"/v1/clients/{desk.cast.owner.id}/consent-report")
    assert (there.status_code, there.content) == (404, absent.content)


@pytest.mark.parametrize("part", NEVER)
async def test_who_reads_nothing_clinical_is_told_so(desk: Desk, part: str) -> None:
    assert (await desk.cast.people[part].get(path(desk.cast))).status_code == 403


async def test_days_at_the_ends_of_the_calendar_are_days_like_others(
    desk: Desk,
) -> None:
    for name in ("from", "to"):
        for day in ("0001-01-01", "2026-01-01", "9999-12-31"):
            where = f"{path(desk.cast)}?{name}={day}"
            told = await report(desk.cast.client, where)
            assert told["re_offered_soon"]["reason"] == "no_data"
            answer = await desk.cast.owner.get(
                f"/v1/practice/consent-report?{name}={day}"
            )
            assert answer.status_code == 200, answer.text
