"""What the tests of shakes ask for."""

import secrets
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import redis

from miaohui.kit.clock import ManualClock
from miaohui.kit.db import Database
from miaohui.people.shake.redis_pool import RedisPool
from tests.cast import Cast
from tests.people.shake.fair import Fair, open_fair


@pytest.fixture
def fair(tmp_path: Path, database_url: str, db: Database, clock: ManualClock, cast: Cast) -> Iterator[Fair]:
    with open_fair(tmp_path, database_url, db, clock, cast) as opened:
        yield opened


@pytest.fixture
def redis_pools(redis_url: str) -> Iterator[Callable[[], RedisPool]]:
    """Makes pools that know nothing of each other."""
    client = redis.Redis.from_url(redis_url)
    yield lambda: RedisPool(client, prefix=f"{{{secrets.token_hex(4)}}}:")
    client.close()
