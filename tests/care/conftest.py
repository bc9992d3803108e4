"""A counter at which things are sold, and taken back."""

from pathlib import Path

import pytest

from miaohui.kit.clock import ManualClock
from miaohui.kit.db import Database
from tests.care.counter import Counter
from tests.cast import Cast


@pytest.fixture
def counter(db: Database, clock: ManualClock, cast: Cast, tmp_path: Path) -> Counter:
    return Counter(db, clock, cast, tmp_path / "data")
