"""What operators see and do with shops."""

from typing import Annotated, Literal

import msgspec
from litestar import get, post, put
from litestar.params import Parameter

from miaohui.commerce.merchants.access import access_operator
from miaohui.commerce.merchants.actions.close_shop import close_shop, finish_closing
from miaohui.commerce.merchants.actions.decide_shop import decide_shop
from miaohui.commerce.merchants.actions.limit_shop import limit_shop
from miaohui.commerce.merchants.actions.open_shop import open_shop
from miaohui.commerce.merchants.actions.request_category import decide_category
from miaohui.commerce.merchants.actions.review_document import review_document
from miaohui.commerce.merchants.answers import OwnShop, ShopsInReview, read_shop_as_operator, read_shops_in_review
from miaohui.commerce.merchants.routes.console import Reason
from miaohui.kit.db import Database, Tx
from miaohui.kit.http.viewer import Member
from miaohui.kit.ids import Id, parse_id

_TAG = ["operator: shops"]
Limit = Annotated[int, Parameter(ge=1, le=50, description="entries at most")]
Cursor = Annotated[str | None, Parameter(max_length=120, description="from the page before")]


class ShopDecision(msgspec.Struct, frozen=True, kw_only=True):
    """Whether the shop is accepted. reason: read by the shop; needed for a rejection."""

    accept: bool
    reason: Annotated[str, msgspec.Meta(max_length=600)] = ""
    refused_categories: Annotated[list[Id], msgspec.Meta(max_length=20)] = []


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """Whether it is accepted. note: read by the shop."""

    accept: bool
    note: Annotated[str, msgspec.Meta(max_length=600)] = ""


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """What the shop may not do from now on, and why; none at all lifts what there was."""

    limits: list[Literal["traffic", "live", "new_goods", "withdrawal"]]
    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=600)]


@get("/api/v1/operator/shops", tags=_TAG)
async def list_waiting(*, member: Member, db: Database, limit: Limit = 20, cursor: Cursor = None) -> ShopsInReview:
    """List the applications that wait, the oldest first."""
    return await db.read(read_shops_in_review, account_id=member.account_id, cursor=cursor, limit=limit)


@get("/api/v1/operator/shops/{shop_id:str}", tags=_TAG)
async def show(*, shop_id: Id, member: Member, db: Database) -> OwnShop:
    """Return a shop with its papers."""
    return await db.read(read_shop_as_operator, shop_id=parse_id(shop_id), account_id=member.account_id)


@post("/api/v1/operator/shops/{shop_id:str}/decision", status_code=200, tags=_TAG)
async def decide(*, shop_id: Id, data: ShopDecision, member: Member, db: Database) -> OwnShop:
    """Accept an application, or reject it."""
    shop = parse_id(shop_id)
    await db.write(
        decide_shop,
        shop_id=shop,
        by_id=member.account_id,
        accept=data.accept,
        reason=data.reason,
        refused_categories=[parse_id(each) for each in data.refused_categories],
    )
    return await db.read(read_shop_as_operator, shop_id=shop, account_id=member.account_id)


@post("/api/v1/operator/documents/{document_id:str}/decision", status_code=204, tags=_TAG)
async def decide_document(*, document_id: Id, data: Verdict, member: Member, db: Database) -> None:
    """Accept a paper, or reject it."""
    paper = parse_id(document_id)
    await db.write(review_document, document_id=paper, by_id=member.account_id, accept=data.accept, note=data.note)


@post("/api/v1/operator/shops/{shop_id:str}/categories/{category_id:str}/decision", status_code=200, tags=_TAG)
async def decide_one_category(*, shop_id: Id, category_id: Id, data: Verdict, member: Member, db: Database) -> OwnShop:
    """Let a shop sell in one more category, or not."""
    shop, wanted = parse_id(shop_id), parse_id(category_id)
    await db.write(decide_category, shop_id=shop, by_id=member.account_id, category_id=wanted, accept=data.accept)
    return await db.read(read_shop_as_operator, shop_id=shop, account_id=member.account_id)


@put("/api/v1/operator/shops/{shop_id:str}/limits", status_code=200, tags=_TAG)
async def set_limits(*, shop_id: Id, data: Limits, member: Member, db: Database) -> OwnShop:
    """Say what a shop may not do."""
    shop = parse_id(shop_id)
    await db.write(limit_shop, shop_id=shop, by_id=member.account_id, limits=data.limits, reason=data.reason)
    return await db.read(read_shop_as_operator, shop_id=shop, account_id=member.account_id)


@post("/api/v1/operator/shops/{shop_id:str}/opening", status_code=200, tags=_TAG)
async def open_one(*, shop_id: Id, member: Member, db: Database) -> OwnShop:
    """Open an accepted shop whose deposit came another way than through a payment of ours."""
    shop = parse_id(shop_id)
    await db.write(_open, shop_id=shop, by_id=member.account_id)
    return await db.read(read_shop_as_operator, shop_id=shop, account_id=member.account_id)


@post("/api/v1/operator/shops/{shop_id:str}/closing", status_code=200, tags=_TAG)
async def close(*, shop_id: Id, data: Reason, member: Member, db: Database) -> OwnShop:
    """Let a shop sell no more, and settle what is open."""
    shop = parse_id(shop_id)
    await db.read(access_operator, member.account_id)
    await db.write(close_shop, shop_id=shop, by_id=member.account_id, reason=data.reason)
    return await db.read(read_shop_as_operator, shop_id=shop, account_id=member.account_id)


@put("/api/v1/operator/shops/{shop_id:str}/closing", status_code=200, tags=_TAG)
async def end(*, shop_id: Id, member: Member, db: Database) -> OwnShop:
    """End a closing shop that owes nothing and is owed nothing."""
    shop = parse_id(shop_id)
    await db.write(finish_closing, shop_id=shop, by_id=member.account_id)
    return await db.read(read_shop_as_operator, shop_id=shop, account_id=member.account_id)


def _open(tx: Tx, *, shop_id: int, by_id: int) -> None:
    access_operator(tx, by_id)
    open_shop(tx, shop_id=shop_id)


route_handlers = (
    list_waiting,
    show,
    decide,
    decide_document,
    decide_one_category,
    set_limits,
    open_one,
    close,
    end,
)
