"""Deadlines of orders: rows that act by themselves, and do nothing in another state than the one they guard."""

from contextlib import suppress

from miaohui.commerce.merchants.obstacles import keep_shop
from miaohui.commerce.orders.actions.close_trade import close_trade
from miaohui.commerce.orders.actions.complete_order import receive_silently
from miaohui.commerce.orders.actions.note_late import give_up_late, note_late
from miaohui.commerce.orders.own_export import orders_for_export
from miaohui.commerce.orders.queries import open_orders_of_shop, trade_by_id
from miaohui.kit.db import Tx
from miaohui.kit.errors import Refusal
from miaohui.kit.jobs import JobContext, job
from miaohui.money.payments.queries import open_payment_of
from miaohui.money.payments.services import Payments
from miaohui.people.accounts.export import contribute

contribute("orders", rows=orders_for_export)
keep_shop("orders", open_orders_of_shop)


@job("orders.close_unpaid", max_attempts=20)
def close_unpaid(context: JobContext, *, trade_id: int) -> None:
    """Close a trade whose time to pay is over, after asking the provider once more whether it was paid."""
    attempt = context.db.read_sync(_attempt_under_way, trade_id=trade_id)
    if attempt is not None:
        # Who does not answer does not keep the stock; should money have come, it is late and goes back.
        with suppress(Refusal):
            Payments(context.db, context.settings).query_sync(attempt)
    context.finish(_close, trade_id=trade_id)


@job("orders.receive_silently")
def receive(context: JobContext, *, order_id: int) -> None:
    """Complete an order about which its buyer has been silent until the time was over."""
    context.finish(receive_silently, order_id=order_id)


@job("orders.note_late", max_attempts=20)
def look_whether_late(context: JobContext, *, order_id: int, ship_by_ms: int) -> None:
    """See to an order that was not sent in time."""
    context.finish(note_late, order_id=order_id, ship_by_ms=ship_by_ms)


@job("orders.give_up_late", max_attempts=20)
def give_up(context: JobContext, *, order_id: int, ship_by_ms: int) -> None:
    """Give back what a shop has never sent."""
    context.finish(give_up_late, order_id=order_id, ship_by_ms=ship_by_ms)


def _attempt_under_way(tx: Tx, *, trade_id: int) -> int | None:
    found = trade_by_id(tx, trade_id)
    if found is None or found.state != "created":
        return None
    attempt = open_payment_of(tx, purpose="trade", subject_id=trade_id)
    return None if attempt is None else attempt.id


def _close(tx: Tx, *, trade_id: int) -> None:
    found = trade_by_id(tx, trade_id)
    if found is not None and found.pay_by <= tx.now:
        close_trade(tx, trade_id=trade_id, reason="unpaid", by_id=None)
