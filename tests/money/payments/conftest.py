"""What the tests of payments share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from miaohui.kit.clock import ManualClock
from miaohui.kit.db import Database
from tests.cast import Cast
from tests.money.payments.simulator.running import Companies, running_companies
from tests.money.payments.till import Till


@pytest.fixture
def till(db: Database, clock: ManualClock, cast: Cast, tmp_path: Path) -> Till:
    """Mei's payments, at the sandbox."""
    return Till(db, clock, tmp_path, payer_id=cast.mei)


@pytest.fixture(scope="module")
def companies(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Companies]:
    """The providers' side, in a process of its own."""
    with running_companies(tmp_path_factory.mktemp("companies")) as running:
        yield running


@pytest.fixture
def shop(db: Database, clock: ManualClock, cast: Cast, tmp_path: Path, companies: Companies) -> Till:
    """Mei's payments, at all that the companies offer."""
    return Till(db, clock, tmp_path, payer_id=cast.mei, settings=companies.settings(tmp_path))
