"""What people are told of payouts that they asked for."""

from miaohui.kit.db import Tx
from miaohui.money.settlement.events import PayoutFailed, PayoutPaid
from miaohui.talk.notifications.actions.notify import notify
from miaohui.talk.notifications.kinds import NoticeKind, notice_kind

ARRIVED = notice_kind(
    name="settlement.paid_out",
    group="money",
    label="A payout has arrived",
    title="%(amount)s has arrived at your bank",
    discreet="A payout has arrived at your bank",
)
RETURNED = notice_kind(
    name="settlement.payout_failed",
    group="money",
    label="A payout came back",
    title="Your bank did not take %(amount)s. It is back in your account",
    discreet="A payout came back",
)


def tell_of_payout(tx: Tx, event: PayoutPaid) -> None:
    """Tell who asked for a payout that it has arrived."""
    _tell(tx, event, ARRIVED)


def tell_of_failed_payout(tx: Tx, event: PayoutFailed) -> None:
    """Tell who asked for a payout that the bank did not take it."""
    _tell(tx, event, RETURNED)


def _tell(tx: Tx, event: PayoutPaid | PayoutFailed, kind: NoticeKind) -> None:
    notify(
        tx,
        to_id=event.requested_by,
        kind=kind.name,
        link="/wallet" if event.shop_id is None else f"/shop/{event.shop_id}/money",
        subject=f"payout {event.payout_id}",
        data={"amount_minor": event.amount_minor, "currency": event.currency},
    )
