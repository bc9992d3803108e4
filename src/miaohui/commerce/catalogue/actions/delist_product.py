"""Take a product out of the shop, put it back, or remove it for good."""

from miaohui.commerce.affiliate.actions.put_offer import end_offer
from miaohui.commerce.catalogue.access import access_product, access_product_as_operator
from miaohui.commerce.catalogue.actions.submit_product import check_listable
from miaohui.commerce.catalogue.events import ProductDelisted, ProductListed
from miaohui.commerce.catalogue.queries import Product
from miaohui.commerce.catalogue.states import ProductNotInState, move_product
from miaohui.commerce.merchants.names import clean_text, invalid_field
from miaohui.kit.db import Tx


def delist_product(tx: Tx, *, product_id: int, by_id: int, shop_id: int | None = None) -> None:
    """Take a listed product out of the shop. Raises NotFound, Forbidden, ProductNotInState."""
    found = access_product(tx, product_id=product_id, account_id=by_id, shop_id=shop_id)
    if found.state != "listed":
        raise ProductNotInState(state=found.state)
    move_product(tx, product_id=product_id, origin="listed", target="delisted", reason="taken out", by_id=by_id)
    tx.emit(ProductDelisted(product_id=product_id, shop_id=found.shop_id))


def relist_product(tx: Tx, *, product_id: int, by_id: int, shop_id: int | None = None) -> None:
    """Put a delisted product back as its reviewer has seen it; what has changed since goes through `submit_product`.

    Raises NotFound, Forbidden, ProductNotInState, and what `submit_product` raises.
    """
    found = access_product(tx, product_id=product_id, account_id=by_id, shop_id=shop_id)
    if found.state != "delisted":
        raise ProductNotInState(state=found.state)
    check_listable(tx, found)
    move_product(tx, product_id=product_id, origin="delisted", target="listed", reason="put back", by_id=by_id)
    tx.emit(ProductListed(product_id=product_id, shop_id=found.shop_id, category_id=found.category_id))


def remove_product(tx: Tx, *, product_id: int, by_id: int, shop_id: int | None = None) -> None:
    """Remove a product for good; orders keep what they have frozen. Raises NotFound, Forbidden."""
    found = access_product(tx, product_id=product_id, account_id=by_id, shop_id=shop_id)
    _remove(tx, found, by_id=by_id, reason="removed by the shop")


def ban_product(tx: Tx, *, product_id: int, by_id: int, reason: str) -> None:
    """Remove a product as an operator, for a reason that the shop reads.

    Raises Forbidden, NotFound, ProductNotInState, InvalidInput.
    """
    found = access_product_as_operator(tx, product_id=product_id, by_id=by_id)
    why = clean_text(reason, pointer="/reason", longest=300)
    if not why:
        raise invalid_field("/reason", "whoever loses a product reads why")
    if found.state == "removed":
        raise ProductNotInState(state=found.state)
    _remove(tx, found, by_id=by_id, reason=why)


def _remove(tx: Tx, found: Product, *, by_id: int, reason: str) -> None:
    noted = {"review_note": reason}
    move_product(
        tx, product_id=found.id, origin=found.state, target="removed", reason=reason, by_id=by_id, changes=noted
    )
    end_offer(tx, product_id=found.id)
    if found.state == "listed":
        tx.emit(ProductDelisted(product_id=found.id, shop_id=found.shop_id))
