"""What the insurance locks, and in which order.

1. the policy, held or by a conditional update
2. its claim, by insertion (one for each policy, one for each waybill) or a conditional update
3. the ledger's accounts, in the ledger's order

The database decides who was first: only who has moved the policy from issued to claimed files the claim,
and only who has moved a claim from paying to paid credits the wallet.
"""

import sqlalchemy as sa

from miaohui.care.insurance.queries import Policy, policy_of_order
from miaohui.care.insurance.tables import freight_policy
from miaohui.kit.db import Tx


def lock_policy_of_order(tx: Tx, order_id: int) -> Policy | None:
    """Hold the cover of an order, and return it as it stands now: what is owed must not change meanwhile."""
    tx.execute(sa.select(freight_policy.c.id).where(freight_policy.c.order_id == order_id).with_for_update())
    return policy_of_order(tx, order_id)
