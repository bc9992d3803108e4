"""What a shop's people see and do."""

import asyncio
from datetime import date
from functools import partial
from typing import Annotated, Any, Literal

import msgspec
from litestar import Request, Response, delete, get, patch, post, put

from miaohui.commerce.merchants.access import access_document, access_shop
from miaohui.commerce.merchants.actions.change_shop import ShopChanges, change_shop
from miaohui.commerce.merchants.actions.change_staff import remove_staff, set_staff
from miaohui.commerce.merchants.actions.close_shop import close_shop
from miaohui.commerce.merchants.actions.pay_deposit import pay_deposit
from miaohui.commerce.merchants.actions.request_category import request_category
from miaohui.commerce.merchants.actions.set_document_file import set_document_file
from miaohui.commerce.merchants.actions.submit_document import submit_document
from miaohui.commerce.merchants.actions.submit_shop import submit_shop
from miaohui.commerce.merchants.answers import (
    OwnShop,
    StaffList,
    read_own_shop,
    read_staff,
)
from miaohui.kit.blobs import Blobs
from miaohui.kit.db import Database
from miaohui.kit.errors import NotFound
from miaohui.kit.http.viewer import Member
from miaohui.kit.ids import Id, parse_id
from miaohui.kit.pictures import MOST_PICTURE_BYTES, WIDTHS_PX, store_picture
from miaohui.kit.rate_limits import RateLimits
from miaohui.money.payments.answers import PaymentAnswer, payment_answer
from miaohui.money.payments.services import Payments
from miaohui.money.payments.visits import visit_of

_TAG = ["shop console"]
PICTURES_AN_HOUR = 300
"""Twenty products with a dozen pictures each, and some slips."""


class NewDocument(msgspec.Struct, frozen=True, kw_only=True):
    """A paper; its picture follows by PUT."""

    kind: Annotated[str, msgspec.Meta(max_length=40)]
    number: Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
    expires_on: date | None = None


class WantedCategory(msgspec.Struct, frozen=True, kw_only=True):
    """In what else the shop wants to sell."""

    category_id: Id


