"""The JSON API of orders: placing, paying, following, cancelling, receiving."""

from collections.abc import Sequence
from typing import Annotated, Any

import msgspec
from litestar import Request, get, post
from litestar.params import Parameter

from miaohui.commerce.checkout.actions.make_quote import QuoteChanged, QuoteExpired, renew_quote
from miaohui.commerce.checkout.quoted import describe_quote, words_for
from miaohui.commerce.checkout.quotes import quote_of
from miaohui.commerce.orders.actions.begin_payment import begin_payment
from miaohui.commerce.orders.actions.cancel_order import cancel_order
from miaohui.commerce.orders.actions.complete_order import confirm_receipt
from miaohui.commerce.orders.actions.extend_receipt import extend_receipt
from miaohui.commerce.orders.actions.place_order import place_order
from miaohui.commerce.orders.answers import (
    OrderAnswer,
    Orders,
    TradeAnswer,
    describe_placed,
    read_order,
    read_order_of_shop,
    read_orders,
    read_orders_of_shop,
    read_trade,
)
from miaohui.commerce.orders.states import OrderState
from miaohui.kit.db import Database
from miaohui.kit.http.viewer import Member
from miaohui.kit.idempotency import hash_of_request
from miaohui.kit.ids import Id, parse_id
from miaohui.kit.rate_limits import RateLimits
from miaohui.money.payments.answers import PaymentAnswer, payment_answer
from miaohui.money.payments.services import Payments
from miaohui.money.payments.visits import visit_of

_TAG = ["orders"]
_SHOP_TAG = ["shops"]
Key = Annotated[
    str | None,
    Parameter(
        header="Idempotency-Key",
        pattern=r"^[\x21-\x7e]{1,200}$",
        description="the same one again gets the first result",
    ),
]
States = Annotated[list[OrderState] | None, Parameter(query="state", description="only these; may be repeated")]
Cursor = Annotated[str | None, Parameter(max_length=30, description="from the page before")]
Limit = Annotated[int, Parameter(ge=1, le=50, description="orders at most")]
_ORDERS_A_MINUTE = 60


class NewOrder(msgspec.Struct, frozen=True, kw_only=True):
    """Which quote is taken."""

    quote_id: Id


class NewPayment(msgspec.Struct, frozen=True, kw_only=True):
    """How the buyer wants to pay."""

    provider: Annotated[str, msgspec.Meta(pattern="^[a-z_]{1,16}$")]


@post("/api/v1/orders", tags=_TAG)
async def place(
    *,
    data: NewOrder,
    request: Request[Any, Any, Any],
    member: Member,
    db: Database,
    limiter: RateLimits,
    key: Key = None,
) -> TradeAnswer:
    """Order what a quote offers, at the price that it shows.

    If the quote is too old or the price has changed, the refusal's data hold a new quote to look at.
    """
    limiter.check("orders.place", member.account_id, _ORDERS_A_MINUTE, 60)
    quote_id = parse_id(data.quote_id)
    try:
        placed = await db.write(
            place_order,
            buyer_id=member.account_id,
            quote_id=quote_id,
            key=key,
            request_hash=hash_of_request("POST", "/api/v1/orders", await request.body()),
        )
    except (QuoteExpired, QuoteChanged) as refusal:
        offered = await db.read(quote_of, quote_id=quote_id, buyer_id=member.account_id)
        renewed = await db.write(renew_quote, offered=offered)
        locale, gettext = words_for(request)
        shown = describe_quote(renewed, locale=locale, gettext=gettext)
        raise type(refusal)(quote=msgspec.to_builtins(shown)) from refusal
    return describe_placed(placed)


@get("/api/v1/orders", tags=_TAG)
async def list_orders(
    *, member: Member, db: Database, states: States = None, cursor: Cursor = None, limit: Limit = 20
) -> Orders:
    """List one's own orders, newest first."""
    return await db.read(read_orders, buyer_id=member.account_id, states=states or (), cursor=cursor, limit=limit)


