"""Use up the coupons of a trade that has been paid."""

from collections import Counter

import sqlalchemy as sa

from miaohui.commerce.promotions.moves import move_coupon
from miaohui.commerce.promotions.queries import coupons_of_trade
from miaohui.commerce.promotions.tables import coupon_template
from miaohui.kit.db import Tx


def use_coupons(tx: Tx, *, trade_id: int) -> int:
    """Mark the coupons that a trade keeps as used, and return how many; again changes nothing.

    One whose time ran out while it was kept is used as well: it was good when the price was agreed.
    """
    locked = [one for one in coupons_of_trade(tx, trade_id) if one.state == "locked"]
    # In the order of locks.py: templates, then coupons.
    count_used(tx, Counter(one.template_id for one in locked))
    for one in locked:
        move_coupon(tx, one.id, old="locked", new="used", reason=f"trade:{trade_id}", used_at=tx.now)
    return len(locked)


def count_used(tx: Tx, changes: Counter[int]) -> None:
    """Change how many of each template are used, by template id."""
    for template_id in sorted(changes):
        used = coupon_template.c.used + changes[template_id]
        tx.execute(sa.update(coupon_template).where(coupon_template.c.id == template_id).values(used=used))
