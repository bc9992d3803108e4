"""End covers whose term is over."""

import sqlalchemy as sa

from miaohui.care.insurance.states import move_policy
from miaohui.care.insurance.tables import freight_policy
from miaohui.commerce.fulfilment.tables import parcel
from miaohui.kit.db import Tx


def expire_covers(tx: Tx, *, limit: int = 500) -> int:
    """Expire covers past their term and return how many; one whose parcel is still on its way back waits for it."""
    on_its_way = sa.exists().where(
        parcel.c.order_id == freight_policy.c.order_id,
        parcel.c.direction == "back",
        parcel.c.created_at <= freight_policy.c.expires_at,
        parcel.c.state.not_in(["returned", "lost", "expired"]),
    )
    over = sa.and_(freight_policy.c.state == "issued", freight_policy.c.expires_at < tx.now, ~on_its_way)
    ids = tx.scalars(sa.select(freight_policy.c.id).where(over).order_by(freight_policy.c.expires_at).limit(limit))
    return sum(
        move_policy(tx, policy_id=one, origin="issued", target="expired", why="term is over", ended_at=tx.now)
        for one in ids
    )
