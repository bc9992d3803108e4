"""What the console's tiles count."""

from datetime import timedelta

from miaohui.care.aftersales.actions.apply_aftersale import apply_aftersale
from miaohui.care.aftersales.queries import cases_awaiting_shop
from miaohui.commerce.inventory.queries import counters_of_variants
from miaohui.commerce.orders.queries import next_to_ship, takings_of_shop
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


def test_what_presses_most_stands_in_front(market: Market) -> None:
    other = market.open_shop(market.cast.bo, name="茶马道")
    sent = market.bought({market.lantern: 1})
    market.ship(sent.id)
    waiting = []
    for _ in range(3):
        waiting.append(market.bought({market.lantern: 1}).id)
        market.clock.advance(timedelta(hours=1))

    shown = market.db.read_sync(next_to_ship, shop_id=market.shop, limit=2)
    assert [one.id for one in shown] == waiting[:2]
    assert market.db.read_sync(next_to_ship, shop_id=other, limit=2) == []

    cases = []
    for order_id in (waiting[2], waiting[0]):
        case = market.db.write_sync(
            apply_aftersale,
            order_id=order_id,
            order_line_id=market.lines(order_id)[0].id,
            buyer_id=market.buyer,
            kind="refund_only",
            quantity=1,
            amount_minor=None,
            reason="late",
        )
        cases.append(case.id)
        market.clock.advance(timedelta(hours=1))
    found = market.db.read_sync(cases_awaiting_shop, shop_id=market.shop, limit=5)
    assert [one.id for one in found] == cases
    assert market.db.read_sync(cases_awaiting_shop, shop_id=other, limit=5) == []
