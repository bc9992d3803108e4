"""A stall that has sold something, and the API of its parcels."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from miaohui.commerce.fulfilment.routes import route_handlers
from miaohui.kit.blobs import FolderBlobs
from miaohui.kit.clock import ManualClock
from miaohui.kit.db import Database
from miaohui.kit.jobs import Worker
from miaohui.settings import Settings
from tests.cast import Cast
from tests.commerce.inventory.stall import Stall, set_up_stall
from tests.house import House

SALT = "grains of the river"


@pytest.fixture
def stall(db: Database, cast: Cast) -> Stall:
    return set_up_stall(db, owner_id=cast.mei, variants=2, units=10)


@pytest.fixture
def fair(db: Database, clock: ManualClock) -> Iterator[House]:
    """The parcels' API; Kuaidi100 signs with SALT."""
    with House(db=db, clock=clock, routes=route_handlers, kuaidi100_salt=SALT) as opened:
        yield opened


@pytest.fixture
def work(db: Database, tmp_path: Path) -> Callable[[], int]:
    """Run the jobs that are due, with an hour between two scans of the sandbox carrier."""
    settings = Settings(data_dir=tmp_path, carrier_pace_s=3600)
    return Worker(db=db, blobs=FolderBlobs(tmp_path / "files"), settings=settings).run_due
