"""What payments lock, and in which order.

1. all payments of one subject (a trade, a deposit, a top-up), by id
2. one refund
3. the balances of the ledger, in the order of their codes (money.ledger)

Who is to become the one success of a subject holds its payments first, so that of two that arrive at once
the second sees the first.
"""

import sqlalchemy as sa

from miaohui.kit.db import Prepared, Tx
from miaohui.money.payments.states import Purpose
from miaohui.money.payments.tables import payment


def lock_subject(tx: Tx, *, purpose: Purpose, subject_id: int) -> None:
    """Hold all attempts to pay for one thing; on SQLite there is one writer, and nothing to hold."""
    if tx.dialect == "postgresql":
        tx.rows(_HOLD, purpose=purpose, subject_id=subject_id)


_HOLD = Prepared(
    sa.select(payment.c.id)
    .where(payment.c.subject_id == sa.bindparam("subject_id"), payment.c.purpose == sa.bindparam("purpose"))
    .order_by(payment.c.id)
    .with_for_update()
)
