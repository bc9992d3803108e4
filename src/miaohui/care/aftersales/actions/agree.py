"""Agree to what the buyer asks."""

from miaohui.care.aftersales.access import access_case_as_shop
from miaohui.care.aftersales.moves import move_case, require_state
from miaohui.care.aftersales.queries import Case
from miaohui.care.aftersales.refunds import most_refundable, pay_back
from miaohui.care.aftersales.rules import after_agreement
from miaohui.care.aftersales.states import Side
from miaohui.commerce.inventory.actions.commit_stock import commit_stock
from miaohui.commerce.inventory.actions.hold_stock import OutOfStock, Want, hold_stock
from miaohui.kit.db import Tx


def agree(tx: Tx, *, aftersale_id: int, by_id: int, words: str = "") -> Case:
    """Agree on the shop's behalf: the money goes back, or the goods may come back first.

    What an exchange needs is kept back at once. Raises NotFound, Forbidden, CaseMoved, OutOfStock.
    """
    found = access_case_as_shop(tx, aftersale_id=aftersale_id, account_id=by_id)
    require_state(found, {"applied"})
    return agree_to_asked(tx, found, by_side="shop", by_id=by_id, words=words)


def agree_to_asked(tx: Tx, found: Case, *, by_side: Side, by_id: int | None, words: str) -> Case:
    """Let a case go on as its buyer asked, whoever decided so. Raises OutOfStock for an exchange."""
    if after_agreement(found.kind) == "refunding":
        return pay_back(
            tx,
            found,
            by_side=by_side,
            by_id=by_id,
            words=words,
            advance_reason="seller_overdue" if by_side == "clock" else "shop_short",
            changes={"agreed_minor": found.asked_minor},
        )
    if found.kind == "exchange":
        _keep_back(tx, found)
    agreed = {"agreed_minor": found.asked_minor}
    return move_case(tx, found, "wait_return", by_side=by_side, by_id=by_id, words=words, changes=agreed)


def agree_by_silence(tx: Tx, found: Case) -> Case:
    """Let a case go on because the shop has not answered; what can no longer be exchanged is refunded instead."""
    try:
        with tx.connection.begin_nested():
            return agree_to_asked(tx, found, by_side="clock", by_id=None, words="")
    except OutOfStock:
        amount = most_refundable(tx, order_line_id=found.order_line_id, quantity=found.quantity)
        instead = {"kind": "return_refund", "asked_minor": amount, "agreed_minor": amount}
        return move_case(tx, found, "wait_return", by_side="clock", by_id=None, changes=instead)


def _keep_back(tx: Tx, found: Case) -> None:
    if found.wanted_variant_id is None:
        raise ValueError(f"the exchange {found.id} does not say for what")
    # The case stands for the order line that an exchange never gets.
    hold_stock(tx, wants=[Want(order_line_id=found.id, variant_id=found.wanted_variant_id, quantity=found.quantity)])
    commit_stock(tx, order_line_ids=[found.id])
