"""Two towns of Mei's: one to look at, which all walks share, and one to act in."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from miaohui.kit.clock import ManualClock
from miaohui.kit.db import Database, open_database
from miaohui.subscriptions import subscriptions
from tests.cast import Cast
from tests.conftest import A_SPRING_EVENING, FreshDatabase
from tests.walks.town import WholeTown, open_town


@pytest.fixture(scope="session")
def town(fresh_databases: FreshDatabase, tmp_path_factory: pytest.TempPathFactory) -> Iterator[WholeTown]:
    """For walks that leave it as it was: who looks, and who is refused."""
    folder, clock = tmp_path_factory.mktemp("town"), ManualClock(A_SPRING_EVENING)
    with fresh_databases(folder) as url:
        db = open_database(url, clock=clock, recorder=subscriptions())
        with open_town(folder=folder, database_url=url, clock=clock, db=db, cast=Cast(db)) as opened:
            yield opened
        db.close()


@pytest.fixture
def own_town(tmp_path: Path, database_url: str, clock: ManualClock, db: Database, cast: Cast) -> Iterator[WholeTown]:
    """For a walk that acts."""
    with open_town(folder=tmp_path, database_url=database_url, clock=clock, db=db, cast=cast) as opened:
        yield opened
