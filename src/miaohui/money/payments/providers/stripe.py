"""Stripe, by its official SDK: one Checkout Session for each payment, and its webhooks as notices.

The payer goes on at Stripe's own page. Our number is the session's `client_reference_id`, and stands in the
metadata of the payment intent, from which Stripe copies it to the charge, where the bill finds it.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import stripe

from miaohui.money.payments.providers.contract import (
    Answer,
    BillLine,
    Handover,
    Notice,
    NoticeRefused,
    PaymentStatus,
    Provider,
    ProviderFault,
    RefundStatus,
    Visit,
)
from miaohui.money.payments.queries import Payment, Refund

_TIMEOUT_S = 15
_SHORTEST = timedelta(minutes=31)
"""A session lives for half an hour at least; we expire it ourselves when the payment is closed earlier."""
_TOLERANCE_S = 300
"""How old the signature of a notice may be."""
_HELPS_TO_RETRY = (stripe.APIConnectionError, stripe.RateLimitError)


class StripeProvider(Provider):
    """See the module."""

    name = "stripe"

    def __init__(self, *, secret_key: str, webhook_secret: str, base_url: str, address: str = "") -> None:
        self._webhook_secret = webhook_secret
        self._base_url = base_url
        client = stripe.RequestsClient(timeout=_TIMEOUT_S)
        addresses: Any = {"api": address} if address else None
        self._api = stripe.StripeClient(
            secret_key, base_addresses=addresses, http_client=client, max_network_retries=1
        ).v1

    def begin(self, payment: Payment, visit: Visit) -> Handover:
        expires_at = max(payment.closes_at, payment.created_at + _SHORTEST)
        metadata = {"out_trade_no": payment.out_trade_no}
        params: Any = {
            "mode": "payment",
            "client_reference_id": payment.out_trade_no,
            "line_items": [
                {
                    "quantity": 1,
                    "price_data": {
                        "currency": payment.currency.lower(),
                        "unit_amount": payment.amount_minor,
                        "product_data": {"name": payment.description},
                    },
                }
            ],
            "metadata": metadata,
            "payment_intent_data": {"metadata": metadata},
            "expires_at": int(expires_at.timestamp()),
            "success_url": f"{self._base_url}/pay/return/{payment.id}",
            "cancel_url": f"{self._base_url}/pay/return/{payment.id}",
        }
        with _faults():
            # The same key again gets the same session, also if the first answer never reached us.
            session = self._api.checkout.sessions.create(params, {"idempotency_key": payment.out_trade_no})
        return Handover(kind="redirect", value=session.url or "", ref=session.id)

    def query(self, payment: Payment) -> PaymentStatus:
        session_id = _session_of(payment)
        if session_id is None:
            return PaymentStatus(state="unknown")
        with _faults():
            return _payment_status(self._api.checkout.sessions.retrieve(session_id))

    def close(self, payment: Payment) -> PaymentStatus:
        session_id = _session_of(payment)
        if session_id is None:
            return PaymentStatus(state="unknown")
        try:
            with _faults():
                return _payment_status(self._api.checkout.sessions.expire(session_id))
        except ProviderFault as fault:
            if not fault.permanent:
                raise
            # Only an open session can be expired: it is paid, or over already.
            return self.query(payment)

    def refund(self, payment: Payment, refund: Refund) -> RefundStatus:
        params: Any = {
            "payment_intent": payment.provider_txn_no,
            "amount": refund.amount_minor,
            "metadata": {"out_refund_no": refund.out_refund_no},
        }
        with _faults():
            return _refund_status(self._api.refunds.create(params, {"idempotency_key": refund.out_refund_no}))

    def query_refund(self, payment: Payment, refund: Refund) -> RefundStatus:
        with _faults():
            listed = self._api.refunds.list({"payment_intent": payment.provider_txn_no or "", "limit": 100})
            for one in listed.auto_paging_iter():
                if _metadata(one, "out_refund_no") == refund.out_refund_no:
                    return _refund_status(one)
        return RefundStatus(state="unknown")

    def parse_notice(self, headers: Mapping[str, str], body: bytes) -> Notice:
        signature = headers.get("stripe-signature", "")
        try:
            event = stripe.Webhook.construct_event(body, signature, self._webhook_secret, _TOLERANCE_S)
            return _notice(event)
        except (stripe.SignatureVerificationError, ValueError, TypeError, KeyError, AttributeError) as fault:
            raise NoticeRefused(f"no webhook of Stripe's: {type(fault).__name__}") from fault

    def answer(self, *, heard: bool, reason: str = "", status: int = 400) -> Answer:
        return Answer(status=200 if heard else status, body="" if heard else reason, media_type="text/plain")

    def bill(self, day: date) -> Sequence[BillLine]:
        start = datetime.combine(day, time(), UTC)
        created = {"gte": int(start.timestamp()), "lt": int((start + timedelta(days=1)).timestamp())}
        params: Any = {"created": created, "limit": 100, "expand": ["data.source"]}
        with _faults():
            booked = self._api.balance_transactions.list(params)
            return [line for one in booked.auto_paging_iter() if (line := _bill_line(one)) is not None]


def _session_of(payment: Payment) -> str | None:
    return None if payment.handover is None else payment.handover.get("ref")


def _payment_status(session: Any) -> PaymentStatus:
    if session.payment_status == "paid":
        return PaymentStatus(
            state="paid",
            provider_txn_no=_id(session.payment_intent),
            amount_minor=session.amount_total,
            currency=session.currency.upper(),
        )
    return PaymentStatus(state="closed" if session.status == "expired" else "open")


def _refund_status(refund: Any) -> RefundStatus:
    match refund.status:
        case "succeeded":
            minor, currency = getattr(refund, "amount", None), (getattr(refund, "currency", None) or "").upper()
            return RefundStatus(state="succeeded", provider_refund_no=refund.id, amount_minor=minor, currency=currency)
        case "failed" | "canceled":
            reason = getattr(refund, "failure_reason", None) or refund.status
            return RefundStatus(state="stuck", provider_refund_no=refund.id, reason=reason)
        case _:
            return RefundStatus(state="processing", provider_refund_no=refund.id)


def _notice(event: Any) -> Notice:
    about = event.data.object
    if event.type.startswith("checkout.session."):
        number = getattr(about, "client_reference_id", None)
        return Notice(key=event.id, kind=event.type, out_no=number, payment=_payment_status(about))
    if event.type in {"refund.created", "refund.updated", "refund.failed", "charge.refund.updated"}:
        number = _metadata(about, "out_refund_no")
        return Notice(key=event.id, kind=event.type, out_no=number, refund=_refund_status(about))
    return Notice(key=event.id, kind=event.type)


def _bill_line(booked: Any) -> BillLine | None:
    source = booked.source
    if booked.type in {"charge", "payment"} and (number := _metadata(source, "out_trade_no")):
        txn_no = _id(source.payment_intent) or source.id
        return BillLine(
            kind="payment",
            out_no=number,
            provider_no=txn_no,
            amount_minor=source.amount,
            fee_minor=booked.fee,
            currency=(getattr(source, "currency", None) or "").upper(),
        )
    if booked.type in {"refund", "payment_refund"} and (number := _metadata(source, "out_refund_no")):
        return BillLine(
            kind="refund",
            out_no=number,
            provider_no=source.id,
            amount_minor=source.amount,
            fee_minor=booked.fee,
            currency=(getattr(source, "currency", None) or "").upper(),
        )
    # Payouts, disputes and what others do with the same account are not of the shop's payments.
    return None


def _id(reference: Any) -> str | None:
    """Return the id of an object of Stripe's, expanded or not."""
    if reference is None or isinstance(reference, str):
        return reference
    return str(reference.id)


def _metadata(about: Any, name: str) -> str | None:
    metadata = getattr(about, "metadata", None)
    return None if metadata is None else metadata.to_dict().get(name)


@contextmanager
def _faults() -> Iterator[None]:
    try:
        yield
    except stripe.StripeError as fault:
        busy = isinstance(fault, _HELPS_TO_RETRY) or (fault.http_status or 0) >= 500
        raise ProviderFault(
            f"{type(fault).__name__}: {fault.user_message or fault.code}", permanent=not busy
        ) from fault
