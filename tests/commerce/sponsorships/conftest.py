import pytest

from tests.commerce.sponsorships.campaigns import Fair
from tests.market import Market


@pytest.fixture
def fair(market: Market) -> Fair:
    return Fair(market)
