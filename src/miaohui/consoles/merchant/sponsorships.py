"""A shop's sponsored shakes: made, funded, paused, and what came of them."""

from collections.abc import Mapping, Sequence
from typing import Any

from litestar import MediaType, Response, get

from miaohui.commerce.merchants.answers import OwnShop
from miaohui.commerce.sponsorships.answers import read_sponsorships
from miaohui.consoles.merchant.layout import AnyRequest, console_page
from miaohui.kit.db import Database, Tx
from miaohui.kit.http import Member
from miaohui.kit.ids import Id, parse_id
from miaohui.money.ledger.accounts import shop_available
from miaohui.money.ledger.queries import balance_of


@get("/shop/{shop_id:str}/sponsorships", media_type=MediaType.HTML, include_in_schema=False)
async def sponsorships_page(*, request: AnyRequest, shop_id: Id, member: Member, db: Database) -> Response[bytes]:
    """Answer with the shop's campaigns, their funnels and budgets."""

    def read(tx: Tx, shop: OwnShop) -> Mapping[str, Any]:
        here = parse_id(shop.id)
        return {
            "campaigns": read_sponsorships(tx, shop_id=here).items,
            "drawable_minor": balance_of(tx, code=shop_available(here), currency=shop.currency),
        }

    return await console_page(
        request, "sponsorships", shop_id=shop_id, member=member, db=db, to="promotions", shelf="sponsorships", read=read
    )


route_handlers: Sequence[Any] = (sponsorships_page,)
