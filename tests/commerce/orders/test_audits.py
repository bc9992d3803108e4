"""The audits are quiet after a lively day, and each speaks up when its promise is broken."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa

import miaohui.commerce.orders.audits  # noqa: F401  importing declares them
from miaohui.commerce.orders.actions.cancel_order import cancel_order
from miaohui.commerce.orders.actions.complete_order import confirm_receipt
from miaohui.commerce.orders.actions.refund_line import refund_line
from miaohui.commerce.orders.queries import Order
from miaohui.commerce.orders.tables import order_line, order_line_share, order_move, shop_order, trade
from miaohui.kit.audits import registered_audits, run_audit
from miaohui.kit.idempotency import idempotency_key
from miaohui.kit.ids import new_id
from miaohui.money.ledger.tables import ledger_account
from miaohui.money.payments.tables import refund
from tests.market import PRICE, Market

NAMES = [name for name in registered_audits() if name.startswith("orders.")]


def findings(market: Market) -> dict[str, int]:
    found = {name: market.db.read_sync(run_audit, name=name) for name in NAMES}
    return {name: one.violations for name, one in found.items() if one.violations}


@pytest.fixture
def day(market: Market) -> Order:
    """A day on which everything happens once; returns an order of which a unit was refunded."""
    market.freight(market.shop, first_minor=700)
    market.coupon(999)
    market.coupon(333, stacking="platform")
    market.coupon(100, stacking="freight")
    kept = market.bought({market.lantern: 3})
    [line] = market.lines(kept.id)
    market.db.write_sync(
        refund_line,
        order_line_id=line.id,
        quantity=1,
        paid_minor=PRICE // 2,
        ref="aftersale:1",
        reason="damaged",
        restock=False,
    )
    market.buy()
    market.wait(minutes=31)
    cancelled = market.bought()
    market.db.write_sync(cancel_order, order_id=cancelled.id, buyer_id=market.buyer)
    received = market.bought()
    market.ship(received.id)
    market.db.write_sync(confirm_receipt, order_id=received.id, buyer_id=market.buyer)
    market.buy()
    market.quiet()
    return market.order(kept.id)


def test_all_is_quiet_after_a_lively_day(market: Market, day: Order) -> None:
    assert len(NAMES) >= 8
    assert findings(market) == {}


BREAKS: dict[str, Callable[[Order], sa.Executable]] = {
    "orders.escrow_ends_empty": lambda order: (
        sa.update(ledger_account)
        .where(
            ledger_account.c.code.in_(
                sa.select(sa.literal("escrow:").concat(sa.cast(shop_order.c.id, sa.Text))).where(
                    shop_order.c.close_reason == "refunded"
                )
            )
        )
        .values(balance_minor=1)
    ),
    "orders.refunds_within_lines": lambda order: sa.update(refund).values(amount_minor=refund.c.amount_minor + 1),
    "orders.lines_sum_up": lambda order: (
        sa.update(order_line)
        .where(order_line.c.order_id == order.id)
        .values(goods_minor=order_line.c.goods_minor + 1, payable_minor=order_line.c.payable_minor + 1)
    ),
    "orders.shares_sum_up": lambda order: (
        sa.update(order_line_share)
        .where(order_line_share.c.step == "platform")
        .values(platform_minor=0, shop_minor=order_line_share.c.platform_minor)
    ),
    "orders.answers_are_remembered": lambda order: sa.insert(idempotency_key).values(
        actor_id=order.buyer_id, key="x", request_hash=b"x", created_at=order.placed_at
    ),
    "orders.only_listed_moves": lambda order: sa.insert(order_move).values(
        id=new_id(), order_id=order.id, from_state="paid", to_state="created", reason="x", at=order.placed_at
    ),
    "orders.state_is_the_last_move": lambda order: (
        sa.update(shop_order).where(shop_order.c.id == order.id).values(state="shipped")
    ),
    "orders.trade_and_orders_agree": lambda order: (
        sa.update(trade).where(trade.c.id == order.trade_id).values(state="closed", paid_at=None)
    ),
}


@pytest.mark.parametrize("name", NAMES)
def test_each_speaks_up(market: Market, day: Order, name: str) -> None:
    market.db.write_sync(lambda tx: tx.execute(BREAKS[name](day)))
    assert name in findings(market)
