"""Goods as anybody sees them."""

from litestar import get

from miaohui.commerce.catalogue.answers import Categories, GoodsDetail, read_categories, read_goods_detail
from miaohui.kit.db import Database
from miaohui.kit.ids import Id, parse_id

_TAG = ["goods"]


@get("/api/v1/categories", tags=_TAG)
async def list_categories(*, db: Database) -> Categories:
    """List the categories with their rules."""
    return await db.read(read_categories)


@get("/api/v1/goods/{product_id:str}", tags=_TAG)
async def show(*, product_id: Id, db: Database) -> GoodsDetail:
    """Return a product with all that a buyer wants to know."""
    return await db.read(read_goods_detail, product_id=parse_id(product_id))


route_handlers = (list_categories, show)
