"""The JSON API of the buyers' side of the goods: translate, make one domain call, translate back."""

from typing import Annotated

import msgspec
from litestar import get, put
from litestar.params import Parameter

from miaohui.commerce.catalogue.actions.attach_products import MOST_ON_A_CLIP, attach_products
from miaohui.commerce.catalogue.actions.set_showcase import MOST_IN_SHOWCASE, set_showcase
from miaohui.commerce.catalogue.queries import GoodsSort
from miaohui.commerce.storefront.answers import (
    GoodsList,
    GoodsPage,
    read_goods,
    read_goods_on_sale,
    read_offered_goods,
    read_products_of_video,
    read_showcase,
)
from miaohui.kit.db import Database
from miaohui.kit.http.viewer import Member, Viewer
from miaohui.kit.ids import Id, parse_id

_TAG = ["goods"]
Limit = Annotated[int, Parameter(ge=1, le=50, description="goods at most")]
Cursor = Annotated[str | None, Parameter(max_length=60, description="from the page before, in the same order")]
Words = Annotated[str, Parameter(max_length=40, description="what the title holds")]
ShopFilter = Annotated[Id | None, Parameter(description="of this shop alone")]
CategoryFilter = Annotated[Id | None, Parameter(description="of this category and those below it")]


class ClipProducts(msgspec.Struct, frozen=True, kw_only=True):
    """What the clip carries from now on, in this order."""

    product_ids: Annotated[list[Id], msgspec.Meta(max_length=MOST_ON_A_CLIP)]


class ShowcaseProducts(msgspec.Struct, frozen=True, kw_only=True):
    """What the window shows from now on, in this order."""

    product_ids: Annotated[list[Id], msgspec.Meta(max_length=MOST_IN_SHOWCASE)]


@get("/api/v1/goods", tags=_TAG)
async def list_goods(
    *,
    db: Database,
    sort: GoodsSort = "new",
    category: CategoryFilter = None,
    shop: ShopFilter = None,
    q: Words = "",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> GoodsPage:
    """List goods that can be bought: the newest, the most sold, or the cheapest first."""
    return await db.read(
        read_goods,
        sort=sort,
        cursor=cursor,
        limit=limit,
        category_id=None if category is None else parse_id(category),
        shop_id=None if shop is None else parse_id(shop),
        words=q,
    )


@get("/api/v1/offers", tags=_TAG)
async def list_offers(*, member: Member, db: Database, limit: Limit = 20, cursor: Cursor = None) -> GoodsPage:
    """List goods whose shops pay a commission to whoever sells them, the newest first."""
    return await db.read(read_offered_goods, cursor=cursor, limit=limit)


@get("/api/v1/videos/{video_id:str}/products", tags=_TAG)
async def list_on_clip(*, video_id: Id, viewer: Viewer, db: Database) -> GoodsList:
    """List what a clip carries and can be bought now."""
    return await db.read(read_products_of_video, video_id=parse_id(video_id), viewer_id=viewer.person_id)


@put("/api/v1/videos/{video_id:str}/products", status_code=200, tags=_TAG)
async def put_on_clip(*, video_id: Id, data: ClipProducts, member: Member, db: Database) -> GoodsList:
    """Let an own clip carry these goods and no others: of one's shops, or with a commission offer."""
    clip = parse_id(video_id)
    ids = [parse_id(each) for each in data.product_ids]
    await db.write(attach_products, video_id=clip, author_id=member.account_id, product_ids=ids)
    return await db.read(read_products_of_video, video_id=clip, viewer_id=member.account_id)


@get("/api/v1/people/{person_id:str}/showcase", tags=_TAG)
async def show_of_person(*, person_id: Id, viewer: Viewer, db: Database) -> GoodsList:
    """List what a person shows in the own window."""
    return await db.read(read_showcase, owner_kind="person", owner_id=parse_id(person_id), viewer_id=viewer.person_id)


@put("/api/v1/me/showcase", status_code=200, tags=_TAG)
async def put_mine(*, data: ShowcaseProducts, member: Member, db: Database) -> GoodsList:
    """Show these goods in the own window and no others: of one's shops, or with a commission offer."""
    person, ids = member.account_id, [parse_id(each) for each in data.product_ids]
    await db.write(set_showcase, owner_kind="person", owner_id=person, by_id=person, product_ids=ids)
    return await db.read(read_showcase, owner_kind="person", owner_id=person, viewer_id=person)


@get("/api/v1/shops/{shop_id:str}/showcase", tags=_TAG)
async def show_of_shop(*, shop_id: Id, viewer: Viewer, db: Database) -> GoodsList:
    """List what a shop shows in its window."""
    return await db.read(read_showcase, owner_kind="shop", owner_id=parse_id(shop_id), viewer_id=viewer.person_id)


@get("/api/v1/shops/{shop_id:str}/sales", tags=_TAG)
async def list_on_sale(*, shop_id: Id, viewer: Viewer, db: Database) -> GoodsList:
    """List what a shop sells by flash sales now, what ends first in front."""
    return await db.read(read_goods_on_sale, shop_id=parse_id(shop_id), viewer_id=viewer.person_id)


@put("/api/v1/shops/{shop_id:str}/showcase", status_code=200, tags=["shop console: goods"])
async def put_showcase(*, shop_id: Id, data: ShowcaseProducts, member: Member, db: Database) -> GoodsList:
    """Show these goods of the shop in its window and no others."""
    shop, ids = parse_id(shop_id), [parse_id(each) for each in data.product_ids]
    await db.write(set_showcase, owner_kind="shop", owner_id=shop, by_id=member.account_id, product_ids=ids)
    return await db.read(read_showcase, owner_kind="shop", owner_id=shop, viewer_id=member.account_id)


route_handlers = (
    list_goods,
    list_offers,
    list_on_clip,
    put_on_clip,
    show_of_person,
    put_mine,
    show_of_shop,
    list_on_sale,
    put_showcase,
)
