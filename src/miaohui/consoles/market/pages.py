"""The buyer's pages, read through the same answers as the API."""

from collections.abc import Sequence
from typing import Annotated, Any
from urllib.parse import quote_plus

from litestar import MediaType, Request, Response, get
from litestar.params import Parameter

from miaohui.care.aftersales.queries import cases_of_order
from miaohui.commerce.cart.answers import read_cart
from miaohui.commerce.cart.queries import cart_count
from miaohui.commerce.cart.sources import SourceKind
from miaohui.commerce.catalogue.answers import Categories, read_categories
from miaohui.commerce.catalogue.queries import GoodsSort
from miaohui.commerce.checkout.queries import addresses_of
from miaohui.commerce.checkout.quoted import describe_address, describe_quote, words_for
from miaohui.commerce.checkout.quotes import Quote, quote_of
from miaohui.commerce.fulfilment.answers import parcels_for_buyer
from miaohui.commerce.merchants.answers import PublicShop, read_public_shop
from miaohui.commerce.orders.answers import read_order, read_orders, read_trade
from miaohui.commerce.orders.states import OrderState
from miaohui.commerce.promotions.answers import read_claimable, read_coupons
from miaohui.commerce.storefront.answers import GoodsPage, read_goods, read_goods_on_sale, read_showcase
from miaohui.consoles.creator.shelf import published_shelf
from miaohui.consoles.market.aftersales_words import CASE_WORDS
from miaohui.consoles.market.words import COUPON_STATE_WORDS, SORT_WORDS, STATE_WORDS, TAB_WORDS, timeline_of
from miaohui.discovery.feed.cursors import MallCursor, read_cursor
from miaohui.discovery.feed.live import LiveFeed
from miaohui.discovery.feed.mall import read_mall_goods, serve_mall
from miaohui.discovery.feed.routes import asker_of
from miaohui.kit.db import Database, Tx
from miaohui.kit.http import Member, Viewer, page
from miaohui.kit.ids import Id, format_id, parse_id
from miaohui.media.profiles.profile import Profile, read_profile
from miaohui.money.payments.services import Payments
from miaohui.money.payments.visits import visit_of

AnyRequest = Request[Any, Any, Any]
Cursor = Annotated[str | None, Parameter(max_length=60)]
MallPlace = Annotated[str | None, Parameter(max_length=5000)]
_GOODS_A_PAGE = 24
_ORDERS_A_PAGE = 20
_COUPONS_A_PAGE = 50
TABS: Sequence[tuple[str, Sequence[OrderState]]] = (
    ("all", ()),
    ("to_pay", ("created",)),
    ("to_ship", ("paid", "part_shipped")),
    ("to_receive", ("shipped",)),
    ("done", ("completed", "closed")),
)
"""What a buyer looks for in the own orders."""
_CLIPS_OF_A_SHOP = 6


@get("/market", media_type=MediaType.HTML, include_in_schema=False)
async def market_page(
    *, request: AnyRequest, viewer: Viewer, db: Database, feed: LiveFeed, after: MallPlace = None
) -> Response[bytes]:
    """Answer with the market: goods by what the person lingers on, or what is popular and new until that is known."""
    place = MallCursor() if after is None else read_cursor(after, MallCursor, feed.signer)
    goods = await serve_mall(feed, asker=asker_of(request, viewer), limit=_GOODS_A_PAGE, cursor=place)

    def read(tx: Tx) -> dict[str, Any]:
        return {
            "categories": read_categories(tx).items,
            "in_cart": cart_count(tx, account_id=viewer.account_id or 0),
        }

    following = None if goods.cursor is None else f"/market?after={quote_plus(goods.cursor)}"
    found = await db.read(read)
    return page(
        request,
        "market/category.html",
        chosen=None,
        goods=goods,
        personal=goods.personal,
        following=following,
        **found,
    )


@get("/market/{category:str}", media_type=MediaType.HTML, include_in_schema=False)
async def category_page(
    *, request: AnyRequest, category: str, viewer: Viewer, db: Database, after: Cursor = None
) -> Response[bytes]:
    """Answer with the goods of one category."""

    def read(tx: Tx) -> tuple[Categories, GoodsPage, int]:
        goods = read_goods(tx, sort="sold", cursor=after, limit=_GOODS_A_PAGE, category_id=parse_id(category))
        return read_categories(tx), goods, cart_count(tx, account_id=viewer.account_id or 0)

    categories, goods, in_cart = await db.read(read)
    return page(
        request,
        "market/category.html",
        categories=categories.items,
        goods=goods,
        chosen=category,
        in_cart=in_cart,
        following=None if goods.cursor is None else f"/market/{category}?after={goods.cursor}",
    )


