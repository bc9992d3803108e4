"""Sponsored shakes over the API: made, funded and started by the shop, followed by who was shown the card."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from miaohui.commerce.sponsorships.routes import route_handlers
from tests.commerce.sponsorships.campaigns import GARDEN, Fair
from tests.house import House


@pytest.fixture
def campaign_house(fair: Fair) -> Iterator[House]:
    with House(db=fair.db, clock=fair.clock, routes=route_handlers) as opened:
        yield opened


def test_a_shop_starts_a_campaign_and_a_follower_gets_its_coupon(campaign_house: House, fair: Fair) -> None:
    cast, now = fair.cast, fair.clock.now()
    omar, mei, ines = (campaign_house.member(one) for one in (fair.market.seller, cast.mei, cast.ines))
    campaigns = f"/shops/{fair.market.shop}/sponsorships"
    form: dict[str, Any] = {
        "name": "灯会见面礼",
        "latitude": GARDEN.latitude,
        "longitude": GARDEN.longitude,
        "radius_m": 3000,
        "off_minor": 1000,
        "starts_at": now.isoformat(),
        "ends_at": (now + timedelta(days=7)).isoformat(),
    }
    assert mei.send("POST", campaigns, form).status_code in {403, 404}
    drafted = omar.ok("POST", campaigns, form)
    one = f"{campaigns}/{drafted['id']}"
    assert drafted["state"] == "draft"
    assert omar.refused("PUT", f"{one}/state", {"state": "active"}) == (400, "invalid_sponsorship")
    for _ in range(2):
        funded = omar.ok("POST", f"{one}/funding", {"amount_minor": 1000}, headers={"Idempotency-Key": "once"})
    assert funded["funded_minor"] == 1000
    assert omar.ok("PUT", f"{one}/state", {"state": "active"})["state"] == "active"

    card = fair.shakes(cast.mei)
    assert card is not None
    assert card.follow_path is not None
    path = card.follow_path.removeprefix("/api/v1")
    assert ines.refused("POST", path) == (404, "not_found")
    followed = mei.ok("POST", path)
    assert followed["coupon"]["terms"]["name"] == "灯会见面礼"
    assert mei.ok("POST", path) == followed
    assert omar.ok("GET", one)["funnel"]["granted"] == 1
