"""Hand a product in for review, or take it back."""

from miaohui.commerce.catalogue.access import access_product
from miaohui.commerce.catalogue.queries import Product, pictures_of
from miaohui.commerce.catalogue.states import ProductNotInState, move_product
from miaohui.commerce.categories.queries import categories_by_id
from miaohui.commerce.merchants.queries import granted_categories, shop_by_id
from miaohui.commerce.merchants.states import SELLING, ShopNotInState
from miaohui.kit.db import Tx
from miaohui.kit.errors import NotFound, Refusal


class CategoryNotGranted(Refusal):
    """The shop may not sell in the product's category. Data: category_id."""

    code = "category_not_granted"
    status = 409
    title = "The shop may not sell in this category yet"


class NoNewGoods(Refusal):
    """The shop is limited: it lists nothing new for now."""

    code = "no_new_goods"
    status = 403
    title = "This shop may not list anything new for now"


class PictureMissing(Refusal):
    """Nobody buys what cannot be seen."""

    code = "picture_missing"
    status = 409
    title = "A product needs a picture before it is listed"


def submit_product(tx: Tx, *, product_id: int, by_id: int, shop_id: int | None = None) -> None:
    """Hand a product in: draft, rejected or delisted → review.

    Raises NotFound, Forbidden, ProductNotInState, ShopNotInState, NoNewGoods, CategoryNotGranted, PictureMissing.
    """
    found = access_product(tx, product_id=product_id, account_id=by_id, shop_id=shop_id)
    if found.state not in {"draft", "rejected", "delisted"}:
        raise ProductNotInState(state=found.state)
    check_listable(tx, found)
    if not pictures_of(tx, product_id):
        raise PictureMissing
    move_product(
        tx,
        product_id=product_id,
        origin=found.state,
        target="review",
        reason="handed in",
        by_id=by_id,
        changes={"review_note": None},
    )


def take_product_back(tx: Tx, *, product_id: int, by_id: int, shop_id: int | None = None) -> None:
    """Take a product back from review. Raises NotFound, Forbidden, ProductNotInState."""
    found = access_product(tx, product_id=product_id, account_id=by_id, shop_id=shop_id)
    if found.state != "review":
        raise ProductNotInState(state=found.state)
    move_product(tx, product_id=product_id, origin="review", target="draft", reason="taken back", by_id=by_id)


def check_listable(tx: Tx, found: Product) -> None:
    """Raise what keeps a product of this shop and category from being listed."""
    shop = shop_by_id(tx, found.shop_id)
    if shop is None:
        raise NotFound
    if shop.state not in SELLING:
        raise ShopNotInState(state=shop.state)
    if "new_goods" in shop.limits:
        raise NoNewGoods
    granted = granted_categories(tx, shop.id)
    here = categories_by_id(tx, [found.category_id])[found.category_id]
    # Who has been granted the whole floor need not ask for each room, unless a room has papers of its own.
    above = here.parent_id in granted and not _stricter(tx, here.parent_id, here.qualifications)
    if found.category_id not in granted and not above:
        raise CategoryNotGranted(category_id=str(found.category_id))


def _stricter(tx: Tx, parent_id: int | None, qualifications: tuple[str, ...]) -> bool:
    parent = categories_by_id(tx, [parent_id or 0]).get(parent_id or 0)
    return parent is None or not set(qualifications) <= set(parent.qualifications)
