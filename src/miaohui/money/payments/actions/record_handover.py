"""Write down what a provider answered when it first heard of a payment."""

from typing import Any

import sqlalchemy as sa

from miaohui.kit.db import Prepared, Tx
from miaohui.money.payments.moves import move_payment
from miaohui.money.payments.queries import Payment, payment_by_id
from miaohui.money.payments.tables import payment


def record_handover(tx: Tx, *, payment_id: int, handover: dict[str, Any]) -> Payment:
    """Let the payer go on: the provider knows the payment now. Whoever comes second changes nothing."""
    move_payment(tx, payment_id=payment_id, to="pending", reason="handed over", handover=handover)
    return _found(tx, payment_id)


def replace_handover(tx: Tx, *, payment_id: int, seen: dict[str, Any] | None, handover: dict[str, Any]) -> Payment:
    """Let the payer go on another way than `seen`, if that is still where they stand; otherwise nothing changes."""
    standing = tx.scalar(_HANDOVER, payment_id=payment_id)
    if standing == seen:
        tx.changed(_REPLACE, payment_id=payment_id, handover=handover)
    return _found(tx, payment_id)


def record_failure(tx: Tx, *, payment_id: int, reason: str) -> Payment:
    """Note that an attempt has come to nothing; the next one is a new payment. An ended one stays as it is."""
    move_payment(tx, payment_id=payment_id, to="failed", reason="failed", failure=reason[:200])
    return _found(tx, payment_id)


def _found(tx: Tx, payment_id: int) -> Payment:
    found = payment_by_id(tx, payment_id)
    if found is None:
        raise LookupError(f"payment {payment_id} is gone")
    return found


_pending = (payment.c.id == sa.bindparam("payment_id"), payment.c.state == "pending")
_HANDOVER = Prepared(sa.select(payment.c.handover).where(*_pending).with_for_update())
_REPLACE = Prepared(sa.update(payment).where(*_pending).values(handover=sa.bindparam("handover")))
