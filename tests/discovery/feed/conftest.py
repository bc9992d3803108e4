"""What the feed's tests share."""

import pytest

from miaohui.kit.clock import ManualClock
from tests.discovery.feed.town import Town


@pytest.fixture
def town(clock: ManualClock) -> Town:
    return Town(clock)
