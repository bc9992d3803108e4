"""One state to the next: a condition in the UPDATE decides, and an event row remembers."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import sqlalchemy as sa

from miaohui.kit.db import Prepared, Tx
from miaohui.kit.ids import new_id
from miaohui.money.payments.states import PaymentState, RefundState, sources_of_payment, sources_of_refund
from miaohui.money.payments.tables import payment, payment_event, refund, refund_event


def note_payment_opened(tx: Tx, *, payment_id: int, state: PaymentState, reason: str) -> None:
    """Write the first event row of a new payment."""
    _note(tx, payment_event, {"payment_id": payment_id}, (None, state), reason)


def note_refund_opened(tx: Tx, *, refund_id: int, reason: str) -> None:
    """Write the first event row of a new refund."""
    _note(tx, refund_event, {"refund_id": refund_id}, (None, "created"), reason)


def move_payment(tx: Tx, *, payment_id: int, to: PaymentState, reason: str, **values: Any) -> bool:
    """Move a payment to `to` from whichever state may lead there; return whether it moved."""
    before = tx.scalar(_held(payment), its_id=payment_id)
    if before not in sources_of_payment(to):
        return False
    if not tx.changed(_move(payment, *values), its_id=payment_id, before=before, to=to, **values):
        return False
    _note(tx, payment_event, {"payment_id": payment_id}, (before, to), reason)
    return True


def move_refund(tx: Tx, *, refund_id: int, to: RefundState, reason: str, **values: Any) -> bool:
    """Move a refund to `to` from whichever state may lead there; return whether it moved."""
    before = tx.scalar(_held(refund), its_id=refund_id)
    if before not in sources_of_refund(to):
        return False
    if not tx.changed(_move(refund, *values), its_id=refund_id, before=before, to=to, **values):
        return False
    _note(tx, refund_event, {"refund_id": refund_id}, (before, to), reason)
    return True


def _note(tx: Tx, table: sa.Table, whose: Mapping[str, int], states: tuple[str | None, str], reason: str) -> None:
    before, after = states
    row = {"id": new_id(), **whose, "from_state": before, "to_state": after, "reason": reason[:80], "at": tx.now}
    tx.insert(table, row)


@cache
def _held(table: sa.Table) -> Prepared:
    return Prepared(sa.select(table.c.state).where(table.c.id == sa.bindparam("its_id")).with_for_update())


@cache
def _move(table: sa.Table, *names: str) -> Prepared:
    return Prepared(
        sa.update(table)
        .where(table.c.id == sa.bindparam("its_id"), table.c.state == sa.bindparam("before"))
        .values(state=sa.bindparam("to"), **{name: sa.bindparam(name) for name in names})
    )
