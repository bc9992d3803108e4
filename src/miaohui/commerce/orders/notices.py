"""What buyers are told of their orders, and shops of new ones."""

from collections.abc import Mapping

from miaohui.commerce.merchants.notices import tell_shop
from miaohui.commerce.merchants.queries import shop_cards
from miaohui.commerce.orders.events import OrderClosed, OrderDelivered, OrderLate, OrderPaid, OrderShipped
from miaohui.commerce.orders.queries import lines_of_orders, order_by_id
from miaohui.kit.db import Tx
from miaohui.kit.i18n import Msgid
from miaohui.talk.notifications.actions.notify import notify
from miaohui.talk.notifications.kinds import Data, NoticeKind, notice_kind

PAID = notice_kind(
    name="orders.paid",
    group="orders",
    label="An order is paid",
    title="Paid: %(shop)s will send “%(goods)s”",
    discreet="One of your orders is paid",
    channels={"list"},
)
SHIPPED = notice_kind(
    name="orders.shipped",
    group="orders",
    label="An order is on its way",
    title="%(shop)s has sent “%(goods)s”",
    discreet="One of your orders is on its way",
)
DELIVERED = notice_kind(
    name="orders.delivered",
    group="orders",
    label="An order has arrived",
    title="“%(goods)s” has arrived. Please look whether all is well",
    discreet="One of your orders has arrived",
)
CLOSED = notice_kind(
    name="orders.closed",
    group="orders",
    label="An order is closed",
    title="The order of “%(goods)s” is closed: %(reason)s",
    discreet="One of your orders is closed",
)
SOLD = notice_kind(
    name="orders.sold",
    group="shop",
    label="A new order in my shop",
    title="A new order for %(shop)s: “%(goods)s”, %(amount)s",
    many=("%(times)s new orders for %(shop)s", "%(times)s new orders for %(shop)s"),
    discreet="Your shop has a new order",
)
LATE = notice_kind(
    name="orders.late",
    group="shop",
    label="An order in my shop is late",
    title="%(shop)s has not sent “%(goods)s” in time. The buyer may give it up",
    discreet="An order in your shop is late",
)
_REASONS: Mapping[str, Msgid] = {
    "unpaid": "nobody paid in time",
    "refunded": "the money went back",
    "other": "see the order",
}


def tell_of_payment(tx: Tx, event: OrderPaid) -> None:
    """Tell the buyer that it is paid, and the shop that there is something to send."""
    said = _said(tx, event)
    notify(tx, to_id=event.buyer_id, kind=PAID.name, link=f"/orders/{event.order_id}", data=said)
    found = order_by_id(tx, event.order_id)
    if found is not None:
        tell_shop(
            tx,
            shop_id=event.shop_id,
            power="fulfilment",
            kind=SOLD.name,
            link=f"/shop/{event.shop_id}/orders",
            data={**said, "amount_minor": found.payable_minor, "currency": found.currency},
        )


def tell_shop_of_lateness(tx: Tx, event: OrderLate) -> None:
    """Tell those who send a shop's orders that one was not sent in time."""
    link = f"/shop/{event.shop_id}/orders/{event.order_id}"
    tell_shop(tx, shop_id=event.shop_id, power="fulfilment", kind=LATE.name, link=link, data=_said(tx, event))


def tell_of_parcels(tx: Tx, event: OrderShipped) -> None:
    """Tell the buyer that goods have left."""
    _tell(tx, event, SHIPPED)


def tell_of_delivery(tx: Tx, event: OrderDelivered) -> None:
    """Tell the buyer that everything was handed over."""
    _tell(tx, event, DELIVERED)


def tell_of_closing(tx: Tx, event: OrderClosed) -> None:
    """Tell the buyer that nothing comes any more, unless they said so themselves."""
    if event.reason == "cancelled":
        return
    reason = "refunded" if event.reason.startswith("refund") else event.reason
    _tell(tx, event, CLOSED, reason_msgid=_REASONS.get(reason, _REASONS["other"]))


def _tell(tx: Tx, event: OrderShipped | OrderDelivered | OrderClosed, kind: NoticeKind, **more: str) -> None:
    link = f"/orders/{event.order_id}"
    notify(tx, to_id=event.buyer_id, kind=kind.name, link=link, data={**_said(tx, event), **more})


def _said(tx: Tx, event: OrderPaid | OrderLate | OrderShipped | OrderDelivered | OrderClosed) -> Data:
    shop = shop_cards(tx, [event.shop_id]).get(event.shop_id)
    lines = lines_of_orders(tx, [event.order_id])
    return {"shop": shop.name if shop else "", "goods": lines[0].title if lines else ""}
