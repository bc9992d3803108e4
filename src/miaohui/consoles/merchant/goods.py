"""What a shop sells, and how much of it there is."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from litestar import MediaType, Response, get
from litestar.params import Parameter

from miaohui.commerce.catalogue.answers import read_categories, read_own_product, read_own_products
from miaohui.commerce.catalogue.queries import variants_of
from miaohui.commerce.catalogue.states import MOVES, ProductState
from miaohui.commerce.checkout.queries import templates_of_shops
from miaohui.commerce.inventory.access import access_stock
from miaohui.commerce.inventory.queries import counters_of_variants, movements_of_variant
from miaohui.commerce.merchants.answers import OwnShop
from miaohui.consoles.merchant import words
from miaohui.consoles.merchant.layout import AnyRequest, console_page
from miaohui.kit.db import Database, Tx
from miaohui.kit.http import Member
from miaohui.kit.ids import Id, parse_id

_ROWS = 50
_MOVEMENTS = 30
Cursor = Annotated[Id | None, Parameter(query="after")]


@get("/shop/{shop_id:str}/goods", media_type=MediaType.HTML, include_in_schema=False)
async def goods_page(
    *,
    request: AnyRequest,
    shop_id: Id,
    member: Member,
    db: Database,
    tab: ProductState | None = None,
    after: Cursor = None,
) -> Response[bytes]:
    """Answer with the shop's goods and their states."""

    def read(tx: Tx, shop: OwnShop) -> Mapping[str, Any]:
        goods = read_own_products(
            tx, shop_id=parse_id(shop.id), account_id=member.account_id, state=tab, cursor=after, limit=_ROWS
        )
        state = "" if tab is None else f"&tab={tab}"
        following = None if goods.cursor is None else f"/shop/{shop.id}/goods?after={goods.cursor}{state}"
        return {"goods": goods.items, "tab": tab, "tabs": list(MOVES), "following": following}

    return await console_page(request, "goods", shop_id=shop_id, member=member, db=db, shelf="goods", read=read)


@get("/shop/{shop_id:str}/goods/new", media_type=MediaType.HTML, include_in_schema=False)
async def new_product_page(*, request: AnyRequest, shop_id: Id, member: Member, db: Database) -> Response[bytes]:
    """Answer with an empty form for a product."""

    def read(tx: Tx, shop: OwnShop) -> Mapping[str, Any]:
        return {"product": None, **_choices(tx, shop)}

    return await console_page(
        request, "product", shop_id=shop_id, member=member, db=db, to="goods", shelf="goods", read=read
    )


@get("/shop/{shop_id:str}/goods/import", media_type=MediaType.HTML, include_in_schema=False)
async def import_page(*, request: AnyRequest, shop_id: Id, member: Member, db: Database) -> Response[bytes]:
    """Answer with the page on which a table of goods is checked and brought."""

    def read(tx: Tx, shop: OwnShop) -> Mapping[str, Any]:
        categories = _choices(tx, shop)["categories"]
        slug = categories[0].slug if categories else "handmade"
        return {"categories": categories, "example": "\ufeff" + words.EXAMPLE_TABLE.format(category=slug)}

    return await console_page(
        request, "import", shop_id=shop_id, member=member, db=db, to="goods", shelf="goods", read=read
    )


@get("/shop/{shop_id:str}/goods/{product_id:str}", media_type=MediaType.HTML, include_in_schema=False)
async def product_page(
    *, request: AnyRequest, shop_id: Id, product_id: Id, member: Member, db: Database
) -> Response[bytes]:
    """Answer with one product as its shop writes it down."""

    def read(tx: Tx, shop: OwnShop) -> Mapping[str, Any]:
        found = read_own_product(
            tx, product_id=parse_id(product_id), account_id=member.account_id, shop_id=parse_id(shop.id)
        )
        return {"product": found, **_choices(tx, shop)}

    return await console_page(
        request, "product", shop_id=shop_id, member=member, db=db, to="goods", shelf="goods", read=read
    )


@get("/shop/{shop_id:str}/stock", media_type=MediaType.HTML, include_in_schema=False)
async def stock_page(
    *,
    request: AnyRequest,
    shop_id: Id,
    member: Member,
    db: Database,
    variant: Id | None = None,
    after: Cursor = None,
) -> Response[bytes]:
    """Answer with what is on the shelves, and with one variant's movements if it is asked for."""

    def read(tx: Tx, shop: OwnShop) -> Mapping[str, Any]:
        here = parse_id(shop.id)
        goods = read_own_products(tx, shop_id=here, account_id=member.account_id, state=None, cursor=after, limit=_ROWS)
        kept = [(one, variants_of(tx, parse_id(one.id))) for one in goods.items]
        counters = counters_of_variants(tx, variant_ids=[each.id for _, variants in kept for each in variants])
        chosen = None
        if variant is not None:
            access_stock(tx, variant_id=parse_id(variant), shop_id=here, by_id=member.account_id)
            chosen = parse_id(variant)
        return {
            "kept": kept,
            "counters": counters,
            "chosen": chosen,
            "movements": [] if chosen is None else movements_of_variant(tx, variant_id=chosen, limit=_MOVEMENTS),
            "following": None if goods.cursor is None else f"/shop/{shop.id}/stock?after={goods.cursor}",
        }

    return await console_page(
        request, "stock", shop_id=shop_id, member=member, db=db, to="stock", shelf="stock", read=read
    )


def _choices(tx: Tx, shop: OwnShop) -> dict[str, Any]:
    """Return what may be chosen for a product: granted categories and freight templates."""
    here = parse_id(shop.id)
    granted = {one.category_id for one in shop.categories if one.state == "granted"}
    tree = read_categories(tx).items
    leaves = [leaf for root in tree for leaf in (root.children or [root])]
    return {
        "categories": [leaf for leaf in leaves if leaf.id in granted],
        "templates": list(templates_of_shops(tx, [here])[here].values()),
    }


route_handlers: Sequence[Any] = (goods_page, new_product_page, import_page, product_page, stock_page)
