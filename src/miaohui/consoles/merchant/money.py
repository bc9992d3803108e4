"""A shop's money: what it has, how it came, and how it goes to the bank."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from litestar import MediaType, Response, get
from litestar.params import Parameter

from miaohui.care.insurance.answers import figures_for_shop
from miaohui.commerce.categories.queries import categories_by_id
from miaohui.commerce.merchants.answers import OwnShop
from miaohui.consoles.merchant.layout import AnyRequest, console_page
from miaohui.kit.db import Database, Tx
from miaohui.kit.http import Member
from miaohui.kit.ids import Id, parse_id
from miaohui.money.ledger.accounts import shop_available
from miaohui.money.ledger.statements import read_statement
from miaohui.money.settlement.answers import read_payouts, read_settlement_lines, read_shop_balances

Cursor = Annotated[str | None, Parameter(max_length=120)]
_ROWS = 30
_TABS = ("lines", "statement", "payouts", "insurance")


@get("/shop/{shop_id:str}/money", media_type=MediaType.HTML, include_in_schema=False)
async def money_page(
    *, request: AnyRequest, shop_id: Id, member: Member, db: Database, tab: str = "lines", after: Cursor = None
) -> Response[bytes]:
    """Answer with the shop's balances, and one of: sold lines, the account, payouts, what insurance costs."""
    shown = tab if tab in _TABS else "lines"

    def read(tx: Tx, shop: OwnShop) -> Mapping[str, Any]:
        here = parse_id(shop.id)
        found: dict[str, Any] = {"tab": shown, "cursor": None, "items": []}
        if shown == "insurance":
            figures = figures_for_shop(tx, shop_id=here, account_id=member.account_id).items
            found["items"] = figures
            found["categories"] = categories_by_id(tx, [parse_id(one.category_id) for one in figures])
        else:
            rows = _rows(tx, shop, tab=shown, after=after)
            found |= {"items": rows.items, "cursor": rows.cursor}
        balances = read_shop_balances(tx, shop_id=here, currency=shop.currency)
        following = None if found["cursor"] is None else f"/shop/{shop.id}/money?tab={shown}&after={found['cursor']}"
        return {"balances": balances, "following": following, **found}

    return await console_page(
        request, "money", shop_id=shop_id, member=member, db=db, to="finance", shelf="money", read=read
    )


def _rows(tx: Tx, shop: OwnShop, *, tab: str, after: str | None) -> Any:
    here = parse_id(shop.id)
    if tab == "statement":
        return read_statement(tx, code=shop_available(here), currency=shop.currency, cursor=after, limit=_ROWS)
    if tab == "payouts":
        return read_payouts(tx, shop_id=here, cursor=after, limit=_ROWS)
    return read_settlement_lines(tx, shop_id=here, state=None, cursor=after, limit=_ROWS)


route_handlers: Sequence[Any] = (money_page,)
