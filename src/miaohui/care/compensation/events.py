"""What happened to money that the platform has paid first."""

from datetime import datetime

from miaohui.kit.outbox import Event


class AdvanceOpened(Event, frozen=True, kw_only=True):
    """The platform has paid a buyer for a shop that could not."""

    advance_id: int
    aftersale_id: int
    shop_id: int
    buyer_id: int
    amount_minor: int
    currency: str
    reason: str
    at: datetime


class AdvanceRecovered(Event, frozen=True, kw_only=True):
    """Some of an advance is back. source: unsettled, available or deposit. left_minor: what is still owed."""

    advance_id: int
    shop_id: int
    source: str
    amount_minor: int
    left_minor: int
    currency: str
    at: datetime


class AdvanceWrittenOff(Event, frozen=True, kw_only=True):
    """An operator has given up the rest of an advance."""

    advance_id: int
    shop_id: int
    amount_minor: int
    currency: str
    by_id: int
    at: datetime


class LateCompensated(Event, frozen=True, kw_only=True):
    """A shop has paid its buyer for an order that was not sent in time."""

    order_id: int
    shop_id: int
    buyer_id: int
    amount_minor: int
    currency: str
