"""Note that the buyer has the money."""

import sqlalchemy as sa

from miaohui.care.compensation.tables import advance
from miaohui.kit.db import Tx


def mark_advance_paid(tx: Tx, *, ref: str) -> bool:
    """Date the payment of an advance, whether or not the shop has begun to pay it back; return if that is news."""
    unpaid = sa.and_(advance.c.ref == ref, advance.c.paid_at.is_(None))
    state = sa.case((advance.c.state == "approved", "paid"), else_=advance.c.state)
    return tx.changed(sa.update(advance).where(unpaid).values(paid_at=tx.now, state=state)) == 1
