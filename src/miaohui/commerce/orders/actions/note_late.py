"""See to an order that its shop has not sent in time."""

from datetime import timedelta

from miaohui.commerce.orders.actions.cancel_order import give_unsent_back
from miaohui.commerce.orders.events import OrderLate
from miaohui.commerce.orders.locks import lock_order
from miaohui.commerce.orders.queries import Order, order_by_id
from miaohui.commerce.orders.states import note_moves
from miaohui.kit.clock import to_ms
from miaohui.kit.db import Tx
from miaohui.kit.jobs import stage_job

GIVE_UP_AFTER = timedelta(days=7)
"""So long after the last moment for sending a buyer who says nothing has the money back by itself."""


def watch_sending(tx: Tx, *, order_id: int) -> None:
    """Set the clock for a paid order: it looks when the time for sending is over."""
    found = order_by_id(tx, order_id)
    if found is not None and found.ship_by is not None:
        stage_job(
            tx,
            "orders.note_late",
            unique_key=f"note_late:{order_id}",
            run_at=found.ship_by,
            order_id=order_id,
            ship_by_ms=to_ms(found.ship_by),
        )


def note_late(tx: Tx, *, order_id: int, ship_by_ms: int) -> bool:
    """Write down that an order was not sent in time, and tell of it; return whether it was late.

    From now on the buyer may give up what was not sent, at once and with all its money, and a week later the
    clock does. A timer that goes off in another state, or before a moment that was moved, does nothing.
    """
    found = _still_unsent(tx, order_id, ship_by_ms)
    if found is None:
        return False
    note_moves(tx, order_ids=[order_id], origin=found.state, target=found.state, reason="late", by_id=None)
    tx.emit(
        OrderLate(
            order_id=order_id,
            shop_id=found.shop_id,
            buyer_id=found.buyer_id,
            payable_minor=found.payable_minor,
            currency=found.currency,
        )
    )
    stage_job(
        tx,
        "orders.give_up_late",
        unique_key=f"give_up_late:{order_id}",
        run_at=tx.now + GIVE_UP_AFTER,
        order_id=order_id,
        ship_by_ms=ship_by_ms,
    )
    return True


def give_up_late(tx: Tx, *, order_id: int, ship_by_ms: int) -> bool:
    """Give the buyer back what was never sent; return whether there was something."""
    found = _still_unsent(tx, order_id, ship_by_ms)
    if found is None:
        return False
    give_unsent_back(tx, found, reason="never sent", by_id=None)
    return True


def _still_unsent(tx: Tx, order_id: int, ship_by_ms: int) -> Order | None:
    found = lock_order(tx, order_id)
    if found is None or found.state not in ("paid", "part_shipped") or found.ship_by is None:
        return None
    return found if to_ms(found.ship_by) == ship_by_ms and found.ship_by <= tx.now else None
