"""What the feed's tests share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from miaohui.kit.blobs import FolderBlobs
from miaohui.kit.clock import ManualClock
from miaohui.kit.db import Database
from miaohui.kit.i18n import load_catalogues
from miaohui.web.assets import Assets
from miaohui.web.site import open_assets
from tests.discovery.feed.fair import PACKAGE, Fair
from tests.discovery.feed.town import Town


@pytest.fixture
def town(clock: ManualClock) -> Town:
    return Town(clock)


@pytest.fixture(scope="session")
def assets() -> Assets:
    return open_assets(load_catalogues(PACKAGE / "locale"))


@pytest.fixture
def fair(db: Database, clock: ManualClock, tmp_path: Path, assets: Assets) -> Iterator[Fair]:
    with Fair(db=db, blobs=FolderBlobs(tmp_path / "blobs"), clock=clock, assets=assets) as opened:
        yield opened
