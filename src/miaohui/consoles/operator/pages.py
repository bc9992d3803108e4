"""The operators' pages about people's business: what waits, shops, goods, disputes."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from litestar import MediaType, Request, Response, get
from litestar.params import Parameter

from miaohui.care.aftersales.answers import AftersaleDetail, read_disputed, read_disputes
from miaohui.care.aftersales.refunds import most_refundable
from miaohui.care.aftersales.states import DisputeState
from miaohui.commerce.catalogue.answers import read_listings_in_review, read_product_as_operator
from miaohui.commerce.categories.queries import categories_by_id
from miaohui.commerce.fulfilment.answers import timeline_of_order
from miaohui.commerce.merchants.answers import read_shop_as_operator
from miaohui.commerce.merchants.queries import shop_cards
from miaohui.commerce.orders.queries import line_by_id, order_by_id
from miaohui.consoles.market.aftersales_words import (
    CASE_WORDS,
    DISPUTE_WORDS,
    KIND_WORDS,
    REASON_WORDS,
    SIDE_WORDS,
    VERDICT_WORDS,
    story_of,
)
from miaohui.consoles.merchant.words import (
    CATEGORY_STATE_WORDS,
    LIMIT_WORDS,
    PAPER_STATE_WORDS,
    PAPER_WORDS,
    PRODUCT_STATE_WORDS,
    SHOP_KIND_WORDS,
    SHOP_STATE_WORDS,
)
from miaohui.consoles.operator.queues import read_overview
from miaohui.consoles.operator.shelf import operator_page
from miaohui.consoles.operator.shops import TABS, shops_by_tab
from miaohui.consoles.operator.words import DISPUTE_TAB_WORDS, HISTORY_WORDS, QUEUE_SHELF, QUEUE_WORDS, SHOP_TAB_WORDS
from miaohui.kit.db import Database, Tx
from miaohui.kit.http import Member
from miaohui.kit.ids import Id, parse_id
from miaohui.people.accounts.queries import person_cards

AnyRequest = Request[Any, Any, Any]
Cursor = Annotated[str | None, Parameter(max_length=120)]
ShopTab = Literal["review", "selling", "limited", "closing", "other"]
_A_PAGE = 20
_SHOPS_SHOWN = 100


@get("/operator", media_type=MediaType.HTML, include_in_schema=False)
async def overview_page(*, request: AnyRequest, member: Member, db: Database) -> Response[bytes]:
    """Answer with what waits for a person, and whether all promises hold."""
    overview = await db.read(read_overview, by_id=member.account_id)
    return operator_page(
        request, "overview.html", "", overview=overview, queue_words=QUEUE_WORDS, queue_shelf=QUEUE_SHELF
    )


@get("/operator/shops", media_type=MediaType.HTML, include_in_schema=False)
async def shops_page(*, request: AnyRequest, member: Member, db: Database, tab: ShopTab = "review") -> Response[bytes]:
    """Answer with the shops that are doing this."""
    shops, counts = await db.read(shops_by_tab, tab=tab, by_id=member.account_id, limit=_SHOPS_SHOWN)
    return operator_page(
        request,
        "shops.html",
        "shops",
        shops=shops,
        counts=counts,
        tab=tab,
        tabs=TABS,
        tab_words=SHOP_TAB_WORDS,
        state_words=SHOP_STATE_WORDS,
        shop_kind_words=SHOP_KIND_WORDS,
        limit_words=LIMIT_WORDS,
    )


@get("/operator/shops/{shop_id:str}", media_type=MediaType.HTML, include_in_schema=False)
async def shop_page(*, request: AnyRequest, shop_id: Id, member: Member, db: Database) -> Response[bytes]:
    """Answer with one shop, its papers and what can be done about it."""

    def read(tx: Tx) -> dict[str, Any]:
        found = read_shop_as_operator(tx, shop_id=parse_id(shop_id), account_id=member.account_id)
        categories = categories_by_id(tx, [parse_id(one.category_id) for one in found.categories])
        return {"shop": found, "categories": {str(key): one for key, one in categories.items()}}

    return operator_page(
        request,
        "shop.html",
        "shops",
        state_words=SHOP_STATE_WORDS,
        shop_kind_words=SHOP_KIND_WORDS,
        limit_words=LIMIT_WORDS,
        paper_words=PAPER_WORDS,
        paper_state_words=PAPER_STATE_WORDS,
        category_state_words=CATEGORY_STATE_WORDS,
        history_words=HISTORY_WORDS,
        **await db.read(read),
    )


@get("/operator/listings", media_type=MediaType.HTML, include_in_schema=False)
async def listings_page(
    *, request: AnyRequest, member: Member, db: Database, after: Annotated[Id | None, Parameter()] = None
) -> Response[bytes]:
    """Answer with the goods that wait for review, with their pictures."""

    def read(tx: Tx) -> dict[str, Any]:
        found = read_listings_in_review(tx, account_id=member.account_id, cursor=after, limit=_A_PAGE)
        return {"listings": found, "shops": shop_cards(tx, [parse_id(one.shop_id) for one in found.items])}

    return operator_page(request, "listings.html", "listings", parse_id=parse_id, **await db.read(read))


@get("/operator/listings/{product_id:str}", media_type=MediaType.HTML, include_in_schema=False)
async def listing_page(*, request: AnyRequest, product_id: Id, member: Member, db: Database) -> Response[bytes]:
    """Answer with one product as its buyers would see it, and what can be done about it."""

    def read(tx: Tx) -> dict[str, Any]:
        found = read_product_as_operator(tx, product_id=parse_id(product_id), account_id=member.account_id)
        category_id, shop_id = parse_id(found.category_id), parse_id(found.shop_id)
        return {
            "product": found,
            "category": categories_by_id(tx, [category_id]).get(category_id),
            "shop": shop_cards(tx, [shop_id]).get(shop_id),
        }

    return operator_page(
        request,
        "listing.html",
        "listings",
        state_words=PRODUCT_STATE_WORDS,
        history_words=HISTORY_WORDS,
        **await db.read(read),
    )


@get("/operator/disputes", media_type=MediaType.HTML, include_in_schema=False)
async def disputes_page(
    *,
    request: AnyRequest,
    member: Member,
    db: Database,
    tab: Annotated[DisputeState | None, Parameter(query="state")] = None,
    after: Cursor = None,
) -> Response[bytes]:
    """Answer with disputes, those that have waited longest in front."""

    def read(tx: Tx) -> dict[str, Any]:
        found = read_disputes(tx, by_id=member.account_id, state=tab, cursor=after, limit=_A_PAGE)
        cases = [read_disputed(tx, dispute_id=parse_id(one.id), by_id=member.account_id) for one in found.items]
        following = None if found.cursor is None else f"/operator/disputes?state={tab or ''}&after={found.cursor}"
        return {
            "cases": cases,
            "shops": shop_cards(tx, [parse_id(one.shop_id) for one in found.items]),
            "following": following,
        }

    return operator_page(
        request,
        "disputes.html",
        "disputes",
        tab=tab or "",
        tab_words=DISPUTE_TAB_WORDS,
        dispute_words=DISPUTE_WORDS,
        kind_words=KIND_WORDS,
        reason_words=REASON_WORDS,
        parse_id=parse_id,
        **await db.read(read),
    )


@get("/operator/disputes/{dispute_id:str}", media_type=MediaType.HTML, include_in_schema=False)
async def dispute_page(*, request: AnyRequest, dispute_id: Id, member: Member, db: Database) -> Response[bytes]:
    """Answer with one dispute: both sides' words and proof beside each other, and what can be decided."""

    def read(tx: Tx) -> dict[str, Any]:
        found = read_disputed(tx, dispute_id=parse_id(dispute_id), by_id=member.account_id)
        return {"found": found, "story": story_of(found), **_around(tx, found, member)}

    return operator_page(
        request,
        "dispute.html",
        "disputes",
        case_words=CASE_WORDS,
        dispute_words=DISPUTE_WORDS,
        kind_words=KIND_WORDS,
        reason_words=REASON_WORDS,
        side_words=SIDE_WORDS,
        verdict_words=VERDICT_WORDS,
        **await db.read(read),
    )


def _around(tx: Tx, found: AftersaleDetail, member: Member) -> dict[str, Any]:
    """Return what a judge wants to know beside the words: the line, the order, its parcels, who they are."""
    case = found.aftersale
    line_id, order_id, shop_id = (parse_id(one) for one in (case.order_line_id, case.order_id, case.shop_id))
    return {
        "line": line_by_id(tx, line_id),
        "order": order_by_id(tx, order_id),
        "parcels": timeline_of_order(tx, order_id=order_id, locale=member.locale).items,
        "shop": shop_cards(tx, [shop_id]).get(shop_id),
        "buyer": person_cards(tx, [parse_id(case.buyer_id)]).get(parse_id(case.buyer_id)),
        "most_minor": most_refundable(tx, order_line_id=line_id, quantity=case.quantity),
    }


route_handlers: Sequence[Any] = (
    overview_page,
    shops_page,
    shop_page,
    listings_page,
    listing_page,
    disputes_page,
    dispute_page,
)
