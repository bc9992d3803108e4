"""What happened in after-sales cases and disputes."""

from datetime import datetime

from miaohui.kit.outbox import Event


class AftersaleOpened(Event, frozen=True, kw_only=True):
    """A buyer has asked for money back, a return or an exchange."""

    aftersale_id: int
    order_id: int
    order_line_id: int
    shop_id: int
    buyer_id: int
    kind: str
    at: datetime


class AftersaleMoved(Event, frozen=True, kw_only=True):
    """A case went from one state to another. by_side: buyer, shop, platform, clock, carrier or provider."""

    aftersale_id: int
    order_id: int
    order_line_id: int
    shop_id: int
    buyer_id: int
    kind: str
    from_state: str
    to_state: str
    by_side: str
    at: datetime


class EvidenceSubmitted(Event, frozen=True, kw_only=True):
    """One of the two sides has shown something."""

    aftersale_id: int
    evidence_id: int
    by_side: str
    at: datetime


class DisputeMoved(Event, frozen=True, kw_only=True):
    """A dispute was opened (from_state is empty) or went on."""

    dispute_id: int
    aftersale_id: int
    shop_id: int
    buyer_id: int
    from_state: str | None
    to_state: str
    by_side: str
    at: datetime
