"""Where offers are fetched on somebody's behalf: a shop's by its staff, the platform's by operators."""

from miaohui.commerce.merchants.access import access_operator, access_shop
from miaohui.commerce.promotions.queries import StoredPromotion, Template, promotion_by_id, template_by_id
from miaohui.kit.db import Tx
from miaohui.kit.errors import NotFound


def access_offers(tx: Tx, *, shop_id: int | None, by_id: int) -> None:
    """Let those pass who make a shop's offers, or with None the platform's. Raises NotFound, Forbidden."""
    if shop_id is None:
        access_operator(tx, by_id)
    else:
        access_shop(tx, shop_id=shop_id, account_id=by_id, to="promotions")


def access_template(tx: Tx, *, template_id: int, shop_id: int | None, by_id: int) -> Template:
    """Return a template to those who make its owner's offers. Raises NotFound, Forbidden."""
    access_offers(tx, shop_id=shop_id, by_id=by_id)
    found = template_by_id(tx, template_id)
    if found is None or found.shop_id != shop_id:
        raise NotFound
    return found


def access_promotion(tx: Tx, *, promotion_id: int, shop_id: int | None, by_id: int) -> StoredPromotion:
    """Return a promotion to those who make its owner's offers. Raises NotFound, Forbidden."""
    access_offers(tx, shop_id=shop_id, by_id=by_id)
    found = promotion_by_id(tx, promotion_id)
    if found is None or found.shop_id != shop_id:
        raise NotFound
    return found
