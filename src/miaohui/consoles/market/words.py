"""What states are called on a buyer's pages, and an order's story in plain words."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec

from miaohui.commerce.fulfilment.answers import ParcelAnswer
from miaohui.commerce.orders.answers import OrderAnswer
from miaohui.kit.i18n import Msgid

STATE_WORDS: Mapping[str, Msgid] = {
    "created": "Waiting for payment",
    "paid": "Waiting to be sent",
    "part_shipped": "Partly sent",
    "shipped": "On its way",
    "completed": "Completed",
    "closed": "Closed",
}
SORT_WORDS: Mapping[str, Msgid] = {"new": "Newest", "sold": "Most sold", "price": "Cheapest"}
TAB_WORDS: Mapping[str, Msgid] = {
    "all": "All",
    "to_pay": "To pay",
    "to_ship": "To be sent",
    "to_receive": "On the way",
    "done": "Done",
}
COUPON_STATE_WORDS: Mapping[str, Msgid] = {
    "granted": "Ready to use",
    "locked": "Kept for an order",
    "used": "Used",
    "expired": "Expired",
    "revoked": "Withdrawn",
}
_STORY: Mapping[str, Msgid] = {
    "placed": "Ordered",
    "paid": "Paid",
    "shipped": "The shop has sent it",
    "late": "The shop was late; the market has seen to it",
    "never sent": "Given up, since it was never sent",
    "delivered": "The parcel has arrived",
    "received": "You confirmed that everything has come",
    "received silently": "Completed by itself",
    "extended": "You took some more days",
    "unpaid": "Closed, since it was not paid in time",
    "cancelled": "You cancelled",
    "refund": "Everything was refunded",
}


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """One line of an order's story. words: to be translated, unless a carrier has written them."""

    at: datetime
    words: str
    is_ours: bool
    place: str = ""


def timeline_of(order: OrderAnswer, parcels: Sequence[ParcelAnswer]) -> list[Event]:
    """Return what happened to an order and on its way, newest first."""
    told = [
        Event(at=one.at, words=_STORY.get(one.reason, STATE_WORDS[one.state]), is_ours=True) for one in order.timeline
    ]
    scans = [
        Event(at=scan.at, words=scan.text, is_ours=False, place=scan.place)
        for parcel in parcels
        for scan in parcel.scans
        if scan.text
    ]
    return sorted([*told, *scans], key=lambda one: one.at, reverse=True)
