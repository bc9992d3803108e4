"""What somebody has bought goes into the copy of their data, and nobody else's does."""

from miaohui.commerce.checkout.own_export import addresses_for_export
from miaohui.commerce.orders.own_export import orders_for_export
from miaohui.commerce.promotions.own_export import coupons_for_export
from tests.market import Market


def test_orders_addresses_and_coupons_are_told_to_who_owns_them(market: Market) -> None:
    market.coupon(500)
    market.bought({market.lantern: 2}, coupons=())

    orders = market.db.read_sync(lambda tx: list(orders_for_export(tx, market.buyer)))
    addresses = market.db.read_sync(lambda tx: list(addresses_for_export(tx, market.buyer)))
    coupons = market.db.read_sync(lambda tx: list(coupons_for_export(tx, market.buyer)))

    assert [(one.shop, one.state, [(line.title, line.quantity) for line in one.lines]) for one in orders] == [
        ("灯火", "paid", [("走马灯", 2)])
    ]
    assert [one["district"] for one in addresses] == ["姑苏区"]
    assert [(one.name, one.state) for one in coupons] == [("庙会券", "granted")]
    for of_others in (orders_for_export, addresses_for_export, coupons_for_export):
        assert market.db.read_sync(lambda tx, read=of_others: list(read(tx, market.seller))) == []
