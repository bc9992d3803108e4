"""Payments as the API shows them to who pays."""

from datetime import datetime
from decimal import Decimal

import msgspec
from babel import Locale
from babel.numbers import format_currency, get_currency_precision

from miaohui.kit.ids import Id, format_id
from miaohui.money.payments.providers.contract import HandoverKind
from miaohui.money.payments.queries import Payment
from miaohui.money.payments.states import PaymentState, Purpose


class HandoverAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """How the payer goes on. page: a path here. redirect, identify: the provider's address. qr: what a QR code is to say.

    The provider may look at the Referer of the visit to its address. jsapi: a JSON object for
    `WeixinJSBridge.invoke("getBrandWCPayRequest", …)`.
    """

    kind: HandoverKind
    value: str


class PaymentAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """One attempt to pay. Amounts are in minor units of the currency."""

    id: Id
    purpose: Purpose
    subject_id: Id
    provider: str
    state: PaymentState
    description: str
    amount_minor: int
    currency: str
    refunded_minor: int
    handover: HandoverAnswer | None
    """None until the provider has heard of it."""
    created_at: datetime
    closes_at: datetime
    paid_at: datetime | None


class WalletAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What a person keeps here."""

    balance_minor: int
    currency: str


def payment_answer(found: Payment) -> PaymentAnswer:
    """Return a payment in the form of the API."""
    handover = found.handover
    return PaymentAnswer(
        id=format_id(found.id),
        purpose=found.purpose,
        subject_id=format_id(found.subject_id),
        provider=found.provider,
        state=found.state,
        description=found.description,
        amount_minor=found.amount_minor,
        currency=found.currency,
        refunded_minor=found.refunded_minor,
        handover=None if handover is None else HandoverAnswer(kind=handover["kind"], value=handover["value"]),
        created_at=found.created_at,
        closes_at=found.closes_at,
        paid_at=found.paid_at,
    )


def amount_text(amount_minor: int, currency: str, *, locale: str) -> str:
    """Return an amount as people write it."""
    whole = Decimal(amount_minor).scaleb(-get_currency_precision(currency))
    return format_currency(whole, currency, locale=Locale.parse(locale, sep="-"))
