"""What happened to freight insurance."""

from miaohui.kit.outbox import Event


class CoverIssued(Event, frozen=True, kw_only=True):
    """The way back of an order is insured from now on."""

    policy_id: int
    order_id: int
    shop_id: int
    buyer_id: int


class ClaimApproved(Event, frozen=True, kw_only=True):
    """The buyer gets the freight of a return back; the money is on its way."""

    claim_id: int
    policy_id: int
    order_id: int
    buyer_id: int
    amount_minor: int
    currency: str


class ClaimPaid(Event, frozen=True, kw_only=True):
    """The freight of a return is in the buyer's wallet."""

    claim_id: int
    policy_id: int
    order_id: int
    buyer_id: int
    amount_minor: int
    currency: str


class ClaimDenied(Event, frozen=True, kw_only=True):
    """A claim was looked at and is not paid. reason: see claims.py."""

    claim_id: int
    policy_id: int
    order_id: int
    buyer_id: int
    reason: str
