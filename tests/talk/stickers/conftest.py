"""The API of stickers, and a box for their pictures."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from litestar import Router
from litestar.di import Provide

from miaohui.kit.blobs import FolderBlobs
from miaohui.kit.clock import ManualClock
from miaohui.kit.db import Database
from miaohui.talk.stickers.routes import route_handlers
from tests.house import House


@pytest.fixture
def blobs(tmp_path: Path) -> FolderBlobs:
    return FolderBlobs(tmp_path / "blobs")


@pytest.fixture
def sticker_house(db: Database, clock: ManualClock, blobs: FolderBlobs) -> Iterator[House]:
    box = {"blobs": Provide(lambda: blobs, sync_to_thread=False)}
    with House(db=db, clock=clock, routes=[Router("/", route_handlers=route_handlers, dependencies=box)]) as opened:
        yield opened
