"""What a product shows as sold is what people keep."""

import sqlalchemy as sa

from miaohui.commerce.catalogue.tables import product, variant
from miaohui.commerce.orders.actions.cancel_order import cancel_order
from tests.market import Market


def sold(market: Market) -> int:
    of_lantern = sa.select(variant.c.product_id).where(variant.c.id == market.lantern).scalar_subquery()
    return int(market.db.read_sync(lambda tx: tx.scalar(sa.select(product.c.sold).where(product.c.id == of_lantern))))


def test_paid_units_count_and_given_up_ones_count_no_more(market: Market) -> None:
    kept = market.bought({market.lantern: 2})
    given_up = market.bought({market.lantern: 3})
    unpaid = market.buy({market.lantern: 1})
    assert unpaid.state == "created"
    assert sold(market) == 5

    market.db.write_sync(cancel_order, order_id=given_up.id, buyer_id=market.buyer)
    market.quiet()

    assert sold(market) == 2
    assert kept.state == "paid"
