"""The JSON API of payments, and the addresses that providers call."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated, Any, Literal

import msgspec
from litestar import Request, Response, get, post

from miaohui.kit.db import Database
from miaohui.kit.http.viewer import Member
from miaohui.kit.idempotency import hash_of_request, key_of_request
from miaohui.kit.ids import Id, parse_id
from miaohui.kit.rate_limits import RateLimits
from miaohui.money.ledger import accounts
from miaohui.money.ledger.queries import balance_of
from miaohui.money.payments.access import access_payment
from miaohui.money.payments.actions.open_top_up import open_top_up
from miaohui.money.payments.answers import PaymentAnswer, WalletAnswer, payment_answer
from miaohui.money.payments.providers.sandbox import DELAY, Outcome
from miaohui.money.payments.services import WALLET, Payments, ProviderNotOffered
from miaohui.money.payments.visits import visit_of

AnyRequest = Request[Any, Any, Any]
_TAG = ["payments"]
_CURRENCY: Literal["CNY"] = "CNY"
_TOP_UPS_A_MINUTE = 10
_LARGEST_NOTICE_BYTES = 256 * 1024
"""The largest that a provider sends is some 20 kB (a Stripe event with a whole session in it)."""


class SandboxWish(msgspec.Struct, frozen=True, kw_only=True):
    """What the payer does in the sandbox. delay_s: after how many seconds money comes that is paid late."""

    outcome: Outcome
    delay_s: Annotated[int, msgspec.Meta(ge=1, le=7 * 24 * 3600)] = DELAY // timedelta(seconds=1)


class NewTopUp(msgspec.Struct, frozen=True, kw_only=True):
    """How much is to go into the wallet, in minor units, and which way it is paid."""

    amount_minor: Annotated[int, msgspec.Meta(gt=0, le=10**12)]
    provider: Annotated[str, msgspec.Meta(max_length=16)]
    currency: Literal["CNY"] = _CURRENCY


@get("/api/v1/payments/{payment_id:str}", tags=_TAG)
async def read_payment(*, payment_id: Id, member: Member, db: Database) -> PaymentAnswer:
    """Return one's own payment."""
    found = await db.read(access_payment, payment_id=parse_id(payment_id), person_id=member.account_id)
    return payment_answer(found)


@post("/api/v1/payments/{payment_id:str}/sandbox", status_code=200, tags=_TAG)
async def act_in_sandbox(
    *, payment_id: Id, data: SandboxWish, member: Member, db: Database, payments: Payments
) -> PaymentAnswer:
    """Pay, fail, pay late or pay twice, where no money moves."""
    found = await db.read(access_payment, payment_id=parse_id(payment_id), person_id=member.account_id)
    acted = await payments.act_in_sandbox(found, outcome=data.outcome, delay=timedelta(seconds=data.delay_s))
    return payment_answer(acted)


@get("/api/v1/me/wallet", tags=_TAG)
async def read_wallet(*, member: Member, db: Database) -> WalletAnswer:
    """Return what one's wallet holds."""
    balance = await db.read(balance_of, code=accounts.wallet(member.account_id), currency=_CURRENCY)
    return WalletAnswer(balance_minor=balance, currency=_CURRENCY)


@post("/api/v1/me/wallet/topups", tags=_TAG)
async def top_up(
    *,
    request: AnyRequest,
    data: NewTopUp,
    member: Member,
    db: Database,
    payments: Payments,
    limiter: RateLimits,
) -> PaymentAnswer:
    """Begin to fill one's wallet; the answer says how to pay. A resend with the same Idempotency-Key is the same."""
    limiter.check("payments.top_up", member.account_id, _TOP_UPS_A_MINUTE, 60)
    visit = visit_of(request)
    chosen = payments.choose(data.provider, visit)
    if chosen.provider == WALLET:
        raise ProviderNotOffered
    payment_id = await db.write(
        open_top_up,
        person_id=member.account_id,
        amount_minor=data.amount_minor,
        currency=data.currency,
        provider=chosen.provider,
        way=chosen.way,
        key=key_of_request(request.headers),
        request_hash=hash_of_request("POST", request.url.path, msgspec.json.encode(data)),
    )
    return payment_answer(await payments.begin(payment_id, visit))


@post("/notices/{provider:str}", include_in_schema=False, request_max_body_size=_LARGEST_NOTICE_BYTES)
async def hear(*, request: AnyRequest, provider: str, payments: Payments) -> Response[str]:
    """Hear what a provider says. It has neither cookies nor an Origin, so the viewer middleware lets it pass."""
    headers = {name.lower(): value for name, value in request.headers.items()}
    answer = await payments.hear(provider, headers, await request.body())
    return Response(answer.body, status_code=answer.status, media_type=answer.media_type)


route_handlers: Sequence[Any] = (read_payment, act_in_sandbox, read_wallet, top_up, hear)
