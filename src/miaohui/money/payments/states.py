"""What becomes of a payment and of a refund."""

from typing import Literal

PaymentState = Literal["created", "pending", "succeeded", "failed", "closed", "late", "duplicate"]
RefundState = Literal["created", "processing", "succeeded", "failed", "abnormal"]
Purpose = Literal["trade", "deposit", "topup"]

PAYMENT_MOVES: dict[PaymentState, frozenset[PaymentState]] = {
    "created": frozenset({"pending", "succeeded", "failed", "closed", "duplicate"}),
    "pending": frozenset({"succeeded", "failed", "closed", "duplicate"}),
    "failed": frozenset({"late", "duplicate"}),
    "closed": frozenset({"late", "duplicate"}),
    "succeeded": frozenset(),
    "late": frozenset(),
    "duplicate": frozenset(),
}
"""created: the provider has not heard of it yet. pending: the payer is to act.

late: the money came after we had given the payment up. duplicate: it came for what had been paid already.
Both are refunded by themselves.
"""

OPEN: tuple[PaymentState, ...] = ("created", "pending")
CAPTURED: tuple[PaymentState, ...] = ("succeeded", "late", "duplicate")
"""The money is with the provider, and can be refunded."""

REFUND_MOVES: dict[RefundState, frozenset[RefundState]] = {
    "created": frozenset({"processing", "succeeded"}),
    "processing": frozenset({"succeeded", "failed", "abnormal"}),
    # The same number is asked for again.
    "failed": frozenset({"processing", "succeeded", "abnormal"}),
    # A person has looked at it, or the provider has thought better of it.
    "abnormal": frozenset({"processing", "succeeded"}),
    "succeeded": frozenset(),
}


def sources_of_payment(to: PaymentState) -> tuple[PaymentState, ...]:
    """Return the states from which a payment may come to `to`."""
    return tuple(state for state, reachable in PAYMENT_MOVES.items() if to in reachable)


def sources_of_refund(to: RefundState) -> tuple[RefundState, ...]:
    """Return the states from which a refund may come to `to`."""
    return tuple(state for state, reachable in REFUND_MOVES.items() if to in reachable)
