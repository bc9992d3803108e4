"""Ask to sell in one more category, and decide about it."""

import sqlalchemy as sa

from miaohui.commerce.categories.queries import categories_by_id
from miaohui.commerce.merchants.access import access_shop, access_shop_as_operator
from miaohui.commerce.merchants.actions.apply_shop import MOST_CATEGORIES
from miaohui.commerce.merchants.actions.submit_shop import PapersMissing
from miaohui.commerce.merchants.names import invalid_field
from miaohui.commerce.merchants.queries import accepted_kinds, categories_of_shop, documents_of_shop
from miaohui.commerce.merchants.states import ShopNotInState
from miaohui.commerce.merchants.tables import shop, shop_category
from miaohui.kit.db import Tx, insert_or_update
from miaohui.kit.errors import Conflict, NotFound


def request_category(tx: Tx, *, shop_id: int, by_id: int, category_id: int) -> None:
    """Ask for a category, also again after a refusal; one that is granted stays granted.

    Raises NotFound, Forbidden, ShopNotInState, PapersMissing, InvalidInput.
    """
    found = access_shop(tx, shop_id=shop_id, account_id=by_id, to="shop", for_update=True)
    if found.state in {"closing", "closed"}:
        raise ShopNotInState(state=found.state)
    rule = categories_by_id(tx, [category_id]).get(category_id)
    if rule is None:
        raise NotFound
    asked = {one.category_id: one.state for one in categories_of_shop(tx, shop_id)}
    if asked.get(category_id) in {"granted", "requested"}:
        return
    if len(asked) >= MOST_CATEGORIES:
        raise invalid_field("/category_id", "at most %(most)d categories", most=MOST_CATEGORIES)
    handed_in = {paper.kind for paper in documents_of_shop(tx, shop_id) if paper.state != "rejected"}
    if missing := set(rule.qualifications) - handed_in:
        raise PapersMissing(missing=sorted(missing))
    row = {"shop_id": shop_id, "category_id": category_id, "state": "requested"}
    insert_or_update(tx, shop_category, row, key=["shop_id", "category_id"], changes={"state": "requested"})


def decide_category(tx: Tx, *, shop_id: int, by_id: int, category_id: int, accept: bool) -> None:
    """Decide as an operator about a category that a shop has asked for after its review.

    A higher deposit applies from then on; what is missing of it is asked of the shop, which goes on selling.
    Raises Forbidden, NotFound, Conflict if nobody asks (any more), PapersMissing.
    """
    access_shop_as_operator(tx, shop_id=shop_id, by_id=by_id)
    rule = categories_by_id(tx, [category_id]).get(category_id)
    if rule is None:
        raise NotFound
    if accept and (missing := set(rule.qualifications) - accepted_kinds(tx, shop_id)):
        raise PapersMissing(missing=sorted(missing))
    asked = sa.and_(
        shop_category.c.shop_id == shop_id,
        shop_category.c.category_id == category_id,
        shop_category.c.state == "requested",
    )
    decision = {"state": "granted" if accept else "refused", "decided_by": by_id, "decided_at": tx.now}
    if not tx.changed(sa.update(shop_category).where(asked).values(**decision)):
        raise Conflict
    if accept:
        more = sa.and_(shop.c.id == shop_id, shop.c.deposit_required_minor < rule.deposit_minor)
        tx.execute(sa.update(shop).where(more).values(deposit_required_minor=rule.deposit_minor))
