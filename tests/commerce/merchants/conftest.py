"""A market that anybody may visit by its API."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from miaohui.kit.clock import ManualClock
from miaohui.kit.db import Database
from tests.commerce.market_house import market_house
from tests.house import House


@pytest.fixture
def market(db: Database, clock: ManualClock, tmp_path: Path) -> Iterator[House]:
    with market_house(db=db, clock=clock, folder=tmp_path) as opened:
        yield opened
