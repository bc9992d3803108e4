"""The sandbox's own page, and where payers come back to from a provider."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Annotated, Any

import segno
from litestar import MediaType, Request, Response, get
from litestar.params import Parameter
from litestar.response import Redirect

from miaohui.kit.clock import Clock
from miaohui.kit.db import Database
from miaohui.kit.http import Member, page
from miaohui.kit.ids import Id, parse_id
from miaohui.money.payments.access import access_payment
from miaohui.money.payments.answers import amount_text
from miaohui.money.payments.queries import Payment
from miaohui.money.payments.services import Payments, ProviderSilent
from miaohui.money.payments.states import OPEN
from miaohui.money.payments.visits import visit_of

AnyRequest = Request[Any, Any, Any]
Next = Annotated[str, Parameter(max_length=500)]
Brought = Annotated[str, Parameter(max_length=500)]
"""What a payer's browser brings back from a provider: anything."""
State = Annotated[str, Parameter(query="state", max_length=500)]


@get("/pay/sandbox/{payment_id:str}", media_type=MediaType.HTML, include_in_schema=False)
async def sandbox_page(
    *,
    request: AnyRequest,
    payment_id: Id,
    member: Member,
    db: Database,
    payments: Payments,
    clock: Clock,
    next: Next = "",
) -> Response[bytes]:
    """Answer with the till at which no money moves; only who pays sees it."""
    found = await db.read(access_payment, payment_id=parse_id(payment_id), person_id=member.account_id)
    payments.sandbox(found)
    return _till(request, found, clock=clock, member=member, target=next)


@get("/pay/return/{payment_id:str}", media_type=MediaType.HTML, include_in_schema=False)
async def return_page(
    *,
    request: AnyRequest,
    payment_id: Id,
    member: Member,
    db: Database,
    payments: Payments,
    clock: Clock,
    next: Next = "",
) -> Response[bytes]:
    """Answer with what became of a payment, and ask its provider first: the payer is often faster than the notice."""
    found = await db.read(access_payment, payment_id=parse_id(payment_id), person_id=member.account_id)
    if found.state in OPEN:
        # Without an answer the page says that we do not know yet, and looks again.
        with suppress(ProviderSilent):
            found = await payments.query(found.id)
    if found.state == "pending":
        # What the provider takes no more is made anew; as long as that fails, the old one stands.
        with suppress(ProviderSilent):
            found = await payments.begin(found.id, visit_of(request))
    return _till(request, found, clock=clock, member=member, target=next)


@get("/pay/identified/{payment_id:str}", include_in_schema=False)
async def identified(
    *, payment_id: Id, member: Member, db: Database, payments: Payments, code: Brought = "", proof: State = ""
) -> Redirect:
    """Hear from a provider, through the payer's browser, who pays; go on to the till."""
    found = await db.read(access_payment, payment_id=parse_id(payment_id), person_id=member.account_id)
    await payments.identify(found.id, code=code, state=proof)
    # The code is in this address, so it does not stay in the window.
    return Redirect(f"/pay/return/{found.id}", status_code=303)


def _till(request: AnyRequest, found: Payment, *, clock: Clock, member: Member, target: str) -> Response[bytes]:
    handover = found.handover or {"kind": "none", "value": ""}
    left = max(found.closes_at - clock.now(), timedelta())
    return page(
        request,
        "payments/till.html",
        payment=found,
        amount=amount_text(found.amount_minor, found.currency, locale=member.locale),
        is_open=found.state in OPEN,
        qr=segno.make(handover["value"]).svg_data_uri(scale=6) if handover["kind"] == "qr" else None,
        address=handover["value"] if handover["kind"] in {"redirect", "identify"} else None,
        bridge=handover["value"] if handover["kind"] == "jsapi" else None,
        is_sandbox=found.provider == "sandbox",
        minutes_left=-(-left // timedelta(minutes=1)),
        next=target or _home_of(found),
    )


def _home_of(found: Payment) -> str:
    """Where a payer goes on whom a provider has sent back: it knows nothing of the page before."""
    homes = {"trade": "/orders", "topup": "/wallet", "deposit": f"/shop/{found.subject_id}/papers"}
    return homes[found.purpose]


route_handlers: Sequence[Any] = (sandbox_page, return_page, identified)
