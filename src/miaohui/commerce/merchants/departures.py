"""Nobody leaves a shop behind."""

import sqlalchemy as sa

from miaohui.commerce.merchants.tables import shop
from miaohui.kit.db import Tx
from miaohui.kit.errors import Conflict
from miaohui.kit.ids import format_id


class ShopLeft(Conflict):
    """An account cannot leave while a shop of its own is not over. Data: shop_id, state."""

    code = "shop_left"
    title = "Your shop is still there. Close it first; once everything in it is settled, you can leave"


def refuse_with_shop(tx: Tx, account_id: int) -> None:
    """Let somebody leave whose shops are over, or never began. Raises ShopLeft."""
    begun = shop.c.state.in_(["probation", "open", "limited", "closing"])
    theirs = sa.select(shop.c.id, shop.c.state).where(shop.c.owner_id == account_id, begun).order_by(shop.c.id)
    found = tx.execute(theirs.limit(1)).one_or_none()
    if found is not None:
        raise ShopLeft(shop_id=format_id(found.id), state=found.state)