@get("/goods/{product_id:str}", media_type=MediaType.HTML, include_in_schema=False)
async def goods_page(
    *,
    request: AnyRequest,
    product_id: Id,
    viewer: Viewer,
    db: Database,
    source: Annotated[SourceKind, Parameter(query="from")] = "mall",
    source_id: Annotated[Id | None, Parameter(query="id")] = None,
) -> Response[bytes]:
    """Answer with one product."""

    def read(tx: Tx) -> dict[str, Any]:
        found = read_mall_goods(tx, product_id=parse_id(product_id), providers=())
        goods = found.goods
        return {
            "goods": goods,
            "stock": found.left,
            "sales": found.sales,
            "coupons": read_claimable(tx, shop_id=parse_id(goods.shop.id), person_id=viewer.account_id).items,
            "more": [
                one
                for one in read_goods(tx, sort="sold", cursor=None, limit=7, shop_id=parse_id(goods.shop.id)).items
                if one.id != goods.id
            ][:6],
            "in_cart": cart_count(tx, account_id=viewer.account_id or 0),
        }

    return page(request, "market/goods.html", source=source, source_id=source_id, **await db.read(read))


@get("/shops/{shop_id:str}", media_type=MediaType.HTML, include_in_schema=False)
async def shop_page(
    *,
    request: AnyRequest,
    shop_id: Id,
    viewer: Viewer,
    db: Database,
    sort: GoodsSort = "new",
    after: Cursor = None,
) -> Response[bytes]:
    """Answer with a shop: who keeps it, its coupons and sales, and its goods; of one that has closed, that it has."""

    def read(tx: Tx) -> dict[str, Any]:
        place = parse_id(shop_id)
        shop = read_public_shop(tx, shop_id=place, viewer_id=viewer.person_id)
        goods = GoodsPage(items=[], cursor=None)
        if shop.standing == "open":
            goods = read_goods(tx, sort=sort, cursor=after, limit=_GOODS_A_PAGE, shop_id=place)
        found = {
            "shop": shop,
            "owner": _owner(tx, shop, viewer),
            "goods": goods,
            "in_cart": cart_count(tx, account_id=viewer.account_id or 0),
            **dict.fromkeys(("coupons", "on_sale", "shown", "clips"), ()),
        }
        if shop.standing != "open" or after is not None:
            return found
        asked = {"shop_id": place, "viewer_id": viewer.person_id}
        window = read_showcase(tx, owner_kind="shop", owner_id=place, viewer_id=viewer.person_id).items
        return found | {
            "coupons": read_claimable(tx, shop_id=place, person_id=viewer.account_id).items,
            "on_sale": read_goods_on_sale(tx, **asked).items,
            # A window that shows all there is would only say the same twice.
            "shown": window if goods.cursor is not None else (),
            "clips": published_shelf(tx, author_id=parse_id(shop.owner.id), after=None).tiles[:_CLIPS_OF_A_SHOP]
            if shop.owner
            else (),
        }

    found = await db.read(read)
    cursor = found["goods"].cursor
    return page(
        request,
        "market/shop.html",
        sort=sort,
        sort_words=SORT_WORDS,
        following=None if cursor is None else f"/shops/{shop_id}?sort={sort}&after={cursor}",
        **found,
    )


def _owner(tx: Tx, shop: PublicShop, viewer: Viewer) -> Profile | None:
    if shop.owner is None:
        return None
    return read_profile(tx, handle=shop.owner.handle, viewer_id=viewer.person_id, account_id=viewer.account_id)


@get("/cart", media_type=MediaType.HTML, include_in_schema=False)
async def cart_page(*, request: AnyRequest, member: Member, db: Database) -> Response[bytes]:
    """Answer with the cart."""
    return page(request, "market/cart.html", cart=await db.read(read_cart, account_id=member.account_id))


