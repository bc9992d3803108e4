"""Act on what a provider has told us."""

import logging
from typing import Literal

import msgspec

from miaohui.kit.db import Tx, insert_if_absent
from miaohui.kit.ids import new_id
from miaohui.money.payments.actions.close_payment import close_payment
from miaohui.money.payments.actions.record_handover import record_failure
from miaohui.money.payments.actions.record_refund import record_refund_stuck, record_refund_success
from miaohui.money.payments.actions.record_success import AmountDiffers, record_success
from miaohui.money.payments.providers.contract import Notice, PaymentStatus, RefundStatus
from miaohui.money.payments.queries import (
    Payment,
    Refund,
    payment_by_id,
    payment_by_out_trade_no,
    refund_by_id,
    refund_by_out_no,
)
from miaohui.money.payments.tables import provider_notice

log = logging.getLogger(__name__)

_LONGEST_BODY = 20_000

Heard = Literal["applied", "repeated", "unknown", "ignored", "wrong_amount"]


def hear_notice(tx: Tx, *, provider: str, notice: Notice, body: str) -> Heard:
    """Keep a notice and act on it, in one transaction: either both are there, or it is sent again.

    repeated: its id has been heard. unknown: no payment or refund of ours. wrong_amount: kept, and nothing
    is delivered for it; the bill of the day shows it to a person.
    """
    row = {
        "id": new_id(),
        "provider": provider,
        "notice_key": notice.key[:120],
        "kind": notice.kind[:40],
        "out_no": notice.out_no[:32] if notice.out_no else None,
        "body": body[:_LONGEST_BODY],
        "received_at": tx.now,
    }
    outcome = _apply(tx, provider=provider, notice=notice)
    if not insert_if_absent(tx, provider_notice, row | {"outcome": outcome}):
        return "repeated"
    return outcome


def apply_status(tx: Tx, *, payment: Payment, status: PaymentStatus, source: str) -> Heard:
    """Let our books follow what a provider knows of a payment; the same again changes nothing."""
    match status.state:
        case "paid" if status.currency != payment.currency:
            return _differs(payment, status)
        case "paid":
            try:
                record_success(
                    tx,
                    payment_id=payment.id,
                    provider_txn_no=status.provider_txn_no or payment.out_trade_no,
                    amount_minor=status.amount_minor,
                    at=status.paid_at or tx.now,
                    source=source,
                )
            except AmountDiffers:
                return _differs(payment, status)
        case "failed":
            record_failure(tx, payment_id=payment.id, reason="the provider says that it failed")
        case "closed":
            close_payment(tx, payment_id=payment.id, reason="closed at provider")
        case "open" | "unknown":
            return "ignored"
    return "applied"


def apply_refund_status(tx: Tx, *, refund_id: int, status: RefundStatus, source: str) -> Heard:
    """Let our books follow what a provider knows of a refund; the same again changes nothing."""
    ours = refund_by_id(tx, refund_id)
    if ours is not None and _is_other_amount(ours, status):
        log.error("a provider names another refund than ours", extra={"refund_id": refund_id, "source": source})
        return "wrong_amount"
    match status.state:
        case "succeeded":
            record_refund_success(tx, refund_id=refund_id, provider_refund_no=status.provider_refund_no, source=source)
        case "stuck":
            record_refund_stuck(tx, refund_id=refund_id, failure=status.reason or "the provider cannot")
        case "processing" | "unknown":
            return "ignored"
    return "applied"


def _apply(tx: Tx, *, provider: str, notice: Notice) -> Heard:
    if notice.out_no is None:
        return "ignored"
    if notice.payment is not None:
        paid = payment_by_out_trade_no(tx, notice.out_no)
        if paid is None or paid.provider != provider:
            return "unknown"
        return apply_status(tx, payment=paid, status=notice.payment, source="notice")
    if notice.refund is not None:
        returned = refund_by_out_no(tx, notice.out_no)
        of = None if returned is None else payment_by_id(tx, returned.payment_id)
        # The numbers are known to all providers with which a payer has tried; each speaks for its own.
        if returned is None or of is None or of.provider != provider:
            return "unknown"
        return apply_refund_status(tx, refund_id=returned.id, status=notice.refund, source="notice")
    return "ignored"


def _is_other_amount(ours: Refund, status: RefundStatus) -> bool:
    if status.amount_minor is not None and status.amount_minor != ours.amount_minor:
        return True
    return bool(status.currency) and status.currency != ours.currency


def _differs(payment: Payment, status: PaymentStatus) -> Heard:
    log.error(
        "a provider names another amount than ours",
        extra={"payment_id": payment.id, "provider": payment.provider, "theirs": msgspec.to_builtins(status)},
    )
    return "wrong_amount"
