"""The door of the fair: the API of accounts, without the rest of the house."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from miaohui.kit.blobs import FolderBlobs
from miaohui.kit.clock import ManualClock
from miaohui.kit.db import Database
from tests.people.accounts.door import Door


@pytest.fixture
def blobs(tmp_path: Path) -> FolderBlobs:
    return FolderBlobs(tmp_path / "blobs")


@pytest.fixture
def door(db: Database, blobs: FolderBlobs, clock: ManualClock, tmp_path: Path) -> Iterator[Door]:
    with Door(db=db, blobs=blobs, clock=clock, folder=tmp_path) as opened:
        yield opened
