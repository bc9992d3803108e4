"""Take a shop's freight template away."""

import sqlalchemy as sa

from miaohui.commerce.checkout.tables import freight_template
from miaohui.commerce.merchants.access import access_shop
from miaohui.kit.db import Tx
from miaohui.kit.errors import Refusal


class DefaultTemplateStays(Refusal):
    """The default template is what goods without one travel by; make another the default first."""

    code = "default_template_stays"
    status = 409
    title = "Make another template the default first"


def remove_freight_template(tx: Tx, *, shop_id: int, by_id: int, template_id: int) -> None:
    """Take a template away; goods that had it travel by the default one. Removing twice is removing once.

    Raises NotFound, Forbidden, and DefaultTemplateStays while others would be left without a default.
    """
    access_shop(tx, shop_id=shop_id, account_id=by_id, to="goods")
    standing = sa.and_(freight_template.c.shop_id == shop_id, freight_template.c.removed_at.is_(None))
    rows = tx.execute(sa.select(freight_template.c.id, freight_template.c.is_default).where(standing)).all()
    found = next((row for row in rows if row.id == template_id), None)
    if found is None:
        return
    if found.is_default and len(rows) > 1:
        raise DefaultTemplateStays
    removed = sa.update(freight_template).where(freight_template.c.id == template_id)
    tx.execute(removed.values(removed_at=tx.now, is_default=False))
