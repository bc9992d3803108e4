"""Give the buyer more time before an order completes itself."""

import sqlalchemy as sa

from miaohui.commerce.orders.access import access_order
from miaohui.commerce.orders.actions.mark_shipped import stage_receipt
from miaohui.commerce.orders.locks import lock_order
from miaohui.commerce.orders.queries import Order
from miaohui.commerce.orders.states import EXTENDED_BY, OrderNotInState, note_moves
from miaohui.commerce.orders.tables import order_move, shop_order
from miaohui.kit.db import Tx
from miaohui.kit.errors import Conflict, NotFound

_REASON = "receipt extended"


class AlreadyExtended(Conflict):
    """The time was made longer once, and once is all."""

    code = "already_extended"
    title = "The time has been extended once already"


def extend_receipt(tx: Tx, *, order_id: int, buyer_id: int) -> Order:
    """Move the silent receipt of an order five days later, once. Raises NotFound, OrderNotInState, AlreadyExtended."""
    access_order(tx, order_id=order_id, person_id=buyer_id)
    found = lock_order(tx, order_id)
    if found is None:
        raise NotFound
    if found.state != "shipped" or found.receive_by is None:
        raise OrderNotInState(state=found.state)
    before = sa.select(order_move.c.id).where(order_move.c.order_id == order_id, order_move.c.reason == _REASON)
    if tx.scalar(before.limit(1)) is not None:
        raise AlreadyExtended
    receive_by = found.receive_by + EXTENDED_BY
    tx.execute(sa.update(shop_order).where(shop_order.c.id == order_id).values(receive_by=receive_by))
    note_moves(tx, order_ids=[order_id], origin="shipped", target="shipped", reason=_REASON, by_id=buyer_id)
    stage_receipt(tx, order_id=order_id, run_at=receive_by)
    again = lock_order(tx, order_id)
    if again is None:
        raise NotFound
    return again
