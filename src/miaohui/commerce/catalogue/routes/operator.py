"""What operators see and do with goods."""

from typing import Annotated

import msgspec
from litestar import get, post
from litestar.params import Parameter

from miaohui.commerce.catalogue.actions.decide_listing import decide_listing
from miaohui.commerce.catalogue.actions.delist_product import ban_product
from miaohui.commerce.catalogue.answers import (
    ConsoleProducts,
    OwnProduct,
    read_listings_in_review,
    read_product_as_operator,
)
from miaohui.kit.db import Database
from miaohui.kit.http.viewer import Member
from miaohui.kit.ids import Id, parse_id

_TAG = ["operator: goods"]
Limit = Annotated[int, Parameter(ge=1, le=50, description="products at most")]
Cursor = Annotated[Id | None, Parameter(description="from the page before")]


class ListingDecision(msgspec.Struct, frozen=True, kw_only=True):
    """Whether the product is listed. note: read by the shop; needed for a rejection."""

    accept: bool
    note: Annotated[str, msgspec.Meta(max_length=600)] = ""


class RemovalReason(msgspec.Struct, frozen=True, kw_only=True):
    """Why the product goes; its shop reads it."""

    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=600)]


@get("/api/v1/operator/listings", tags=_TAG)
async def list_waiting(*, member: Member, db: Database, limit: Limit = 20, cursor: Cursor = None) -> ConsoleProducts:
    """List the products that wait for review, the oldest first."""
    return await db.read(read_listings_in_review, account_id=member.account_id, cursor=cursor, limit=limit)


@get("/api/v1/operator/listings/{product_id:str}", tags=_TAG)
async def show(*, product_id: Id, member: Member, db: Database) -> OwnProduct:
    """Return a product in whatever state."""
    return await db.read(read_product_as_operator, product_id=parse_id(product_id), account_id=member.account_id)


@post("/api/v1/operator/listings/{product_id:str}/decision", status_code=200, tags=_TAG)
async def decide(*, product_id: Id, data: ListingDecision, member: Member, db: Database) -> OwnProduct:
    """Let a product be listed, or send it back."""
    product, by_id = parse_id(product_id), member.account_id
    await db.write(decide_listing, product_id=product, by_id=by_id, accept=data.accept, note=data.note)
    return await db.read(read_product_as_operator, product_id=product, account_id=by_id)


@post("/api/v1/operator/listings/{product_id:str}/removal", status_code=200, tags=_TAG)
async def remove(*, product_id: Id, data: RemovalReason, member: Member, db: Database) -> OwnProduct:
    """Remove a product for good."""
    product, by_id = parse_id(product_id), member.account_id
    await db.write(ban_product, product_id=product, by_id=by_id, reason=data.reason)
    return await db.read(read_product_as_operator, product_id=product, account_id=by_id)


route_handlers = (list_waiting, show, decide, remove)
