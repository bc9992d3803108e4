"""From a quote to a paid order."""

from tests.market import PRICE, Market


def test_a_lantern_is_bought_and_paid(market: Market) -> None:
    offered = market.quote({market.lantern: 2})
    assert (offered.goods_minor, offered.total_minor, offered.currency) == (2 * PRICE, 2 * PRICE, "CNY")
    placed = market.buy({market.lantern: 2})
    [order_id] = placed.order_ids
    assert market.stock() == (10, 2, 0)
    assert market.order(order_id).state == "created"

    market.pay(placed)

    order = market.order(order_id)
    assert (order.state, order.paid_at, order.payable_minor) == ("paid", market.clock.now(), 2 * PRICE)
    assert market.stock() == (10, 2, 2)
    assert market.balance(f"escrow:{order_id}") == 2 * PRICE
    assert market.moves(order_id) == [(None, "created", "placed"), ("created", "paid", "paid")]
    assert market.failures() == []
