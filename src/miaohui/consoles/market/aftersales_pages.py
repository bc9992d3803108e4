"""The buyer's pages when something is not right, and the wallet."""

from collections.abc import Sequence
from typing import Annotated, Any

from litestar import MediaType, Request, Response, get
from litestar.params import Parameter
from litestar.response import Redirect

from miaohui.care.aftersales.answers import read_aftersale, read_own_aftersales
from miaohui.care.aftersales.queries import bought_line, cases_of_line
from miaohui.care.compensation.queries import advance_of_case
from miaohui.care.insurance.answers import cover_for_buyer
from miaohui.commerce.catalogue.answers import read_goods_detail
from miaohui.commerce.fulfilment.answers import carriers_for, parcels_for_buyer
from miaohui.commerce.merchants.queries import shop_by_id
from miaohui.commerce.orders.answers import LineAnswer, OrderAnswer, read_order
from miaohui.consoles.market.aftersales_words import CASE_WORDS, DISPUTE_WORDS, KIND_WORDS, REASON_WORDS, story_of
from miaohui.consoles.market.money_words import ENTRY_WORDS, PAYOUT_WORDS
from miaohui.consoles.market.openings import amounts_of, openings_of
from miaohui.kit.db import Database, Tx
from miaohui.kit.errors import NotFound
from miaohui.kit.http import Member, page
from miaohui.kit.ids import Id, parse_id
from miaohui.money.ledger.statements import read_statement
from miaohui.money.payments.services import WALLET, Payments
from miaohui.money.payments.visits import visit_of
from miaohui.money.settlement.actions.request_own_payout import OwnAccount, own_account
from miaohui.money.settlement.answers import read_own_balances, read_payouts

AnyRequest = Request[Any, Any, Any]
Cursor = Annotated[str | None, Parameter(max_length=120)]
_A_PAGE = 20
_PAYOUTS_SHOWN = 5
_CURRENCY = "CNY"


@get("/orders/{order_id:str}/returns", media_type=MediaType.HTML, include_in_schema=False)
async def returns_page(
    *, request: AnyRequest, order_id: Id, line: Id, member: Member, db: Database
) -> Response[bytes] | Redirect:
    """Answer with the form for a case about one line; where a case is open, go there."""

    def read(tx: Tx) -> dict[str, Any]:
        order = read_order(tx, order_id=parse_id(order_id), person_id=member.account_id)
        wanted = next((one for one in order.lines if one.id == line), None)
        bought = bought_line(tx, parse_id(line))
        if wanted is None or bought is None:
            raise NotFound
        under_way = [case.id for case in cases_of_line(tx, order_line_id=bought.id) if case.is_open]
        openings, why_not = openings_of(tx, bought)
        return {
            "order": order,
            "line": wanted,
            "under_way": under_way,
            "openings": openings,
            "why_not": why_not,
            "amounts": amounts_of(tx, bought),
            "variants": _variants(tx, wanted),
        }

    found = await db.read(read)
    if found["under_way"]:
        return Redirect(f"/aftersales/{found['under_way'][0]}", status_code=303)
    return page(request, "market/returns.html", kind_words=KIND_WORDS, reason_words=REASON_WORDS, **found)


@get("/aftersales", media_type=MediaType.HTML, include_in_schema=False)
async def aftersales_page(
    *, request: AnyRequest, member: Member, db: Database, after: Cursor = None
) -> Response[bytes]:
    """Answer with the person's own cases."""

    def read(tx: Tx) -> dict[str, Any]:
        found = read_own_aftersales(tx, buyer_id=member.account_id, cursor=after, limit=_A_PAGE)
        orders = {
            order_id: read_order(tx, order_id=parse_id(order_id), person_id=member.account_id)
            for order_id in {case.order_id for case in found.items}
        }
        cases = [(case, _line_of(orders[case.order_id], case.order_line_id)) for case in found.items]
        following = None if found.cursor is None else f"/aftersales?after={found.cursor}"
        return {"cases": cases, "orders": orders, "following": following}

    found = await db.read(read)
    return page(request, "market/aftersales.html", case_words=CASE_WORDS, kind_words=KIND_WORDS, **found)


