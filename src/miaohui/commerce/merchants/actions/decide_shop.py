"""Accept an application, or reject it."""

from collections.abc import Collection

import sqlalchemy as sa

from miaohui.commerce.categories.queries import categories_by_id
from miaohui.commerce.merchants.access import access_shop_as_operator
from miaohui.commerce.merchants.actions.submit_shop import PapersMissing, papers_needed
from miaohui.commerce.merchants.events import ShopReviewed
from miaohui.commerce.merchants.names import clean_text, invalid_field
from miaohui.commerce.merchants.queries import accepted_kinds, categories_of_shop
from miaohui.commerce.merchants.states import ShopNotInState, move_shop
from miaohui.commerce.merchants.tables import shop_category, shop_document
from miaohui.kit.db import Tx


def decide_shop(
    tx: Tx, *, shop_id: int, by_id: int, accept: bool, reason: str = "", refused_categories: Collection[int] = ()
) -> None:
    """Decide about an application as an operator: review → probation, or → rejected with a reason.

    Accepting accepts the papers that are still to be looked at, grants the categories but `refused_categories`, and
    sets the deposit to the highest that a granted one asks for; `open_shop` opens once it is paid. Of two operators
    who decide at once the second gets ShopNotInState. Raises Forbidden, NotFound, PapersMissing, InvalidInput.
    """
    found = access_shop_as_operator(tx, shop_id=shop_id, by_id=by_id)
    if found.state != "review":
        raise ShopNotInState(state=found.state)
    why = clean_text(reason, pointer="/reason", longest=300)
    if not accept:
        if not why:
            raise invalid_field("/reason", "whoever is rejected reads why")
        move_shop(tx, shop_id=shop_id, origin="review", target="rejected", reason=why, by_id=by_id)
    else:
        _decide_categories(tx, shop_id=shop_id, refused=frozenset(refused_categories), by_id=by_id)
        _accept_papers(tx, shop_id=shop_id, by_id=by_id)
        if missing := papers_needed(tx, found) - accepted_kinds(tx, shop_id):
            raise PapersMissing(missing=sorted(missing))
        granted = [one.category_id for one in categories_of_shop(tx, shop_id) if one.state == "granted"]
        if not granted:
            raise invalid_field("/refused_categories", "a shop without a category has nothing to sell")
        deposit = max(rule.deposit_minor for rule in categories_by_id(tx, granted).values())
        move_shop(
            tx,
            shop_id=shop_id,
            origin="review",
            target="probation",
            reason=why or "accepted",
            by_id=by_id,
            changes={"deposit_required_minor": deposit},
        )
    tx.emit(ShopReviewed(shop_id=shop_id, accepted=accept))


def _decide_categories(tx: Tx, *, shop_id: int, refused: frozenset[int], by_id: int) -> None:
    asked = sa.and_(shop_category.c.shop_id == shop_id, shop_category.c.state == "requested")
    decision = {"decided_by": by_id, "decided_at": tx.now}
    declined = sa.and_(asked, shop_category.c.category_id.in_(refused))
    tx.execute(sa.update(shop_category).where(declined).values(state="refused", **decision))
    tx.execute(sa.update(shop_category).where(asked).values(state="granted", **decision))


def _accept_papers(tx: Tx, *, shop_id: int, by_id: int) -> None:
    waiting = sa.and_(shop_document.c.shop_id == shop_id, shop_document.c.state == "submitted")
    accepted = {"state": "accepted", "reviewed_by": by_id, "reviewed_at": tx.now}
    tx.execute(sa.update(shop_document).where(waiting).values(**accepted))
