"""Where a variant's stock is fetched on somebody's behalf, and the permission with it."""

from miaohui.commerce.catalogue.queries import products_of_variants
from miaohui.commerce.merchants.access import access_shop
from miaohui.kit.db import Tx
from miaohui.kit.errors import NotFound


def access_stock(tx: Tx, *, variant_id: int, shop_id: int, by_id: int) -> None:
    """Let those pass who tend the stock of the shop that sells a variant. Raises NotFound, Forbidden."""
    access_shop(tx, shop_id=shop_id, account_id=by_id, to="stock")
    found = products_of_variants(tx, [variant_id]).get(variant_id)
    if found is None or found[1] != shop_id:
        raise NotFound
