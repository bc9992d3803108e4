"""What the insurance does about others' events: covers begin and claims file themselves."""

from miaohui.care.insurance.actions.cancel_cover import cancel_cover
from miaohui.care.insurance.actions.count_returns import count_parcel
from miaohui.care.insurance.actions.file_claim import file_claim
from miaohui.care.insurance.actions.issue_cover import issue_cover
from miaohui.care.insurance.actions.quote_cover import quote_cover
from miaohui.commerce.fulfilment.events import ParcelShipped, ParcelSigned
from miaohui.commerce.orders.events import LineRefunded, OrderClosed, OrderPaid
from miaohui.kit.db import Tx


def quote_paid_order(tx: Tx, event: OrderPaid) -> None:
    """Freeze the premium of an order that is sold with insurance."""
    quote_cover(tx, order_id=event.order_id)


def insure_way_back(tx: Tx, event: ParcelShipped) -> None:
    """Let the cover begin with the first parcel out. The premium is reckoned before this order is counted."""
    if event.direction == "out":
        issue_cover(tx, order_id=event.order_id)
        count_parcel(tx, order_id=event.order_id, parcel_id=event.parcel_id, what="sent")


def claim_for_return(tx: Tx, event: ParcelSigned) -> None:
    """File the claim for what has come back."""
    if event.direction == "back":
        count_parcel(tx, order_id=event.order_id, parcel_id=event.parcel_id, what="returned")
        file_claim(tx, parcel_id=event.parcel_id)


def end_needless_cover(tx: Tx, event: LineRefunded) -> None:
    """Give the premium back when all was refunded before anything left."""
    cancel_cover(tx, order_id=event.order_id, reason="refunded before shipping")


def end_cover_of_closed(tx: Tx, event: OrderClosed) -> None:
    """Forget the quote of an order that ended without goods."""
    cancel_cover(tx, order_id=event.order_id, reason=event.reason)
