"""What must hold for goods."""

from typing import Any

import sqlalchemy as sa

from miaohui.commerce.affiliate.tables import commission_offer
from miaohui.commerce.catalogue.states import MOVES
from miaohui.commerce.catalogue.tables import product, product_move, variant
from miaohui.kit.audits import audit


@audit("catalogue.prices_of_variants", "the prices of a product are those of its cheapest and dearest active variant")
def prices_that_are_not_of_variants(dialect: str) -> sa.Select[Any]:
    """Select products whose prices are not those of their variants, and listed ones without any."""
    active = sa.and_(variant.c.product_id == product.c.id, variant.c.state == "active")
    lowest, highest = sa.func.min(variant.c.price_minor), sa.func.max(variant.c.price_minor)
    return (
        sa.select(product.c.id.label("product_id"), lowest.label("lowest"), highest.label("highest"))
        .select_from(product.outerjoin(variant, active))
        .group_by(product.c.id, product.c.min_price_minor, product.c.max_price_minor)
        .having(sa.or_(lowest.is_(None), lowest != product.c.min_price_minor, highest != product.c.max_price_minor))
    )


@audit("catalogue.listed_moves", "a product moves only where its states allow, and stands where its last move led")
def strange_moves_of_products(dialect: str) -> sa.Select[Any]:
    """Select moves that are not in the table of moves, and products that stand elsewhere than they were moved."""
    pair = product_move.c.from_state + ">" + product_move.c.to_state
    allowed = [f"{origin}>{target}" for origin, targets in MOVES.items() for target in targets]
    strange = sa.select(product_move.c.product_id, pair.label("what")).where(pair.not_in(allowed))
    last = sa.select(sa.func.max(product_move.c.id)).group_by(product_move.c.product_id)
    ended = product_move.alias()
    elsewhere = (
        sa.select(product.c.id, sa.literal("stands elsewhere"))
        .select_from(product.outerjoin(ended, sa.and_(ended.c.product_id == product.c.id, ended.c.id.in_(last))))
        .where(sa.or_(ended.c.id.is_(None), ended.c.to_state != product.c.state))
    )
    found = sa.union_all(strange, elsewhere).subquery()
    return sa.select(found)


@audit("catalogue.offers_of_own_goods", "a commission is offered by the product's own shop")
def offers_of_others_goods(dialect: str) -> sa.Select[Any]:
    """Select offers whose shop is not the product's."""
    return (
        sa.select(commission_offer.c.product_id, commission_offer.c.shop_id)
        .join_from(commission_offer, product, product.c.id == commission_offer.c.product_id)
        .where(commission_offer.c.shop_id != product.c.shop_id)
    )
