"""Hand an application in for review."""

from miaohui.commerce.categories.queries import categories_by_id
from miaohui.commerce.merchants.access import access_shop
from miaohui.commerce.merchants.queries import Shop, categories_of_shop, documents_of_shop
from miaohui.commerce.merchants.states import ShopNotInState, move_shop
from miaohui.kit.db import Tx
from miaohui.kit.errors import Refusal


class PapersMissing(Refusal):
    """What the shop wants to sell asks for papers that are not there. Data: missing (kinds)."""

    code = "papers_missing"
    status = 409
    title = "Some papers are still missing"


def submit_shop(tx: Tx, *, shop_id: int, by_id: int) -> None:
    """Hand the application in: applied or rejected → review.

    Raises NotFound, Forbidden, ShopNotInState, and PapersMissing until every paper is handed in that the kind of
    shop and its categories ask for.
    """
    found = access_shop(tx, shop_id=shop_id, account_id=by_id, to="shop", for_update=True)
    if found.state not in {"applied", "rejected"}:
        raise ShopNotInState(state=found.state)
    handed_in = {paper.kind for paper in documents_of_shop(tx, shop_id) if paper.state != "rejected"}
    if missing := papers_needed(tx, found) - handed_in:
        raise PapersMissing(missing=sorted(missing))
    move_shop(tx, shop_id=shop_id, origin=found.state, target="review", reason="handed in", by_id=by_id)


def papers_needed(tx: Tx, found: Shop) -> frozenset[str]:
    """Return the kinds of papers that a shop must have: who it is, and what its categories ask for."""
    who = {"identity"} if found.kind == "individual" else {"identity", "business_licence"}
    wanted = [one.category_id for one in categories_of_shop(tx, found.id) if one.state != "refused"]
    rules = categories_by_id(tx, wanted).values()
    return frozenset(who.union(*(rule.qualifications for rule in rules)))