class NewRole(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody is to be in the shop."""

    role: Literal["manager", "goods", "fulfilment", "service", "finance"]


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    """Why."""

    reason: Annotated[str, msgspec.Meta(max_length=600)] = ""


class PaidBy(msgspec.Struct, frozen=True, kw_only=True):
    """By which provider the deposit is paid, such as `sandbox` or `wallet`."""

    provider: Annotated[str, msgspec.Meta(min_length=1, max_length=16)]


@get("/api/v1/shops/{shop_id:str}/console", tags=_TAG)
async def show_console(*, shop_id: Id, member: Member, db: Database) -> OwnShop:
    """Return the shop as its people see it."""
    return await db.read(read_own_shop, shop_id=parse_id(shop_id), account_id=member.account_id)


@patch("/api/v1/shops/{shop_id:str}", tags=_TAG)
async def change(*, shop_id: Id, data: ShopChanges, member: Member, db: Database) -> OwnShop:
    """Change the shop's name, words, insurance or address for returns."""
    shop = parse_id(shop_id)
    await db.write(change_shop, shop_id=shop, by_id=member.account_id, changes=data)
    return await db.read(read_own_shop, shop_id=shop, account_id=member.account_id)


@put("/api/v1/shops/{shop_id:str}/avatar", request_max_body_size=MOST_PICTURE_BYTES, tags=_TAG)
async def change_avatar(
    *, shop_id: Id, request: Request[Any, Any, Any], member: Member, db: Database, blobs: Blobs, limiter: RateLimits
) -> OwnShop:
    """Show the picture in the body (JPEG, PNG, WebP or GIF as they are, no form, up to 8 MB) as the shop's."""
    shop, by_id = parse_id(shop_id), member.account_id
    await db.read(access_shop, shop_id=shop, account_id=by_id, to="shop")
    limiter.check("shops.pictures", by_id, PICTURES_AN_HOUR, 3600)
    picture = await request.body()
    stored = await asyncio.to_thread(partial(store_picture, blobs, folder=f"shops/{shop}", picture=picture))
    await db.write(change_shop, shop_id=shop, by_id=by_id, changes=ShopChanges(), avatar=stored.key)
    return await db.read(read_own_shop, shop_id=shop, account_id=by_id)


@post("/api/v1/shops/{shop_id:str}/application", status_code=200, tags=_TAG)
async def hand_in(*, shop_id: Id, member: Member, db: Database) -> OwnShop:
    """Hand the application in for review."""
    shop = parse_id(shop_id)
    await db.write(submit_shop, shop_id=shop, by_id=member.account_id)
    return await db.read(read_own_shop, shop_id=shop, account_id=member.account_id)


@post("/api/v1/shops/{shop_id:str}/documents", tags=_TAG)
async def hand_in_document(*, shop_id: Id, data: NewDocument, member: Member, db: Database) -> OwnShop:
    """Hand in a paper."""
    shop = parse_id(shop_id)
    await db.write(
        submit_document,
        shop_id=shop,
        by_id=member.account_id,
        kind=data.kind,
        number=data.number,
        expires_on=data.expires_on,
    )
    return await db.read(read_own_shop, shop_id=shop, account_id=member.account_id)


@put(
    "/api/v1/shops/{shop_id:str}/documents/{document_id:str}/picture",
    request_max_body_size=MOST_PICTURE_BYTES,
    status_code=204,
    tags=_TAG,
)
async def set_picture(
    *,
    shop_id: Id,
    document_id: Id,
    request: Request[Any, Any, Any],
    member: Member,
    db: Database,
    blobs: Blobs,
    limiter: RateLimits,
) -> None:
    """Put the picture in the body beside a paper that nobody has looked at yet."""
    shop, by_id = parse_id(shop_id), member.account_id
    await db.read(access_shop, shop_id=shop, account_id=by_id, to="shop")
    limiter.check("shops.pictures", by_id, PICTURES_AN_HOUR, 3600)
    picture = await request.body()
    stored = await asyncio.to_thread(partial(store_picture, blobs, folder=f"private/shops/{shop}", picture=picture))
    await db.write(set_document_file, shop_id=shop, document_id=parse_id(document_id), by_id=by_id, file=stored.key)


@get("/api/v1/shops/{shop_id:str}/documents/{document_id:str}/picture", tags=_TAG, media_type="image/webp")
async def show_picture(*, shop_id: Id, document_id: Id, member: Member, db: Database, blobs: Blobs) -> Response[bytes]:
    """Return the picture of a paper to the shop's people who tend them, and to operators."""
    found = await db.read(access_document, document_id=parse_id(document_id), account_id=member.account_id)
    if found.file is None or found.shop_id != parse_id(shop_id):
        raise NotFound
    content = await asyncio.to_thread(_read, blobs, f"{found.file}-{WIDTHS_PX[-1]}.webp")
    return Response(content, media_type="image/webp", headers={"Cache-Control": "private, no-store"})


@post("/api/v1/shops/{shop_id:str}/categories", status_code=200, tags=_TAG)
async def ask_for_category(*, shop_id: Id, data: WantedCategory, member: Member, db: Database) -> OwnShop:
    """Ask to sell in one more category."""
    shop = parse_id(shop_id)
    wanted = parse_id(data.category_id)
    await db.write(request_category, shop_id=shop, by_id=member.account_id, category_id=wanted)
    return await db.read(read_own_shop, shop_id=shop, account_id=member.account_id)


@get("/api/v1/shops/{shop_id:str}/staff", tags=_TAG)
async def list_staff(*, shop_id: Id, member: Member, db: Database) -> StaffList:
    """List who works in the shop."""
    return await db.read(read_staff, shop_id=parse_id(shop_id), account_id=member.account_id)


@put("/api/v1/shops/{shop_id:str}/staff/{person_id:str}", status_code=200, tags=_TAG)
async def put_staff(*, shop_id: Id, person_id: Id, data: NewRole, member: Member, db: Database) -> StaffList:
    """Take a person in, or give them another role."""
    shop, by_id = parse_id(shop_id), member.account_id
    await db.write(set_staff, shop_id=shop, by_id=by_id, account_id=parse_id(person_id), role=data.role)
    return await db.read(read_staff, shop_id=shop, account_id=by_id)


@delete("/api/v1/shops/{shop_id:str}/staff/{person_id:str}", tags=_TAG)
async def drop_staff(*, shop_id: Id, person_id: Id, member: Member, db: Database) -> None:
    """Let somebody go, or leave oneself."""
    person = parse_id(person_id)
    await db.write(remove_staff, shop_id=parse_id(shop_id), by_id=member.account_id, account_id=person)


@post("/api/v1/shops/{shop_id:str}/deposit", tags=_TAG)
async def deposit(
    *, request: Request[Any, Any, Any], shop_id: Id, data: PaidBy, member: Member, db: Database, payments: Payments
) -> PaymentAnswer:
    """Begin to pay what is missing of the deposit; the shop opens by itself once it is there."""
    visit = visit_of(request)
    chosen = payments.choose(data.provider, visit)
    opened = await db.write(
        pay_deposit, shop_id=parse_id(shop_id), by_id=member.account_id, provider=chosen.provider, way=chosen.way
    )
    return payment_answer(await payments.begin(opened.id, visit))


@post("/api/v1/shops/{shop_id:str}/closing", status_code=200, tags=_TAG)
async def close(*, shop_id: Id, data: Reason, member: Member, db: Database) -> OwnShop:
    """Let the shop sell no more, and settle what is open; only its owner can."""
    shop = parse_id(shop_id)
    await db.read(access_shop, shop_id=shop, account_id=member.account_id, to="staff")
    await db.write(close_shop, shop_id=shop, by_id=member.account_id, reason=data.reason)
    return await db.read(read_own_shop, shop_id=shop, account_id=member.account_id)


def _read(blobs: Blobs, key: str) -> bytes:
    with blobs.open(key) as file:
        return file.read()


route_handlers = (
    show_console,
    change,
    change_avatar,
    hand_in,
    hand_in_document,
    set_picture,
    show_picture,
    ask_for_category,
    list_staff,
    put_staff,
    drop_staff,
    deposit,
    close,
)
