"""What is bought counts for what is shown, and what is given back counts no more."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from miaohui.commerce.orders.actions.cancel_order import cancel_order
from miaohui.commerce.orders.actions.refund_line import refund_line
from miaohui.discovery.feed.folded import FoldedInterest
from miaohui.discovery.feed.signal_log import signals_after
from miaohui.discovery.feed.stages.shelves import read_shelf
from miaohui.discovery.feed.tables import signal
from miaohui.kit.clock import to_ms
from tests.market import Market


def acts(market: Market) -> list[tuple[str, int]]:
    """What the log has of Mei, oldest first."""
    mine = sa.select(signal.c.kind, signal.c.item_id).where(signal.c.person_id == market.buyer)
    return market.db.read_sync(lambda tx: [(row.kind, row.item_id) for row in tx.execute(mine.order_by(signal.c.seq))])


def believed(market: Market) -> dict[str, float]:
    """The words that Mei is believed to like, with their weights."""
    folded = FoldedInterest()
    folded.fold(market.db.read_sync(signals_after, seq=0, limit=1000))
    found = folded.engine.interests(person_id=market.buyer, now_ms=to_ms(market.clock.now()), limit=50)
    return {each.token: each.weight for each in found if each.token is not None}


def test_each_thing_of_a_paid_order_counts_once(market: Market) -> None:
    sugar = market.stock_goods(market.shop, title="糖画 兔子", prices=(1_200, 1_500), category_slug="handmade")
    market.stock_goods(market.shop, title="糖画 老虎", category_slug="handmade")

    order = market.bought({market.lantern: 3, sugar.variant_ids[0]: 1, sugar.variant_ids[1]: 2})
    market.quiet()

    lantern = next(line.product_id for line in market.lines(order.id) if line.variant_id == market.lantern)
    assert sorted(acts(market)) == sorted([("buy", lantern), ("buy", sugar.product_id)])
    assert believed(market)["糖画"] > 0


def test_who_orders_and_does_not_pay_has_said_nothing(market: Market) -> None:
    market.buy({market.lantern: 1})
    market.quiet()
    market.wait(minutes=40)

    assert acts(market) == []


def test_what_is_given_back_as_a_whole_counts_no_more(market: Market) -> None:
    sugar = market.stock_goods(market.shop, title="糖画 兔子", category_slug="handmade")
    market.stock_goods(market.shop, title="糖画 老虎", category_slug="handmade")
    order = market.bought({sugar.variant_ids[0]: 2})
    (line,) = market.lines(order.id)
    market.quiet()
    bought = believed(market)["糖画"]

    def give_back(quantity: int, paid_minor: int, ref: str) -> None:
        market.db.write_sync(
            refund_line,
            order_line_id=line.id,
            quantity=quantity,
            paid_minor=paid_minor,
            ref=ref,
            reason="damaged",
            restock=False,
        )
        market.quiet()

    give_back(0, 100, "a lower price")
    give_back(1, 1_000, "one of two")
    assert acts(market) == [("buy", sugar.product_id)]
    assert believed(market)["糖画"] == pytest.approx(bought, rel=0.01)

    give_back(1, 1_300, "the other")

    assert acts(market) == [("buy", sugar.product_id), ("refund", sugar.product_id)]
    assert abs(believed(market).get("糖画", 0.0)) < bought / 100


def test_what_was_just_bought_stands_behind_for_a_fortnight(market: Market) -> None:
    sugar = market.stock_goods(market.shop, title="糖画", prices=[12_00], category_slug="handmade")
    given_up = market.stock_goods(market.shop, title="泥人", prices=[15_00], category_slug="handmade")
    market.bought({sugar.variant_ids[0]: 1})
    returned = market.bought({given_up.variant_ids[0]: 1})
    market.db.write_sync(cancel_order, order_id=returned.id, buyer_id=market.buyer)

    def behind(account_id: int | None) -> frozenset[int]:
        return market.db.read_sync(
            read_shelf,
            product_ids=[sugar.product_id, given_up.product_id],
            account_id=account_id,
            hidden=frozenset(),
            now=market.clock.now(),
        ).behind

    assert behind(market.buyer) == {sugar.product_id}
    assert behind(market.cast.bo) == behind(None) == frozenset()
    market.clock.advance(timedelta(days=15))
    assert behind(market.buyer) == frozenset()
