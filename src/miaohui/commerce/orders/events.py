"""What happened to somebody's order."""

from datetime import datetime

from miaohui.kit.outbox import Event


class OrderPlaced(Event, frozen=True, kw_only=True):
    """Somebody has ordered from a shop; stock and coupons are kept for them until `pay_by`."""

    order_id: int
    trade_id: int
    shop_id: int
    buyer_id: int
    pay_by: datetime


class OrderPaid(Event, frozen=True, kw_only=True):
    """An order is paid for, and the shop is to send it."""

    order_id: int
    trade_id: int
    shop_id: int
    buyer_id: int


class OrderLate(Event, frozen=True, kw_only=True):
    """A shop has not sent all of an order in time; the buyer may give up what was not sent."""

    order_id: int
    shop_id: int
    buyer_id: int
    payable_minor: int
    currency: str


class OrderShipped(Event, frozen=True, kw_only=True):
    """Goods of an order have left. whole: nothing of it is left to send."""

    order_id: int
    shop_id: int
    buyer_id: int
    whole: bool


class OrderDelivered(Event, frozen=True, kw_only=True):
    """All parcels of an order have been signed for."""

    order_id: int
    shop_id: int
    buyer_id: int
    at: datetime


class OrderCompleted(Event, frozen=True, kw_only=True):
    """The buyer has what was ordered, by their own word or by silence."""

    order_id: int
    shop_id: int
    buyer_id: int
    at: datetime


class OrderClosed(Event, frozen=True, kw_only=True):
    """An order has ended without goods: nobody paid, it was cancelled, or all of it was refunded."""

    order_id: int
    trade_id: int
    shop_id: int
    buyer_id: int
    reason: str


class LineRefunded(Event, frozen=True, kw_only=True):
    """Money of a line goes back to the buyer. quantity: units given up, 0 where only the price was lowered."""

    order_line_id: int
    order_id: int
    shop_id: int
    buyer_id: int
    quantity: int
    paid_minor: int
    ref: str
