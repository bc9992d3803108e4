"""The shop itself: how one gets it, its papers, its people, its settings."""

from collections.abc import Mapping, Sequence
from typing import Any

from litestar import MediaType, Response, get

from miaohui.commerce.catalogue.answers import CategoryNode, read_categories
from miaohui.commerce.checkout.queries import templates_of_shops
from miaohui.commerce.merchants.actions.submit_document import DOCUMENT_KINDS
from miaohui.commerce.merchants.answers import OwnShop, read_shops_of_mine, read_staff
from miaohui.consoles.merchant import words
from miaohui.consoles.merchant.freight import region_of
from miaohui.consoles.merchant.layout import AnyRequest, console_page
from miaohui.kit.db import Database, Tx
from miaohui.kit.http import Member, page
from miaohui.kit.ids import Id, parse_id
from miaohui.money.payments.services import Payments
from miaohui.money.payments.visits import visit_of


@get("/shops/new", media_type=MediaType.HTML, include_in_schema=False)
async def apply_page(*, request: AnyRequest, member: Member, db: Database) -> Response[bytes]:
    """Answer with the form in which one applies for a shop."""

    def read(tx: Tx) -> dict[str, Any]:
        mine = read_shops_of_mine(tx, account_id=member.account_id).items
        return {"tree": read_categories(tx).items, "shops": mine}

    return page(request, "merchant/apply.html", words=words, **await db.read(read))


@get("/shop/{shop_id:str}/papers", media_type=MediaType.HTML, include_in_schema=False)
async def papers_page(
    *, request: AnyRequest, shop_id: Id, member: Member, db: Database, payments: Payments
) -> Response[bytes]:
    """Answer with where the shop stands: its papers, categories, deposit, and what is missing."""

    def read(tx: Tx, shop: OwnShop) -> Mapping[str, Any]:
        tree = read_categories(tx).items
        asked = {one.category_id for one in shop.categories}
        leaves = _leaves(tree)
        return {
            "names": {one.id: one for one in leaves},
            "further": [one for one in leaves if one.id not in asked],
            "kinds": DOCUMENT_KINDS,
            "provider": next((name for name in payments.offers(visit_of(request)).here if name != "wallet"), "wallet"),
        }

    return await console_page(
        request, "papers", shop_id=shop_id, member=member, db=db, to="shop", shelf="papers", read=read
    )


@get("/shop/{shop_id:str}/staff", media_type=MediaType.HTML, include_in_schema=False)
async def staff_page(*, request: AnyRequest, shop_id: Id, member: Member, db: Database) -> Response[bytes]:
    """Answer with who works in the shop."""

    def read(tx: Tx, shop: OwnShop) -> Mapping[str, Any]:
        return {"staff": read_staff(tx, shop_id=parse_id(shop.id), account_id=member.account_id).items}

    return await console_page(request, "staff", shop_id=shop_id, member=member, db=db, shelf="staff", read=read)


@get("/shop/{shop_id:str}/settings", media_type=MediaType.HTML, include_in_schema=False)
async def settings_page(*, request: AnyRequest, shop_id: Id, member: Member, db: Database) -> Response[bytes]:
    """Answer with the shop's words, its address for returns, its insurance and what freight costs."""

    def read(tx: Tx, shop: OwnShop) -> Mapping[str, Any]:
        here = parse_id(shop.id)
        return {"templates": list(templates_of_shops(tx, [here])[here].values()), "region_of": region_of}

    return await console_page(request, "settings", shop_id=shop_id, member=member, db=db, shelf="settings", read=read)


def _leaves(tree: Sequence[CategoryNode]) -> list[CategoryNode]:
    return [leaf for root in tree for leaf in (root.children or [root])]


route_handlers: Sequence[Any] = (apply_page, papers_page, staff_page, settings_page)