@get("/checkout", media_type=MediaType.HTML, include_in_schema=False)
async def checkout_page(
    *, request: AnyRequest, member: Member, db: Database, payments: Payments, quote: Id | None = None
) -> Response[bytes]:
    """Answer with a quote that waits for a yes; without one, with the address that it needs first."""

    def read(tx: Tx) -> dict[str, Any]:
        locale, gettext = words_for(request)
        offered = None if quote is None else quote_of(tx, quote_id=parse_id(quote), buyer_id=member.account_id)
        return {
            "quote": None if offered is None else describe_quote(offered, locale=locale, gettext=gettext),
            "wish": None if offered is None else _asked_again(offered),
            "addresses": [describe_address(one) for one in addresses_of(tx, account_id=member.account_id)],
        }

    return page(request, "market/checkout.html", till=payments.offers(visit_of(request)), **await db.read(read))


@get("/orders", media_type=MediaType.HTML, include_in_schema=False)
async def orders_page(
    *, request: AnyRequest, member: Member, db: Database, tab: str = "all", after: Cursor = None
) -> Response[bytes]:
    """Answer with the person's own orders."""
    states = dict(TABS).get(tab, ())
    found = await db.read(read_orders, buyer_id=member.account_id, states=states, cursor=after, limit=_ORDERS_A_PAGE)
    counts = {name: sum(found.counts.get(state, 0) for state in listed) for name, listed in TABS}
    return page(
        request,
        "market/orders.html",
        orders=found.items,
        counts=counts,
        tab=tab if tab in counts else "all",
        tab_words=TAB_WORDS,
        state_words=STATE_WORDS,
        following=None if found.cursor is None else f"/orders?tab={tab}&after={found.cursor}",
    )


@get("/orders/{order_id:str}", media_type=MediaType.HTML, include_in_schema=False)
async def order_page(
    *, request: AnyRequest, order_id: Id, member: Member, db: Database, payments: Payments
) -> Response[bytes]:
    """Answer with one order: what happens next and by when, its parcels, its lines, and how the price came about."""

    def read(tx: Tx) -> dict[str, Any]:
        found = read_order(tx, order_id=parse_id(order_id), person_id=member.account_id)
        parcels = parcels_for_buyer(
            tx, order_id=parse_id(order_id), buyer_id=member.account_id, locale=member.locale
        ).items
        # What was ordered at once is paid at once.
        trade = read_trade(tx, trade_id=parse_id(found.trade_id), person_id=member.account_id)
        timeline = timeline_of(found, parcels)
        cases = cases_of_order(tx, order_id=parse_id(found.id))
        return {
            "order": found,
            "trade": trade,
            "parcels": parcels,
            "timeline": timeline,
            "cases": [one for one in cases if one.is_open] + [one for one in cases if not one.is_open],
            "now": tx.now,
        }

    till = payments.offers(visit_of(request))
    return page(
        request, "market/order.html", state_words=STATE_WORDS, case_words=CASE_WORDS, till=till, **await db.read(read)
    )


@get("/addresses", media_type=MediaType.HTML, include_in_schema=False)
async def addresses_page(*, request: AnyRequest, member: Member, db: Database) -> Response[bytes]:
    """Answer with the address book."""
    found = await db.read(addresses_of, account_id=member.account_id)
    return page(request, "market/addresses.html", addresses=[describe_address(one) for one in found])


@get("/coupons", media_type=MediaType.HTML, include_in_schema=False)
async def coupons_page(*, request: AnyRequest, member: Member, db: Database) -> Response[bytes]:
    """Answer with the coupons that a person holds, and those of the platform that can be had."""

    def read(tx: Tx) -> dict[str, Any]:
        return {
            "coupons": read_coupons(
                tx, owner_id=member.account_id, state=None, cursor=None, limit=_COUPONS_A_PAGE
            ).items,
            "claimable": read_claimable(tx, shop_id=None, person_id=member.account_id).items,
        }

    return page(request, "market/coupons.html", state_words=COUPON_STATE_WORDS, **await db.read(read))


def _asked_again(offered: Quote) -> dict[str, Any]:
    """Return what the page sends to have the same wish priced once more."""
    lines = [
        {
            "variant_id": format_id(one.variant_id),
            "quantity": one.quantity,
            "source": {
                "kind": one.source.kind,
                "id": None if one.source.id is None else format_id(one.source.id),
            },
        }
        for one in offered.wish.lines
    ]
    return {"from_cart": offered.wish.from_cart, "lines": lines}


route_handlers: Sequence[Any] = (
    market_page,
    category_page,
    goods_page,
    shop_page,
    cart_page,
    checkout_page,
    orders_page,
    order_page,
    addresses_page,
    coupons_page,
)
