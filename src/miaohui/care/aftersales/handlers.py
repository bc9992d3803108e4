"""What after-sales does about others' events."""

from miaohui.care.aftersales.actions.erase_own import erase_evidence_of
from miaohui.care.aftersales.actions.finish_refund import finish_refund, note_stuck_refund
from miaohui.care.aftersales.actions.note_signed_return import note_signed_exchange, note_signed_return
from miaohui.commerce.fulfilment.events import ParcelSigned
from miaohui.kit.db import Tx
from miaohui.money.payments.events import RefundStuck, RefundSucceeded
from miaohui.people.accounts.events import AccountDeleted

_OURS = "aftersale:"


def erase_own(tx: Tx, event: AccountDeleted) -> None:
    """Take a deleted person's words and pictures out of their cases."""
    erase_evidence_of(tx, account_id=event.account_id)


def end_refunded_case(tx: Tx, event: RefundSucceeded) -> None:
    """End the case whose money has arrived."""
    if event.ref.startswith(_OURS):
        finish_refund(tx, aftersale_id=int(event.ref.removeprefix(_OURS)))


def mark_stuck_case(tx: Tx, event: RefundStuck) -> None:
    """Mark the case whose money cannot arrive by itself."""
    if event.ref.startswith(_OURS):
        note_stuck_refund(tx, aftersale_id=int(event.ref.removeprefix(_OURS)))


def let_receiver_check(tx: Tx, event: ParcelSigned) -> None:
    """Begin the time of whoever got a case's parcel to look at what is in it."""
    if event.case_id is None:
        return
    if event.direction == "back":
        note_signed_return(tx, aftersale_id=event.case_id, at=event.at)
    else:
        note_signed_exchange(tx, aftersale_id=event.case_id)