@get("/api/v1/orders/{order_id:str}", tags=_TAG)
async def see_order(*, order_id: Id, member: Member, db: Database) -> OrderAnswer:
    """See one's own order: what it holds, what happened to it, what comes next and by when."""
    return await db.read(read_order, order_id=parse_id(order_id), person_id=member.account_id)


@post("/api/v1/orders/{order_id:str}/cancellation", status_code=200, tags=_TAG)
async def cancel(*, order_id: Id, member: Member, db: Database) -> OrderAnswer:
    """Cancel an order of which nothing has been sent; what was paid goes back by itself.

    Before payment all orders of its trade go with it.
    """
    await db.write(cancel_order, order_id=parse_id(order_id), buyer_id=member.account_id)
    return await db.read(read_order, order_id=parse_id(order_id), person_id=member.account_id)


@post("/api/v1/orders/{order_id:str}/receipt", status_code=200, tags=_TAG)
async def receive(*, order_id: Id, member: Member, db: Database) -> OrderAnswer:
    """Say that everything has come."""
    await db.write(confirm_receipt, order_id=parse_id(order_id), buyer_id=member.account_id)
    return await db.read(read_order, order_id=parse_id(order_id), person_id=member.account_id)


@post("/api/v1/orders/{order_id:str}/receipt-extension", status_code=200, tags=_TAG)
async def extend(*, order_id: Id, member: Member, db: Database) -> OrderAnswer:
    """Take five more days before the order completes itself; once."""
    await db.write(extend_receipt, order_id=parse_id(order_id), buyer_id=member.account_id)
    return await db.read(read_order, order_id=parse_id(order_id), person_id=member.account_id)


@get("/api/v1/trades/{trade_id:str}", tags=_TAG)
async def see_trade(*, trade_id: Id, member: Member, db: Database) -> TradeAnswer:
    """See what is, or was, to be paid at once."""
    return await db.read(read_trade, trade_id=parse_id(trade_id), person_id=member.account_id)


@post("/api/v1/trades/{trade_id:str}/payments", tags=_TAG)
async def pay(
    *,
    request: Request[Any, Any, Any],
    trade_id: Id,
    data: NewPayment,
    member: Member,
    db: Database,
    payments: Payments,
    limiter: RateLimits,
) -> PaymentAnswer:
    """Begin to pay for a trade. However often it is asked on one device, one payment comes of it."""
    limiter.check("orders.pay", member.account_id, _ORDERS_A_MINUTE, 60)
    visit = visit_of(request)
    chosen = payments.choose(data.provider, visit)
    opened = await db.write(
        begin_payment,
        trade_id=parse_id(trade_id),
        buyer_id=member.account_id,
        provider=chosen.provider,
        way=chosen.way,
    )
    return payment_answer(await payments.begin(opened.id, visit))


@get("/api/v1/shops/{shop_id:str}/orders", tags=_SHOP_TAG)
async def list_orders_of_shop(
    *, shop_id: Id, member: Member, db: Database, states: States = None, cursor: Cursor = None, limit: Limit = 20
) -> Orders:
    """List a shop's paid orders, newest first, to those who work there."""
    return await db.read(
        read_orders_of_shop,
        shop_id=parse_id(shop_id),
        account_id=member.account_id,
        states=states or (),
        cursor=cursor,
        limit=limit,
    )


@get("/api/v1/shops/{shop_id:str}/orders/{order_id:str}", tags=_SHOP_TAG)
async def see_order_of_shop(*, shop_id: Id, order_id: Id, member: Member, db: Database) -> OrderAnswer:
    """See a paid order of a shop, as somebody who works there."""
    return await db.read(
        read_order_of_shop, shop_id=parse_id(shop_id), order_id=parse_id(order_id), account_id=member.account_id
    )


route_handlers: Sequence[Any] = (
    place,
    list_orders,
    see_order,
    cancel,
    receive,
    extend,
    see_trade,
    pay,
    list_orders_of_shop,
    see_order_of_shop,
)
