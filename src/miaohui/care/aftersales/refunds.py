"""Pays out what a case has come to, and keeps note of what the platform had to put in."""

from typing import Any

import msgspec

from miaohui.care.aftersales.moves import move_case
from miaohui.care.aftersales.queries import Case, bought_line
from miaohui.care.aftersales.states import CaseState, Side
from miaohui.care.compensation.actions.open_advance import open_advance
from miaohui.care.compensation.states import AdvanceReason
from miaohui.commerce.orders.actions.refund_line import refund_line, refundable
from miaohui.commerce.orders.locks import lock_order
from miaohui.kit.db import Tx


def ref_of(aftersale_id: int) -> str:
    """Return the reason under which a case's money is asked for, everywhere."""
    return f"aftersale:{aftersale_id}"


def most_refundable(tx: Tx, *, order_line_id: int, quantity: int) -> int:
    """Return what the buyer can still get back for so many pieces.

    A refund without goods, for 0 pieces, may reach all that is left of what was paid.
    """
    worth = refundable(tx, order_line_id=order_line_id, quantity=quantity)
    return worth.paid_minor if quantity else worth.most_minor


def pay_back(
    tx: Tx,
    found: Case,
    *,
    by_side: Side,
    by_id: int | None,
    advance_reason: AdvanceReason,
    words: str = "",
    by_platform: bool = False,
    restock: bool = False,
    changes: dict[str, Any] | None = None,
) -> Case:
    """Refund a case's agreed amount and move the case to where it waits for the provider, or ends.

    Never more than is left of the line by now. by_platform: against the will, or the silence, of the shop.
    changes: columns of the case that the decision sets, among them `agreed_minor`. What neither escrow nor
    the shop's funds cover, the platform has paid first: an advance says so.
    """
    case = msgspec.structs.replace(found, **(changes or {}))
    # Held before it is read: a cancellation at this moment leaves less to pay back.
    lock_order(tx, case.order_id)
    line = bought_line(tx, case.order_line_id)
    if line is None:
        raise LookupError(f"order line {case.order_line_id} is gone")
    quantity = min(case.quantity, line.kept)
    worth = most_refundable(tx, order_line_id=case.order_line_id, quantity=quantity)
    amount = min(case.agreed_minor or 0, worth)
    if case.kind == "refund_only" and amount < worth and line.unsent:
        # Part of the money leaves the pieces where they are: nobody gives up what they paid for and never had.
        quantity = 0
    values = {**(changes or {}), "quantity": quantity, "agreed_minor": amount}
    if amount == 0 and quantity == 0:
        return move_case(tx, found, "closed", by_side=by_side, by_id=by_id, words=words, changes=values)
    refund = refund_line(
        tx,
        order_line_id=case.order_line_id,
        quantity=quantity,
        paid_minor=amount,
        ref=ref_of(case.id),
        reason=case.reason,
        restock=restock,
        by_id=by_id,
        # Who asks for money alone may mean pieces that never left: those go first.
        from_shipped=None if case.kind == "refund_only" else True,
    )
    open_advance(
        tx,
        aftersale_id=case.id,
        order_line_id=case.order_line_id,
        shop_id=case.shop_id,
        buyer_id=case.buyer_id,
        currency=case.currency,
        reason=advance_reason,
        ref=ref_of(case.id),
    )
    to_state: CaseState = "refunded" if refund is None else "platform_refunding" if by_platform else "refunding"
    values["refund_id"] = None if refund is None else refund.id
    return move_case(tx, found, to_state, by_side=by_side, by_id=by_id, words=words, changes=values)
