"""What happened to somebody's money."""

from miaohui.kit.outbox import Event
from miaohui.money.payments.states import Purpose


class PaymentSucceeded(Event, frozen=True, kw_only=True):
    """What a person owed for one thing is paid, once. subject_id: the trade, deposit or top-up."""

    payment_id: int
    purpose: Purpose
    subject_id: int
    payer_id: int
    amount_minor: int
    currency: str


class RefundSucceeded(Event, frozen=True, kw_only=True):
    """Money is back with the payer. ref: the reason under which it was asked for."""

    refund_id: int
    payment_id: int
    ref: str
    amount_minor: int
    currency: str


class RefundStuck(Event, frozen=True, kw_only=True):
    """A refund cannot go on without a person, such as when the payer's account is closed."""

    refund_id: int
    ref: str
