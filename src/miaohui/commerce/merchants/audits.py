"""What must hold for shops."""

from typing import Any

import sqlalchemy as sa

from miaohui.commerce.merchants.states import MOVES
from miaohui.commerce.merchants.tables import shop, shop_move, shop_staff
from miaohui.kit.audits import audit


@audit("merchants.one_owner", "each shop has exactly one owner among its staff, who is the one that its row names")
def shops_without_their_owner(dialect: str) -> sa.Select[Any]:
    """Select shops whose owner is missing from the staff, and further owners."""
    owners = shop_staff.alias()
    named = sa.and_(owners.c.shop_id == shop.c.id, owners.c.role == "owner")
    right = sa.func.sum(sa.case((owners.c.account_id == shop.c.owner_id, 1), else_=0))
    return (
        sa.select(shop.c.id.label("shop_id"), sa.func.count(owners.c.account_id).label("owners"))
        .select_from(shop.outerjoin(owners, named))
        .group_by(shop.c.id)
        .having(sa.or_(sa.func.count(owners.c.account_id) != 1, right != 1))
    )


@audit("merchants.listed_moves", "a shop moves only where its states allow, and stands where its last move led")
def strange_moves_of_shops(dialect: str) -> sa.Select[Any]:
    """Select moves that are not in the table of moves, and shops that stand elsewhere than where they were moved."""
    pair = shop_move.c.from_state + ">" + shop_move.c.to_state
    allowed = [f"{origin}>{target}" for origin, targets in MOVES.items() for target in targets]
    strange = sa.select(shop_move.c.shop_id, pair.label("what")).where(
        shop_move.c.from_state != shop_move.c.to_state, pair.not_in(allowed)
    )
    last = sa.select(sa.func.max(shop_move.c.id)).group_by(shop_move.c.shop_id)
    ended = shop_move.alias()
    elsewhere = (
        sa.select(shop.c.id, sa.literal("stands elsewhere"))
        .select_from(shop.outerjoin(ended, sa.and_(ended.c.shop_id == shop.c.id, ended.c.id.in_(last))))
        .where(sa.or_(ended.c.id.is_(None), ended.c.to_state != shop.c.state))
    )
    found = sa.union_all(strange, elsewhere).subquery()
    return sa.select(found)
