"""Refunds that no provider carries out by itself, and what operators do about them."""

from datetime import datetime

import msgspec

from miaohui.commerce.merchants.access import access_operator
from miaohui.kit.db import Tx
from miaohui.kit.errors import NotFound
from miaohui.kit.ids import Id, format_id
from miaohui.money.payments.actions.record_refund import retry_refund
from miaohui.money.payments.actions.settle_refund import Way, settle_refund
from miaohui.money.payments.queries import payment_by_id, refund_by_id, stuck_refunds


class StuckRefund(msgspec.Struct, frozen=True, kw_only=True):
    """A refund that waits for a person. ref: what it is for, such as `aftersale:88`."""

    id: Id
    provider: str
    ref: str
    amount_minor: int
    currency: str
    attempts: int
    failure: str | None
    created_at: datetime


class StuckRefunds(msgspec.Struct, frozen=True, kw_only=True):
    """Oldest first."""

    items: list[StuckRefund]


def read_stuck_refunds(tx: Tx, *, by_id: int) -> StuckRefunds:
    """Return the refunds that wait for a person to an operator. Raises Forbidden."""
    access_operator(tx, by_id)
    items = []
    for one in stuck_refunds(tx):
        paid = payment_by_id(tx, one.payment_id)
        same = {name: getattr(one, name) for name in ("ref", "amount_minor", "currency", "attempts", "failure")}
        items.append(
            StuckRefund(id=format_id(one.id), provider=paid.provider if paid else "", created_at=one.created_at, **same)
        )
    return StuckRefunds(items=items)


def ask_provider_again(tx: Tx, *, refund_id: int, by_id: int) -> None:
    """Send a stuck refund to its provider once more. Raises Forbidden, NotFound, RefundNotStuck."""
    _access(tx, refund_id=refund_id, by_id=by_id)
    retry_refund(tx, refund_id=refund_id, by_id=by_id)


def pay_another_way(tx: Tx, *, refund_id: int, by_id: int, way: Way, note: str) -> None:
    """End a stuck refund by the payer's wallet or a transfer. Raises Forbidden, NotFound, RefundNotStuck."""
    _access(tx, refund_id=refund_id, by_id=by_id)
    settle_refund(tx, refund_id=refund_id, by_id=by_id, way=way, note=note)


def _access(tx: Tx, *, refund_id: int, by_id: int) -> None:
    access_operator(tx, by_id)
    if refund_by_id(tx, refund_id) is None:
        raise NotFound
