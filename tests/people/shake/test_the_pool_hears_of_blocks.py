"""A block reaches the tickets that wait: the pool itself does not claim the two for each other any more."""

from pathlib import Path

import pytest
import redis

from miaohui.kit.clock import ManualClock, to_ms
from miaohui.kit.db import Database
from tests.cast import Cast
from tests.flows.street import Street, open_street


@pytest.mark.parametrize("where", ["in_process", "redis"])
def test_a_block_parts_two_tickets_that_wait(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    database_url: str,
    db: Database,
    clock: ManualClock,
    cast: Cast,
    where: str,
) -> None:
    """What is claimed is looked at again anyway; but nobody's ticket should leave the pool for somebody they blocked."""
    settings = {}
    if where == "redis":
        settings["redis_url"] = request.getfixturevalue("redis_url")
        redis.Redis.from_url(settings["redis_url"]).flushdb()
    with open_street(tmp_path, database_url, db, clock, cast, kind=Street, **settings) as street:
        for name, km in (("mei", 0), ("bo", 2), ("lan", 20)):
            street.shake(name, north_km=km)
        ear = street.listens("bo", f"people:{street.id('bo')}:shakes")
        street.ok("mei", "PUT", f"/people/{street.id('bo')}/block")
        ear.event("changed")
        pool = street.app.state.shaking.pool
        assert pool.advance(now_ms=to_ms(clock.now()) + 60_000).found == ()
        (found,) = pool.advance(now_ms=to_ms(clock.now()) + 90_000).found
        assert street.id("lan") in {found.one.person_id, found.other.person_id}
