"""Write a whole table of goods down."""

import msgspec

from miaohui.commerce.catalogue.actions.create_product import create_product
from miaohui.commerce.catalogue.drafts import ProductDraft
from miaohui.commerce.catalogue.product_sheet import WrongRow, read_sheet
from miaohui.commerce.categories.queries import all_categories
from miaohui.commerce.merchants.access import access_shop
from miaohui.commerce.merchants.states import ShopNotInState
from miaohui.kit.db import Tx


class Imported(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a table: all of it is written down, or nothing. product_ids: empty in a dry run."""

    dry_run: bool
    drafts: list[ProductDraft]
    errors: list[WrongRow]
    product_ids: list[int]


def import_products(tx: Tx, *, shop_id: int, by_id: int, content: bytes, dry_run: bool) -> Imported:
    """Write the products of a table down as drafts, unless a row is wrong or it is a dry run.

    Raises NotFound, Forbidden, ShopNotInState; what is wrong with the table is in the report.
    """
    shop = access_shop(tx, shop_id=shop_id, account_id=by_id, to="goods")
    if shop.state in {"closing", "closed"}:
        raise ShopNotInState(state=shop.state)
    tree = all_categories(tx)
    parents = {each.parent_id for each in tree}
    slugs = {each.slug: each.id for each in tree if each.id not in parents}
    sheet = read_sheet(content, currency=shop.currency, categories=slugs)
    created: list[int] = []
    if not (dry_run or sheet.errors):
        created = [create_product(tx, shop_id=shop_id, by_id=by_id, draft=draft) for draft in sheet.drafts]
    return Imported(dry_run=dry_run, drafts=sheet.drafts, errors=sheet.errors, product_ids=created)
