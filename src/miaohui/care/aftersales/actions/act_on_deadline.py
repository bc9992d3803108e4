"""Do what a deadline asks for that everybody has let pass."""

from miaohui.care.aftersales.actions.accept_return import go_on_with_return
from miaohui.care.aftersales.actions.agree import agree_by_silence
from miaohui.care.aftersales.locks import lock_case
from miaohui.care.aftersales.moves import move_case
from miaohui.care.aftersales.queries import Case, bought_line
from miaohui.care.aftersales.refunds import most_refundable, pay_back
from miaohui.care.aftersales.states import CaseState
from miaohui.commerce.fulfilment.queries import parcels_of_order
from miaohui.kit.clock import to_ms
from miaohui.kit.db import Tx


def act_on_deadline(tx: Tx, *, aftersale_id: int, state: CaseState, deadline_ms: int) -> bool:
    """Move a case on that still stands where it stood when its timer was set; return whether it did.

    A timer that goes off in another state, or before a deadline that was moved, does nothing.
    """
    found = lock_case(tx, aftersale_id)
    if found is None or found.state != state or found.deadline_at is None or to_ms(found.deadline_at) != deadline_ms:
        return False
    match found.state:
        case "applied":
            _shop_was_silent(tx, found)
        case "wait_buyer_confirm" | "wait_return" | "rejected":
            move_case(tx, found, "closed", by_side="clock", by_id=None)
        case "return_shipped":
            _nobody_looked(tx, found)
        case "wait_reship":
            _pay_instead(tx, found, "nothing was sent")
        case "reshipped":
            _nobody_confirmed(tx, found)
        case _:
            raise ValueError(f"no deadline ends {found.state}")
    return True


def _shop_was_silent(tx: Tx, found: Case) -> None:
    line = bought_line(tx, found.order_line_id)
    # While the shop was silent it has sent what the buyer wanted no more: money and goods would both be gone.
    if not found.was_shipped and line is not None and min(found.quantity, line.kept) > line.unsent:
        move_case(tx, found, "rejected", by_side="clock", by_id=None, words="the goods are on their way")
        return
    agree_by_silence(tx, found)


def _nobody_looked(tx: Tx, found: Case) -> None:
    if found.return_signed_at is None:
        move_case(tx, found, "rejected", by_side="clock", by_id=None, words="the parcel never came")
        return
    go_on_with_return(tx, found, by_side="clock", by_id=None, resaleable=False, words="")


def _nobody_confirmed(tx: Tx, found: Case) -> None:
    sent = [parcel for parcel in parcels_of_order(tx, found.order_id) if parcel.case_id == found.id]
    if any(parcel.direction == "out" and parcel.signed_at is not None for parcel in sent):
        move_case(tx, found, "done", by_side="clock", by_id=None)
    else:
        _pay_instead(tx, found, "the parcel never came")


def _pay_instead(tx: Tx, found: Case, words: str) -> None:
    """The shop has the goods, and the buyer nothing: the money goes back."""
    amount = most_refundable(tx, order_line_id=found.order_line_id, quantity=found.quantity)
    pay_back(
        tx,
        found,
        by_side="clock",
        by_id=None,
        words=words,
        advance_reason="seller_overdue",
        by_platform=True,
        changes={"agreed_minor": amount},
    )
