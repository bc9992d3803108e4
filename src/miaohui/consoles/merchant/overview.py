"""A shop at a glance: what is to be done, by when, and what came in."""

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from litestar import MediaType, Response, get

from miaohui.care.aftersales.answers import read_shop_aftersales
from miaohui.care.aftersales.queries import case_by_id, cases_awaiting_shop, disputes_awaiting_shop
from miaohui.commerce.merchants.answers import OwnShop
from miaohui.commerce.orders.answers import read_orders_of_shop
from miaohui.commerce.orders.queries import Takings, line_by_id, lines_of_orders, next_to_ship, takings_of_shop
from miaohui.consoles.merchant.layout import AnyRequest, console_page
from miaohui.kit.db import Database, Tx
from miaohui.kit.http import Member
from miaohui.kit.ids import Id, parse_id
from miaohui.money.settlement.answers import ShopBalances, read_shop_balances

_DAY_OF = ZoneInfo("Asia/Shanghai")
"""Whose midnight begins the day of a shop."""
_MOST_COUNTED = 50
_DEADLINES = 8


class Deadline(msgspec.Struct, frozen=True, kw_only=True):
    """Something that is the shop's turn. late: the time has passed."""

    kind: str
    by: datetime
    late: bool
    title: str
    href: str


@get("/shop/{shop_id:str}", media_type=MediaType.HTML, include_in_schema=False)
async def overview_page(*, request: AnyRequest, shop_id: Id, member: Member, db: Database) -> Response[bytes]:
    """Answer with the shop at a glance."""

    def read(tx: Tx, shop: OwnShop) -> Mapping[str, Any]:
        here = parse_id(shop.id)
        orders = read_orders_of_shop(
            tx,
            shop_id=here,
            account_id=member.account_id,
            states=(),
            cursor=None,
            limit=1,
        )
        cases = None
        if "service" in shop.powers:
            cases = read_shop_aftersales(
                tx,
                shop_id=here,
                account_id=member.account_id,
                state=None,
                only_open=True,
                cursor=None,
                limit=_MOST_COUNTED,
            )
        balances: ShopBalances | None = None
        if "finance" in shop.powers:
            balances = read_shop_balances(tx, shop_id=here, currency=shop.currency)
        return {
            "to_ship": orders.counts["paid"] + orders.counts["part_shipped"],
            "cases": cases,
            "balances": balances,
            "deadlines": _deadlines(tx, shop),
            **_takings(tx, here),
        }

    return await console_page(request, "overview", shop_id=shop_id, member=member, db=db, shelf="", read=read)


def _takings(tx: Tx, shop_id: int) -> dict[str, Takings]:
    """Return what was paid today, yesterday and in seven days, by the day of the shop."""
    today = datetime.combine(tx.now.astimezone(_DAY_OF).date(), time(), _DAY_OF)
    yesterday, week = today - timedelta(days=1), today - timedelta(days=6)
    return {
        "today": takings_of_shop(tx, shop_id=shop_id, since=today, until=tx.now),
        "yesterday": takings_of_shop(tx, shop_id=shop_id, since=yesterday, until=today),
        "week": takings_of_shop(tx, shop_id=shop_id, since=week, until=tx.now),
    }


def _deadlines(tx: Tx, shop: OwnShop) -> list[Deadline]:
    """Return what the shop must do next, the most pressing first."""
    here, now = parse_id(shop.id), tx.now
    orders = next_to_ship(tx, shop_id=here, limit=_DEADLINES)
    cases = cases_awaiting_shop(tx, shop_id=here, limit=_DEADLINES) if "service" in shop.powers else []
    titles = {line.order_id: line.title for line in reversed(lines_of_orders(tx, [one.id for one in orders]))}
    found = [
        Deadline(
            kind="ship",
            by=one.ship_by,
            late=one.ship_by < now,
            title=titles[one.id],
            href=f"/shop/{shop.id}/orders/{one.id}",
        )
        for one in orders
        if one.ship_by is not None
    ]
    if "service" in shop.powers:
        for about in disputes_awaiting_shop(tx, shop_id=here, limit=_DEADLINES):
            disputed = case_by_id(tx, about.aftersale_id)
            if disputed is not None:
                # What ends for the shop is the dispute's round; the case itself waits without a deadline.
                cases.append(msgspec.structs.replace(disputed, deadline_at=about.deadline_at))
    for case in cases:
        line = line_by_id(tx, case.order_line_id)
        if case.deadline_at is not None and line is not None:
            href = f"/shop/{shop.id}/aftersales/{case.id}"
            late = case.deadline_at < now
            found.append(Deadline(kind=case.state, by=case.deadline_at, late=late, title=line.title, href=href))
    return sorted(found, key=lambda one: one.by)[:_DEADLINES]


route_handlers: Sequence[Any] = (overview_page,)
