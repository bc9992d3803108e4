"""A market that anybody may visit by its API."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from miaohui.kit.clock import ManualClock
from miaohui.kit.db import Database
from tests.cast import Cast
from tests.commerce.market import open_stall
from tests.commerce.market_house import market_house
from tests.house import House


@pytest.fixture
def stall(db: Database, cast: Cast) -> int:
    """Omar's shop, which Lena has let in."""
    return open_stall(db, owner_id=cast.omar, operator_id=cast.lena)


@pytest.fixture
def market(db: Database, clock: ManualClock, tmp_path: Path) -> Iterator[House]:
    with market_house(db=db, clock=clock, folder=tmp_path) as opened:
        yield opened
