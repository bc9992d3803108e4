"""A shop's coupons and promotions."""

from collections.abc import Mapping, Sequence
from typing import Any

from litestar import MediaType, Response, get

from miaohui.commerce.catalogue.answers import read_own_products
from miaohui.commerce.merchants.answers import OwnShop
from miaohui.commerce.promotions.answers import read_promotions, read_templates
from miaohui.consoles.merchant.layout import AnyRequest, console_page
from miaohui.kit.db import Database, Tx
from miaohui.kit.http import Member
from miaohui.kit.ids import Id, parse_id

_ROWS = 100


@get("/shop/{shop_id:str}/coupons", media_type=MediaType.HTML, include_in_schema=False)
async def offers_page(*, request: AnyRequest, shop_id: Id, member: Member, db: Database) -> Response[bytes]:
    """Answer with what the shop gives off: coupons that people take, and promotions that are there by themselves."""

    def read(tx: Tx, shop: OwnShop) -> Mapping[str, Any]:
        here = parse_id(shop.id)
        return {
            "coupons": read_templates(tx, shop_id=here, cursor=None, limit=_ROWS).items,
            "promotions": read_promotions(tx, shop_id=here, cursor=None, limit=_ROWS).items,
            "goods": read_own_products(
                tx, shop_id=here, account_id=member.account_id, state="listed", cursor=None, limit=_ROWS
            ).items,
            "now": tx.now,
        }

    return await console_page(
        request, "offers", shop_id=shop_id, member=member, db=db, to="promotions", shelf="coupons", read=read
    )


route_handlers: Sequence[Any] = (offers_page,)
