"""Compiled versions are kept by practice and version, and the oldest goes first."""

from uuid import UUID

import pytest

from api.exercises import service
from api.exercises.check import publish
from api.exercises.compiled import CompiledVersions
from api.foundation.errors import NotFound
from api.foundation.ids import new_id
from tests.cast import Cast
from tests.exercises.documents import exercise

ONE, OTHER = UUID(int=1), UUID(int=2)


def test_a_version_is_at_hand_for_its_own_practice_only() -> None:
    kept = CompiledVersions()
    compiled = kept.keep(ONE, ONE, publish(exercise()))
    assert kept.get(ONE, ONE) is compiled
    assert kept.get(OTHER, ONE) is None


def test_the_least_recently_used_one_goes() -> None:
    kept = CompiledVersions(most=2)
    document = publish(exercise())
    kept.keep(ONE, ONE, document)
    kept.keep(ONE, OTHER, document)
    kept.get(ONE, ONE)
    kept.keep(OTHER, OTHER, document)
    assert kept.get(ONE, OTHER) is None
    assert kept.get(ONE, ONE) is not None


async def test_the_rooms_above_find_versions_of_their_practice_only(
    cast: Cast,
) -> None:
    async with cast.store.writer() as db:
        await service.load_library(db, cast.practice_id)
        await db.commit()
    async with cast.store.reader() as db:
        version = await service.version_at(db, cast.practice_id, "small-share", 1)
        assert version is not None
        compiled = await service.compiled(db, cast.practice_id, version.id)
        assert compiled.document == version.document
        assert service.compiled_at_hand(cast.practice_id, version.id) is compiled
        many = await service.compiled_many(db, cast.practice_id, [version.id, new_id()])
        assert many == {version.id: compiled}
        assert await service.version_at(db, cast.practice_id, "small-share", 2) is None
        with pytest.raises(NotFound):
            await service.compiled(db, cast.other_practice_id, version.id)
        where = (cast.practice_id, "small-share")
        assert not await service.is_material(db, *where, 1, 1)
