"""Offer a commission on a product to whoever sells it."""

from miaohui.commerce.affiliate.actions.put_offer import end_offer, put_offer
from miaohui.commerce.catalogue.access import access_product
from miaohui.kit.db import Tx


def offer_commission(tx: Tx, *, product_id: int, by_id: int, rate_bp: int, shop_id: int | None = None) -> None:
    """Offer this share of the price from now on. Raises NotFound, Forbidden, InvalidInput."""
    found = access_product(tx, product_id=product_id, account_id=by_id, to="promotions", shop_id=shop_id)
    put_offer(tx, product_id=product_id, shop_id=found.shop_id, rate_bp=rate_bp)


def end_commission(tx: Tx, *, product_id: int, by_id: int, shop_id: int | None = None) -> bool:
    """End the offer and return whether there was one. Raises NotFound, Forbidden."""
    access_product(tx, product_id=product_id, account_id=by_id, to="promotions", shop_id=shop_id)
    return end_offer(tx, product_id=product_id)
