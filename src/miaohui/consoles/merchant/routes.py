"""The JSON API of a shop's money: the settlement domain does not know who works in a shop, the console does."""

from collections.abc import Sequence
from typing import Annotated, Any

import msgspec
from litestar import Request, get, post
from litestar.params import Parameter

from miaohui.commerce.merchants.access import access_shop
from miaohui.commerce.merchants.queries import Shop
from miaohui.consoles.merchant.payouts import request_shop_payout
from miaohui.kit.db import Database, Tx
from miaohui.kit.http.viewer import Member
from miaohui.kit.idempotency import hash_of_request, key_of_request
from miaohui.kit.ids import Id, parse_id
from miaohui.kit.rate_limits import RateLimits
from miaohui.money.ledger.accounts import shop_available
from miaohui.money.ledger.statements import Statement, read_statement
from miaohui.money.settlement.answers import (
    PayoutAnswer,
    Payouts,
    SettlementLines,
    ShopBalances,
    payout_answer,
    read_payouts,
    read_settlement_lines,
    read_shop_balances,
)
from miaohui.money.settlement.queries import LineState

_TAG = ["shop console: money"]
_PAYOUTS_AN_HOUR = 10
_LARGEST_MINOR = 10**12
Limit = Annotated[int, Parameter(ge=1, le=50, description="entries at most")]
Cursor = Annotated[str | None, Parameter(max_length=120, description="from the page before")]
StateFilter = Annotated[LineState | None, Parameter(query="state", description="lines in this state alone")]


class NewShopPayout(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be drawn, in minor units, and to which bank account."""

    amount_minor: Annotated[int, msgspec.Meta(ge=1, le=_LARGEST_MINOR)]
    bank_account: Annotated[str, msgspec.Meta(pattern=r"^[0-9A-Za-z][0-9A-Za-z ]{5,38}[0-9A-Za-z]$")]


@get("/api/v1/shops/{shop_id:str}/balances", tags=_TAG)
async def read_balances(*, shop_id: Id, member: Member, db: Database) -> ShopBalances:
    """Return what the shop has, has on its way to the bank, and owes."""

    def read(tx: Tx) -> ShopBalances:
        shop = _purse(tx, shop_id, member)
        return read_shop_balances(tx, shop_id=shop.id, currency=shop.currency)

    return await db.read(read)


@get("/api/v1/shops/{shop_id:str}/settlement-lines", tags=_TAG)
async def list_lines(
    *,
    shop_id: Id,
    member: Member,
    db: Database,
    line_state: StateFilter = None,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> SettlementLines:
    """List the sold lines on their way to the shop, newest first."""

    def read(tx: Tx) -> SettlementLines:
        shop = _purse(tx, shop_id, member)
        return read_settlement_lines(tx, shop_id=shop.id, state=line_state, cursor=cursor, limit=limit)

    return await db.read(read)


@get("/api/v1/shops/{shop_id:str}/statement", tags=_TAG)
async def show_statement(
    *, shop_id: Id, member: Member, db: Database, limit: Limit = 20, cursor: Cursor = None
) -> Statement:
    """List what came into what the shop can draw and went out of it, newest first."""

    def read(tx: Tx) -> Statement:
        shop = _purse(tx, shop_id, member)
        return read_statement(tx, code=shop_available(shop.id), currency=shop.currency, cursor=cursor, limit=limit)

    return await db.read(read)


@get("/api/v1/shops/{shop_id:str}/payouts", tags=_TAG)
async def list_payouts(
    *, shop_id: Id, member: Member, db: Database, limit: Limit = 20, cursor: Cursor = None
) -> Payouts:
    """List what the shop has drawn, newest first."""

    def read(tx: Tx) -> Payouts:
        return read_payouts(tx, shop_id=_purse(tx, shop_id, member).id, cursor=cursor, limit=limit)

    return await db.read(read)


@post("/api/v1/shops/{shop_id:str}/payouts", tags=_TAG)
async def draw(
    *,
    request: Request[Any, Any, Any],
    shop_id: Id,
    data: NewShopPayout,
    member: Member,
    db: Database,
    limiter: RateLimits,
) -> PayoutAnswer:
    """Draw the shop's money to a bank account; needs a proof of the last minutes. A resend with the same Idempotency-Key is the same payout."""
    limiter.check("settlement.payout", member.account_id, _PAYOUTS_AN_HOUR, 3600)
    payout = await db.write(
        request_shop_payout,
        shop_id=parse_id(shop_id),
        by_id=member.account_id,
        amount_minor=data.amount_minor,
        bank_account=data.bank_account,
        key=key_of_request(request.headers),
        request_hash=hash_of_request("POST", request.url.path, msgspec.json.encode(data)),
        device_id=member.device_id,
    )
    return payout_answer(payout)


def _purse(tx: Tx, shop_id: str, member: Member) -> Shop:
    return access_shop(tx, shop_id=parse_id(shop_id), account_id=member.account_id, to="finance")


route_handlers: Sequence[Any] = (read_balances, list_lines, show_statement, list_payouts, draw)
