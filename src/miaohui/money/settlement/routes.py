"""The JSON API of one's own money; a shop's is in its console, which knows who works there."""

from collections.abc import Sequence
from typing import Annotated, Any

import msgspec
from litestar import Request, get, post
from litestar.params import Parameter

from miaohui.kit.db import Database
from miaohui.kit.http.viewer import Member
from miaohui.kit.idempotency import hash_of_request, key_of_request
from miaohui.kit.rate_limits import RateLimits
from miaohui.money.ledger.statements import Statement, read_statement
from miaohui.money.settlement.actions.request_own_payout import OwnAccount, own_account, request_own_payout
from miaohui.money.settlement.answers import (
    OwnBalances,
    PayoutAnswer,
    Payouts,
    payout_answer,
    read_own_balances,
    read_payouts,
)

_TAG = ["settlement"]
_CURRENCY = "CNY"
_PAYOUTS_AN_HOUR = 10
_LARGEST_MINOR = 10**12
"""More than any account holds, and far from the end of 64 bits."""
Limit = Annotated[int, Parameter(ge=1, le=50, description="entries at most")]
Cursor = Annotated[str | None, Parameter(max_length=120, description="from the page before")]


class NewPayout(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be drawn, in minor units, from which account, and to which bank account."""

    account: OwnAccount
    amount_minor: Annotated[int, msgspec.Meta(ge=1, le=_LARGEST_MINOR)]
    bank_account: Annotated[str, msgspec.Meta(pattern=r"^[0-9A-Za-z][0-9A-Za-z ]{5,38}[0-9A-Za-z]$")]


@get("/api/v1/me/balances", tags=_TAG)
async def read_balances(*, member: Member, db: Database) -> OwnBalances:
    """Return what one has earned, keeps in the wallet, has on its way to the bank, and owes."""
    return await db.read(read_own_balances, person_id=member.account_id, currency=_CURRENCY)


@get("/api/v1/me/statement", tags=_TAG)
async def read_own_statement(
    *, member: Member, db: Database, account: OwnAccount = "promoter", limit: Limit = 20, cursor: Cursor = None
) -> Statement:
    """List what came into one of one's accounts and went out of it, newest first."""
    code = own_account(account, member.account_id)
    return await db.read(read_statement, code=code, currency=_CURRENCY, cursor=cursor, limit=limit)


@get("/api/v1/me/payouts", tags=_TAG)
async def list_payouts(*, member: Member, db: Database, limit: Limit = 20, cursor: Cursor = None) -> Payouts:
    """List what one has drawn, newest first."""
    return await db.read(read_payouts, person_id=member.account_id, cursor=cursor, limit=limit)


@post("/api/v1/me/payouts", tags=_TAG)
async def draw(
    *, request: Request[Any, Any, Any], data: NewPayout, member: Member, db: Database, limiter: RateLimits
) -> PayoutAnswer:
    """Draw money to a bank account; needs a proof of the last minutes. A resend with the same Idempotency-Key is the same payout."""
    limiter.check("settlement.payout", member.account_id, _PAYOUTS_AN_HOUR, 3600)
    payout = await db.write(
        request_own_payout,
        person_id=member.account_id,
        account=data.account,
        amount_minor=data.amount_minor,
        currency=_CURRENCY,
        bank_account=data.bank_account,
        key=key_of_request(request.headers),
        request_hash=hash_of_request("POST", request.url.path, msgspec.json.encode(data)),
        device_id=member.device_id,
    )
    return payout_answer(payout)


route_handlers: Sequence[Any] = (read_balances, read_own_statement, list_payouts, draw)
