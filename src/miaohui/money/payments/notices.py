"""What people are told of money on its way back to them."""

from miaohui.kit.db import Tx
from miaohui.money.payments.events import RefundSucceeded
from miaohui.money.payments.queries import payment_by_id
from miaohui.talk.notifications.actions.notify import notify
from miaohui.talk.notifications.kinds import notice_kind

REFUNDED = notice_kind(
    name="payments.refunded",
    group="money",
    label="Money is back with me",
    title="%(amount)s is back with you",
    body="%(what)s",
    discreet="Money is back with you",
)


def tell_of_refund(tx: Tx, event: RefundSucceeded) -> None:
    """Tell who had paid that money is back."""
    payment = payment_by_id(tx, event.payment_id)
    if payment is not None:
        notify(
            tx,
            to_id=payment.payer_id,
            kind=REFUNDED.name,
            link="/orders" if payment.purpose == "trade" else "/wallet",
            subject=f"refund {event.refund_id}",
            data={
                "amount_minor": event.amount_minor,
                "currency": event.currency,
                "what": payment.description,
            },
        )
