"""Where a product is fetched on somebody's behalf, and the permission with it."""

from miaohui.commerce.catalogue.locks import lock_product
from miaohui.commerce.catalogue.queries import Product, product_by_id
from miaohui.commerce.merchants.access import access_operator, access_shop
from miaohui.commerce.merchants.queries import shop_by_id
from miaohui.commerce.merchants.roles import Power
from miaohui.kit.db import Tx
from miaohui.kit.errors import NotFound


def access_listed_product(tx: Tx, product_id: int) -> Product:
    """Return a product that anybody may see and buy. Raises NotFound."""
    found = product_by_id(tx, product_id)
    shop = None if found is None or found.state != "listed" else shop_by_id(tx, found.shop_id)
    if found is None or shop is None or not shop.sells:
        raise NotFound
    return found


def access_product(
    tx: Tx,
    *,
    product_id: int,
    account_id: int,
    to: Power = "goods",
    shop_id: int | None = None,
    for_update: bool = True,
) -> Product:
    """Return a product, in whatever state but removed, to the staff of its shop who have the power.

    shop_id: the shop under whose address it was asked for; another's product is not there.
    Raises NotFound for strangers, Forbidden for staff whose role does not reach so far.
    """
    found = product_by_id(tx, product_id)
    if found is None or shop_id not in (None, found.shop_id):
        raise NotFound
    access_shop(tx, shop_id=found.shop_id, account_id=account_id, to=to)
    if for_update:
        found = lock_product(tx, product_id)
    if found is None or found.state == "removed":
        raise NotFound
    return found


def access_product_as_operator(tx: Tx, *, product_id: int, by_id: int) -> Product:
    """Hold a product's row for an operator's decision. Raises Forbidden, NotFound."""
    access_operator(tx, by_id)
    found = lock_product(tx, product_id)
    if found is None:
        raise NotFound
    return found
