"""What a shop has sold: its orders, their parcels, and what comes back."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, cast

from litestar import MediaType, Response, get
from litestar.params import Parameter

from miaohui.care.aftersales.answers import read_aftersale, read_shop_aftersales
from miaohui.commerce.fulfilment.answers import carriers_for, parcels_for_shop
from miaohui.commerce.merchants.answers import OwnShop
from miaohui.commerce.orders.answers import read_order_of_shop, read_orders_of_shop
from miaohui.commerce.orders.states import OrderState
from miaohui.consoles.merchant.layout import AnyRequest, console_page
from miaohui.consoles.merchant.words import ORDER_TABS
from miaohui.kit.db import Database, Tx
from miaohui.kit.errors import NotFound
from miaohui.kit.http import Member
from miaohui.kit.ids import Id, parse_id

Cursor = Annotated[str | None, Parameter(max_length=120)]
_ROWS = 30


@get("/shop/{shop_id:str}/orders", media_type=MediaType.HTML, include_in_schema=False)
async def orders_page(
    *, request: AnyRequest, shop_id: Id, member: Member, db: Database, tab: str = "to_ship", after: Cursor = None
) -> Response[bytes]:
    """Answer with the shop's orders in some states."""
    shown = tab if tab in ORDER_TABS else "to_ship"

    def read(tx: Tx, shop: OwnShop) -> Mapping[str, Any]:
        orders = read_orders_of_shop(
            tx,
            shop_id=parse_id(shop.id),
            account_id=member.account_id,
            states=cast(Sequence[OrderState], ORDER_TABS[shown]),
            cursor=after,
            limit=_ROWS,
        )
        following = None if orders.cursor is None else f"/shop/{shop.id}/orders?tab={shown}&after={orders.cursor}"
        counts = {
            name: sum(count for state, count in orders.counts.items() if state in (states or ORDER_TABS["to_ship"]))
            for name, states in ORDER_TABS.items()
        }
        return {"orders": orders.items, "counts": counts, "tab": shown, "following": following, "now": tx.now}

    return await console_page(request, "orders", shop_id=shop_id, member=member, db=db, shelf="orders", read=read)


@get("/shop/{shop_id:str}/orders/{order_id:str}", media_type=MediaType.HTML, include_in_schema=False)
async def order_page(
    *, request: AnyRequest, shop_id: Id, order_id: Id, member: Member, db: Database
) -> Response[bytes]:
    """Answer with one order: to whom it goes, what is left to send, its parcels and their papers."""

    def read(tx: Tx, shop: OwnShop) -> Mapping[str, Any]:
        place = {"shop_id": parse_id(shop.id), "order_id": parse_id(order_id), "account_id": member.account_id}
        return {
            "order": read_order_of_shop(tx, **place),
            "parcels": parcels_for_shop(tx, **place, locale=member.locale).items,
            "carriers": carriers_for(member.locale),
            "now": tx.now,
        }

    return await console_page(request, "order", shop_id=shop_id, member=member, db=db, shelf="orders", read=read)


@get("/shop/{shop_id:str}/aftersales", media_type=MediaType.HTML, include_in_schema=False)
async def cases_page(
    *, request: AnyRequest, shop_id: Id, member: Member, db: Database, tab: str = "open", after: Cursor = None
) -> Response[bytes]:
    """Answer with the shop's cases, those that are open or all."""
    shown = "all" if tab == "all" else "open"

    def read(tx: Tx, shop: OwnShop) -> Mapping[str, Any]:
        cases = read_shop_aftersales(
            tx,
            shop_id=parse_id(shop.id),
            account_id=member.account_id,
            state=None,
            only_open=shown == "open",
            cursor=after,
            limit=_ROWS,
        )
        following = None if cases.cursor is None else f"/shop/{shop.id}/aftersales?tab={shown}&after={cases.cursor}"
        return {"cases": cases.items, "tab": shown, "following": following, "now": tx.now}

    return await console_page(
        request, "cases", shop_id=shop_id, member=member, db=db, to="service", shelf="aftersales", read=read
    )


@get("/shop/{shop_id:str}/aftersales/{case_id:str}", media_type=MediaType.HTML, include_in_schema=False)
async def case_page(*, request: AnyRequest, shop_id: Id, case_id: Id, member: Member, db: Database) -> Response[bytes]:
    """Answer with one case: what is asked, what the shop may answer, and by when."""

    def read(tx: Tx, shop: OwnShop) -> Mapping[str, Any]:
        found = read_aftersale(tx, aftersale_id=parse_id(case_id), account_id=member.account_id)
        # One may see it, as its buyer or of another shop, and yet it is not this shop's.
        if found.aftersale.shop_id != shop.id:
            raise NotFound
        return {"found": found, "case": found.aftersale, "carriers": carriers_for(member.locale), "now": tx.now}

    return await console_page(
        request, "case", shop_id=shop_id, member=member, db=db, to="service", shelf="aftersales", read=read
    )


route_handlers: Sequence[Any] = (orders_page, order_page, cases_page, case_page)
