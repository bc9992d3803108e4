"""What after-sales locks, and in which order.

1. the case
2. its dispute
3. the order, when a case is opened or paid out: applications and refunds of one order come one after the other
4. what lies below: stock, settlement, payment, ledger, each in its own order

A case's state decides, by the condition of its UPDATE; holding the row first keeps this order in all verbs.
"""

import sqlalchemy as sa

from miaohui.care.aftersales.queries import Case, Dispute, case_columns, dispute_columns
from miaohui.care.aftersales.tables import aftersale, dispute
from miaohui.kit.db import Tx


def lock_case(tx: Tx, aftersale_id: int) -> Case | None:
    """Hold a case and return it as it stands."""
    return tx.one(sa.select(*case_columns()).where(aftersale.c.id == aftersale_id).with_for_update(), Case)


def lock_dispute(tx: Tx, dispute_id: int) -> Dispute | None:
    """Hold a dispute, and its case before it, and return it as it stands."""
    aftersale_id = tx.scalar(sa.select(dispute.c.aftersale_id).where(dispute.c.id == dispute_id))
    if aftersale_id is None or lock_case(tx, aftersale_id) is None:
        return None
    return tx.one(sa.select(*dispute_columns()).where(dispute.c.id == dispute_id).with_for_update(), Dispute)
