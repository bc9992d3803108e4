"""Shops as anybody sees them, and how one gets one."""

from typing import Annotated, Any, Literal

import msgspec
from litestar import Request, get, post
from litestar.params import Parameter

from miaohui.commerce.merchants.actions.apply_shop import apply_shop
from miaohui.commerce.merchants.answers import (
    OwnShop,
    PublicShop,
    ShopsOfMine,
    read_own_shop,
    read_public_shop,
    read_shops_of_mine,
)
from miaohui.kit.db import Database, Tx
from miaohui.kit.http.viewer import Member, Viewer
from miaohui.kit.idempotency import hash_of_request, remember
from miaohui.kit.ids import Id, parse_id
from miaohui.kit.rate_limits import RateLimits

_TAG = ["shops"]
_APPLICATIONS_A_DAY = 10
Key = Annotated[
    str | None,
    Parameter(
        header="Idempotency-Key",
        pattern=r"^[\x21-\x7e]{1,200}$",
        description="the same one again gets the first result",
    ),
]


class Application(msgspec.Struct, frozen=True, kw_only=True):
    """What the shop is to be. category_ids: in which it wants to sell."""

    kind: Literal["company", "individual"]
    name: Annotated[str, msgspec.Meta(min_length=2, max_length=100)]
    intro: Annotated[str, msgspec.Meta(max_length=600)] = ""
    category_ids: Annotated[list[Id], msgspec.Meta(min_length=1, max_length=20)]
    insures_returns: bool = False


@post("/api/v1/shops", tags=_TAG)
async def apply_for_one(
    *,
    data: Application,
    request: Request[Any, Any, Any],
    member: Member,
    db: Database,
    limiter: RateLimits,
    key: Key = None,
) -> OwnShop:
    """Apply for a shop. Papers and the hand-in for review follow."""
    limiter.check("shops.apply", member.account_id, _APPLICATIONS_A_DAY, 24 * 3600)
    digest = hash_of_request("POST", "/api/v1/shops", await request.body())
    shop_id = await db.write(_apply, data=data, owner_id=member.account_id, key=key, request_hash=digest)
    return await db.read(read_own_shop, shop_id=shop_id, account_id=member.account_id)


@get("/api/v1/shops/{shop_id:str}", tags=_TAG)
async def show(*, shop_id: Id, viewer: Viewer, db: Database) -> PublicShop:
    """Return a shop as anybody sees it; one that has closed is still there, to say so."""
    return await db.read(read_public_shop, shop_id=parse_id(shop_id), viewer_id=viewer.person_id)


@get("/api/v1/me/shops", tags=_TAG)
async def list_mine(*, member: Member, db: Database) -> ShopsOfMine:
    """List the shops in which one works."""
    return await db.read(read_shops_of_mine, account_id=member.account_id)


def _apply(tx: Tx, *, data: Application, owner_id: int, key: str | None, request_hash: bytes) -> int:
    def apply() -> int:
        return apply_shop(
            tx,
            owner_id=owner_id,
            kind=data.kind,
            name=data.name,
            intro=data.intro,
            category_ids=[parse_id(each) for each in data.category_ids],
            insures_returns=data.insures_returns,
        )

    return remember(tx, actor_id=owner_id, key=key, request_hash=request_hash, compute=apply, kind=int)


route_handlers = (apply_for_one, show, list_mine)
