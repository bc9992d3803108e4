"""Take premiums that shops still owe."""

import sqlalchemy as sa

from miaohui.care.insurance.accounts import premium_owed
from miaohui.care.insurance.queries import policy_by_id
from miaohui.care.insurance.tables import freight_policy
from miaohui.kit.db import Tx
from miaohui.money.ledger.accounts import shop_available
from miaohui.money.ledger.actions.post_entry import Leg, post_entry
from miaohui.money.ledger.queries import balance_of


def owing_policies(tx: Tx, *, shop_id: int | None = None, limit: int = 500) -> list[int]:
    """Return the covers whose premium is owed, oldest first."""
    owing = freight_policy.c.premium_due_minor > 0
    if shop_id is not None:
        owing = sa.and_(owing, freight_policy.c.shop_id == shop_id)
    return tx.scalars(sa.select(freight_policy.c.id).where(owing).order_by(freight_policy.c.id).limit(limit))


def collect_premium(tx: Tx, *, policy_id: int) -> bool:
    """Take what is owed for a cover out of what the shop may withdraw; return whether nothing is owed any more.

    All of it or nothing, so that each cover has one such entry at most.
    """
    found = policy_by_id(tx, policy_id)
    if found is None or found.premium_due_minor == 0:
        return True
    due = found.premium_due_minor
    if balance_of(tx, code=shop_available(found.shop_id), currency=found.currency) < due:
        return False
    same = sa.and_(freight_policy.c.id == policy_id, freight_policy.c.premium_due_minor == due)
    if not tx.changed(sa.update(freight_policy).where(same).values(premium_due_minor=0)):
        return True
    legs = [Leg(shop_available(found.shop_id), premium_owed(found.shop_id), due)]
    post_entry(tx, kind="insurance.premium_late", ref=f"policy:{policy_id}", currency=found.currency, legs=legs)
    return True
