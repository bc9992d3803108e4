"""Make a promotion, change it while it has not begun, start and end it."""

from typing import Any

import sqlalchemy as sa

from miaohui.commerce.catalogue.queries import products_of_variants, sellable_variants
from miaohui.commerce.inventory.actions.move_stock import drain_pools, move_stock
from miaohui.commerce.promotions.access import access_offers, access_promotion
from miaohui.commerce.promotions.moves import OfferNotInState, move_promotion, record_offer
from miaohui.commerce.promotions.offer_forms import InvalidOffer, PromotionForm, check_promotion
from miaohui.commerce.promotions.pricing.rules import FlashRule, PromotionRule
from miaohui.commerce.promotions.queries import StoredPromotion, promotion_by_id
from miaohui.commerce.promotions.states import PromotionState
from miaohui.commerce.promotions.tables import promotion
from miaohui.kit.db import Tx
from miaohui.kit.errors import NotFound
from miaohui.kit.ids import new_id


def create_promotion(tx: Tx, *, shop_id: int | None, form: PromotionForm, by_id: int) -> StoredPromotion:
    """Make a draft for a shop, or with None for the platform. Raises NotFound, Forbidden, InvalidOffer."""
    access_offers(tx, shop_id=shop_id, by_id=by_id)
    check_promotion(form, shop_id=shop_id)
    _refuse_goods_of_others(tx, form.rule, shop_id)
    promotion_id = new_id()
    made = {"id": promotion_id, "shop_id": shop_id, "state": "draft", "created_by": by_id, "created_at": tx.now}
    tx.execute(sa.insert(promotion).values(**made, **_values(form)))
    record_offer(tx, promotion_id, old=None, new="draft", reason="created", by_id=by_id)
    return _stored(tx, promotion_id)


def change_promotion(
    tx: Tx, *, promotion_id: int, shop_id: int | None, form: PromotionForm, by_id: int
) -> StoredPromotion:
    """Replace a draft. Raises NotFound, Forbidden, InvalidOffer, OfferNotInState."""
    found = access_promotion(tx, promotion_id=promotion_id, shop_id=shop_id, by_id=by_id)
    check_promotion(form, shop_id=shop_id)
    _refuse_goods_of_others(tx, form.rule, shop_id)
    draft = sa.and_(promotion.c.id == promotion_id, promotion.c.state == "draft")
    if not tx.changed(sa.update(promotion).where(draft).values(**_values(form))):
        raise OfferNotInState(state=found.state)
    return _stored(tx, promotion_id)


def set_promotion_state(
    tx: Tx, *, promotion_id: int, shop_id: int | None, state: PromotionState, by_id: int
) -> StoredPromotion:
    """Start or end a promotion; where it is already changes nothing.

    Starting a flash sale sets its units apart from the shelf at once, whenever it begins; ending it brings
    back those that are free. Raises NotFound, Forbidden, InvalidOffer, OfferNotInState, OutOfStock.
    """
    found = access_promotion(tx, promotion_id=promotion_id, shop_id=shop_id, by_id=by_id)
    if found.state == state:
        return found
    if state == "active" and found.ends_at <= tx.now:
        raise InvalidOffer("An offer ends after it begins.")
    move_promotion(tx, promotion_id, old=found.state, new=state, reason="by hand", by_id=by_id)
    if isinstance(found.rule, FlashRule):
        if state == "active":
            _set_apart(tx, found, found.rule, by_id)
        else:
            drain_pools(tx, kind="flash", pool_ref=str(promotion_id))
    return _stored(tx, promotion_id)


def _set_apart(tx: Tx, sale: StoredPromotion, rule: FlashRule, by_id: int) -> None:
    prices = {found.variant_id: found.price_minor for found in sellable_variants(tx, variant_ids=rule.prices).values()}
    if any(price >= prices.get(variant_id, 0) for variant_id, price in rule.prices.items()):
        raise InvalidOffer("A flash price is below the price, and its goods are on sale.")
    # By variant, in the order in which carts take their pools.
    for variant_id in sorted(rule.units):
        move_stock(
            tx,
            variant_id=variant_id,
            quantity=rule.units[variant_id],
            target=("flash", str(sale.id)),
            by_id=by_id,
            note="set apart",
        )


def _refuse_goods_of_others(tx: Tx, rule: PromotionRule, shop_id: int | None) -> None:
    if not isinstance(rule, FlashRule) or shop_id is None:
        return
    owners = products_of_variants(tx, rule.prices)
    if any(variant_id not in owners or owners[variant_id][1] != shop_id for variant_id in rule.prices):
        raise InvalidOffer("A shop sells its own goods.")


def _values(form: PromotionForm) -> dict[str, Any]:
    bearers = {field: getattr(form.bearers, field) for field in form.bearers.__struct_fields__}
    times = {"starts_at": form.starts_at, "ends_at": form.ends_at}
    kind = form.rule.__struct_config__.tag
    return {"name": form.name.strip(), "kind": kind, "rule": form.rule, **times, **bearers}


def _stored(tx: Tx, promotion_id: int) -> StoredPromotion:
    found = promotion_by_id(tx, promotion_id)
    if found is None:
        raise NotFound
    return found
