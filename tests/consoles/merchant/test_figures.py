"""What the console's tiles count."""

from datetime import timedelta

from miaohui.commerce.inventory.queries import counters_of_variants
from miaohui.commerce.orders.queries import takings_of_shop
from tests.market import Market


def test_takings_are_of_their_time_and_shop(market: Market) -> None:
    other = market.open_shop(market.cast.bo, name="茶马道")
    first = market.bought({market.lantern: 1})
    market.clock.advance(timedelta(days=2))
    second = market.bought({market.lantern: 2})
    market.buy({market.lantern: 1})
    assert first.paid_at is not None
    assert second.paid_at is not None

    def takings(shop_id: int, since: float, until: float) -> tuple[int, int]:
        now = market.clock.now()
        span = {"since": now - timedelta(days=since), "until": now + timedelta(days=until)}
        found = market.db.read_sync(takings_of_shop, shop_id=shop_id, **span)
        return found.orders, found.paid_minor

    assert takings(market.shop, 1, 1) == (1, second.payable_minor)
    assert takings(market.shop, 7, 1) == (2, first.payable_minor + second.payable_minor)
    assert takings(market.shop, 7, -1) == (1, first.payable_minor)
    assert takings(other, 7, 1) == (0, 0)


def test_counters_add_up_what_is_kept_and_sold(market: Market) -> None:
    tea = market.stock_goods(market.shop, title="凤凰单丛", units=5).variant_ids[0]
    market.ship(market.bought({market.lantern: 2}).id)
    market.buy({market.lantern: 1})

    found = market.db.read_sync(counters_of_variants, variant_ids=[market.lantern, tea, 404])
    assert (found[market.lantern].on_hand, found[market.lantern].reserved, found[market.lantern].sold) == (8, 1, 2)
    assert found[market.lantern].available == 7
    assert (found[tea].available, found[404].available) == (5, 0)
