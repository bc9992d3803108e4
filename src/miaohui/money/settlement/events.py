"""What happened to money on its way from a sale."""

from datetime import datetime

from miaohui.kit.outbox import Event


class ShopSettled(Event, frozen=True, kw_only=True):
    """A shop that owes for advances got its part of a line. amount_minor: that part."""

    shop_id: int
    order_line_id: int
    currency: str
    amount_minor: int
    at: datetime


class PayoutPaid(Event, frozen=True, kw_only=True):
    """A payout has arrived at its bank account."""

    payout_id: int
    account_code: str
    shop_id: int | None
    requested_by: int
    amount_minor: int
    currency: str
    at: datetime


class PayoutFailed(Event, frozen=True, kw_only=True):
    """The bank refused a payout; the money is back."""

    payout_id: int
    account_code: str
    shop_id: int | None
    requested_by: int
    amount_minor: int
    currency: str
    at: datetime
