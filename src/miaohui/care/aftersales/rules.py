"""How long everybody has, and what may be asked for: pure decisions, without a database."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import msgspec

from miaohui.care.aftersales.states import CaseState, DisputeState, Kind, Side
from miaohui.kit.errors import Refusal

MOST_CASES_A_LINE = 5
MOST_OFFERS = 3
"""A shop that haggles on and on would never let its deadline run out."""
MOST_PROOF_ROUNDS = 3
MOST_EVIDENCE_A_SIDE = 12

STATE_LASTS: Mapping[CaseState, timedelta] = {
    "applied": timedelta(hours=48),
    "wait_buyer_confirm": timedelta(hours=72),
    "wait_return": timedelta(days=7),
    # A parcel that nobody has signed for by then is lost, or never was.
    "return_shipped": timedelta(days=30),
    "wait_reship": timedelta(days=7),
    "reshipped": timedelta(days=30),
    "rejected": timedelta(days=7),
}
"""How long a state waits for whoever's turn it is, before the clock moves on."""
CHECK_LASTS = timedelta(days=10)
"""How long a shop looks at goods after the carrier has handed them over."""
CONFIRM_LASTS = timedelta(days=7)
"""How long a buyer looks at what has come instead."""
PROOF_LASTS = timedelta(days=3)
APPEAL_LASTS = timedelta(days=3)
AFTER_COMPLETION = timedelta(days=15)
"""Faults show themselves in this time after an order was completed."""

CHANGE_OF_MIND = "changed_mind"
REASONS = frozenset(
    {
        CHANGE_OF_MIND,
        "wrong_size",
        "not_as_described",
        "damaged",
        "faulty",
        "wrong_item",
        "missing_parts",
        "not_received",
        "late",
        "fake",
        "other",
    }
)


class UnfitApplication(Refusal):
    """This cannot be asked for with this line: `why` tells it to programs."""

    code = "unfit_aftersales_application"
    status = 409
    title = "This cannot be asked for here"

    def __init__(self, detail: str, why: str) -> None:
        super().__init__(detail, why=why)


class BoughtLine(msgspec.Struct, frozen=True, kw_only=True):
    """What of an order line decides about a case."""

    order_state: str
    delivered_at: datetime | None
    completed_at: datetime | None
    quantity: int
    shipped: int
    refunded_quantity: int
    returned: int
    """Of the refunded pieces, those that had been sent."""
    return_days: int

    @property
    def kept(self) -> int:
        """Pieces that have not been refunded."""
        return self.quantity - self.refunded_quantity

    @property
    def with_buyer(self) -> int:
        """Pieces that have been sent, and not been refunded."""
        return self.shipped - self.returned

    @property
    def unsent(self) -> int:
        """Pieces that the shop still has to send."""
        return self.kept - self.with_buyer


class Application(msgspec.Struct, frozen=True, kw_only=True):
    """What a buyer asks for. amount_minor: 0 for an exchange."""

    kind: Kind
    reason: str
    quantity: int
    amount_minor: int


def was_shipped(line: BoughtLine, application: Application) -> bool:
    """Return whether the goods of a case have left the shop; what has not been sent is refunded first."""
    if application.kind != "refund_only":
        return True
    return application.quantity > line.unsent or (application.quantity == 0 and line.unsent == 0)


def check_application(application: Application, line: BoughtLine, *, refundable_minor: int, now: datetime) -> None:
    """Refuse what cannot be asked for.

    refundable_minor: what could still be paid back for this quantity. Raises UnfitApplication.
    """
    if line.order_state in {"created", "closed"}:
        raise UnfitApplication("This order is not paid, or it is closed.", "order_state")
    if line.completed_at is not None and now > line.completed_at + AFTER_COMPLETION:
        raise UnfitApplication("The time for this has passed.", "too_late")
    if application.quantity > line.kept or line.kept == 0:
        raise UnfitApplication("So many pieces are not left.", "quantity")
    if application.kind != "exchange":
        _check_refund(application, refundable_minor)
    elif application.amount_minor != 0:
        raise UnfitApplication("An exchange moves no money.", "amount")
    if application.kind != "refund_only":
        _check_goods_back(application, line, now)