@get("/aftersales/{aftersale_id:str}", media_type=MediaType.HTML, include_in_schema=False)
async def aftersale_page(*, request: AnyRequest, aftersale_id: Id, member: Member, db: Database) -> Response[bytes]:
    """Answer with one case to its buyer: what comes next and by when, what was said and shown, what is paid."""

    def read(tx: Tx) -> dict[str, Any]:
        case_id = parse_id(aftersale_id)
        found = read_aftersale(tx, aftersale_id=case_id, account_id=member.account_id)
        case = found.aftersale
        if case.side != "buyer":
            raise NotFound
        order_id = parse_id(case.order_id)
        order = read_order(tx, order_id=order_id, person_id=member.account_id)
        parcels = parcels_for_buyer(tx, order_id=order_id, buyer_id=member.account_id, locale=member.locale).items
        shop = shop_by_id(tx, parse_id(case.shop_id))
        try:
            cover = cover_for_buyer(tx, order_id=order_id, buyer_id=member.account_id)
        except NotFound:
            cover = None
        return {
            "case": case,
            "evidence": found.evidence,
            "dispute": found.dispute,
            "story": story_of(found),
            "order": order,
            "line": _line_of(order, case.order_line_id),
            "parcels": [parcel for parcel in parcels if parcel.case_id == case.id],
            "return_address": None if shop is None else shop.return_address,
            "cover": cover,
            "advance": advance_of_case(tx, aftersale_id=case_id),
        }

    return page(
        request,
        "market/aftersale.html",
        carriers=carriers_for(member.locale),
        case_words=CASE_WORDS,
        dispute_words=DISPUTE_WORDS,
        kind_words=KIND_WORDS,
        reason_words=REASON_WORDS,
        **await db.read(read),
    )


@get("/wallet", media_type=MediaType.HTML, include_in_schema=False)
async def wallet_page(
    *,
    request: AnyRequest,
    member: Member,
    db: Database,
    payments: Payments,
    account: OwnAccount = "wallet",
    after: Cursor = None,
) -> Response[bytes]:
    """Answer with what one has here: the balance, what came and went, and what is on its way to the bank."""

    def read(tx: Tx) -> dict[str, Any]:
        code = own_account(account, member.account_id)
        statement = read_statement(tx, code=code, currency=_CURRENCY, cursor=after, limit=_A_PAGE)
        following = None if statement.cursor is None else f"/wallet?account={account}&after={statement.cursor}"
        return {
            "balances": {
                one.account: one for one in read_own_balances(tx, person_id=member.account_id, currency=_CURRENCY).items
            },
            "statement": statement.items,
            "payouts": read_payouts(tx, person_id=member.account_id, cursor=None, limit=_PAYOUTS_SHOWN).items,
            "following": following,
        }

    return page(
        request,
        "market/wallet.html",
        account=account,
        currency=_CURRENCY,
        providers=[name for name in payments.offers(visit_of(request)).here if name != WALLET],
        entry_words=ENTRY_WORDS,
        payout_words=PAYOUT_WORDS,
        **await db.read(read),
    )


def _variants(tx: Tx, line: LineAnswer) -> list[dict[str, str]]:
    """Return what could come instead; nothing but the same again for what is not on sale any more."""
    try:
        goods = read_goods_detail(tx, product_id=parse_id(line.product_id))
    except NotFound:
        return []
    return [{"id": one.id, "words": " · ".join(one.options.values())} for one in goods.variants]


def _line_of(order: OrderAnswer, line_id: str) -> LineAnswer:
    return next(one for one in order.lines if one.id == line_id)


route_handlers: Sequence[Any] = (returns_page, aftersales_page, aftersale_page, wallet_page)
