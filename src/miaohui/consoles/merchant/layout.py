"""What all pages of a shop's console have in common."""

from collections.abc import Callable, Mapping
from typing import Any

from litestar import Request, Response

from miaohui.commerce.merchants.access import access_shop
from miaohui.commerce.merchants.answers import OwnShop, read_own_shop
from miaohui.commerce.merchants.roles import Power
from miaohui.consoles.merchant import words
from miaohui.kit.db import Database, Tx
from miaohui.kit.http import Member, page
from miaohui.kit.ids import parse_id

AnyRequest = Request[Any, Any, Any]
Read = Callable[[Tx, OwnShop], Mapping[str, Any]]
_SHELVES = [
    {"path": path, "icon": icon, "power": power, "words": words.SHELF_WORDS[name]}
    for path, (icon, power, name) in words.SHELVES.items()
]
SELLING = frozenset({"probation", "open", "limited"})


async def console_page(
    request: AnyRequest,
    name: str,
    *,
    shop_id: str,
    member: Member,
    db: Database,
    to: Power = "view",
    shelf: str,
    read: Read | None = None,
) -> Response[bytes]:
    """Answer with a page of the console to somebody who works in the shop and has the power.

    shelf: where the page stands in the console's menu. Raises NotFound for strangers, Forbidden for other staff.
    """

    def gather(tx: Tx) -> dict[str, Any]:
        access_shop(tx, shop_id=parse_id(shop_id), account_id=member.account_id, to=to)
        shop = read_own_shop(tx, shop_id=parse_id(shop_id), account_id=member.account_id)
        more = {} if read is None else read(tx, shop)
        return {"shop": shop, **more}

    found = await db.read(gather)
    return page(
        request,
        f"merchant/{name}.html",
        shelf=shelf,
        shelves=[one for one in _SHELVES if one["power"] in found["shop"].powers],
        words=words,
        **found,
    )
