"""What the tests of payments share."""

from pathlib import Path

import pytest

from miaohui.kit.clock import ManualClock
from miaohui.kit.db import Database
from tests.cast import Cast
from tests.money.payments.till import Till


@pytest.fixture
def till(db: Database, clock: ManualClock, cast: Cast, tmp_path: Path) -> Till:
    """Mei's payments, at the sandbox."""
    return Till(db, clock, tmp_path, payer_id=cast.mei)