def _check_refund(application: Application, refundable_minor: int) -> None:
    if application.amount_minor > refundable_minor:
        raise UnfitApplication("More than was paid cannot be paid back.", "amount")
    if application.amount_minor <= 0 and not (application.quantity > 0 and refundable_minor == 0):
        raise UnfitApplication("There is no amount to pay back.", "amount")


def _check_goods_back(application: Application, line: BoughtLine, now: datetime) -> None:
    if application.quantity == 0:
        raise UnfitApplication("Say how many pieces go back.", "quantity")
    if application.quantity > line.with_buyer:
        raise UnfitApplication("These pieces have not been sent yet.", "not_shipped")
    if application.reason == CHANGE_OF_MIND:
        if line.return_days == 0:
            raise UnfitApplication("This cannot be returned for a change of mind.", "no_returns")
        if line.delivered_at is not None and now > line.delivered_at + timedelta(days=line.return_days):
            raise UnfitApplication("The time for a change of mind has passed.", "too_late")


def after_agreement(kind: Kind) -> CaseState:
    """Return where a case goes once the two sides agree."""
    return "refunding" if kind == "refund_only" else "wait_return"


def after_check(kind: Kind) -> CaseState:
    """Return where a case goes once the shop has accepted what came back."""
    return "wait_reship" if kind == "exchange" else "refunding"


def proof_is_complete(proof_from: str, sides_heard: frozenset[str]) -> bool:
    """Return whether all who were asked have answered."""
    return ({"buyer", "shop"} if proof_from == "both" else {proof_from}) <= sides_heard


_UNTIL_PARCEL_LEAVES = ("withdrawal", "evidence")
ACTS: Mapping[Side, Mapping[CaseState | DisputeState, tuple[str, ...]]] = {
    "buyer": {
        "applied": _UNTIL_PARCEL_LEAVES,
        "wait_buyer_confirm": ("offer/acceptance", "offer/refusal", *_UNTIL_PARCEL_LEAVES),
        "wait_return": ("return-parcel", *_UNTIL_PARCEL_LEAVES),
        "return_shipped": ("evidence",),
        "wait_reship": ("evidence",),
        "reshipped": ("replacement/receipt", "evidence"),
        "rejected": ("dispute", *_UNTIL_PARCEL_LEAVES),
        "open": ("dispute/withdrawal", "evidence"),
        "wait_proof": ("dispute/withdrawal", "evidence"),
        "ready": ("dispute/withdrawal", "evidence"),
        "judged": ("dispute/appeal", "evidence"),
        "appealed": ("evidence",),
    },
    "shop": {
        "applied": ("agreement", "offer", "refusal", "evidence"),
        "wait_buyer_confirm": ("evidence",),
        "wait_return": ("evidence",),
        "return_shipped": ("return-parcel/acceptance", "return-parcel/refusal", "evidence"),
        "wait_reship": ("replacement", "evidence"),
        "reshipped": ("evidence",),
        "rejected": ("evidence",),
        "open": ("evidence",),
        "wait_proof": ("evidence",),
        "ready": ("evidence",),
        "judged": ("dispute/appeal", "evidence"),
        "appealed": ("evidence",),
    },
    "platform": {
        "open": ("proof-request", "judgement"),
        "ready": ("proof-request", "judgement"),
        "appealed": ("judgement",),
    },
}
"""What each side may do next, by the noun under which the API takes it. While a case is disputed, the
dispute's state decides."""


def acts_of(side: Side, state: CaseState, dispute_state: DisputeState | None) -> tuple[str, ...]:
    """Return what a side may do now."""
    decides = dispute_state if state == "disputed" and dispute_state is not None else state
    acts = ACTS.get(side, {}).get(decides, ())
    if dispute_state == "final":
        # What the platform has judged to come back is not refused once more.
        return tuple(act for act in acts if act != "return-parcel/refusal")
    return acts
