"""What parcels do about others' events."""

from miaohui.commerce.fulfilment.arrivals import tell_order_of_arrival
from miaohui.commerce.orders.events import LineRefunded
from miaohui.kit.db import Tx


def see_to_arrival(tx: Tx, event: LineRefunded) -> None:
    """Mark an order as delivered whose last unsent units were refunded after its parcels had arrived."""
    tell_order_of_arrival(tx, order_id=event.order_id)
