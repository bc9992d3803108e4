"""Refuse what came back."""

from miaohui.care.aftersales.access import access_case_as_shop
from miaohui.care.aftersales.moves import move_case, require_state
from miaohui.care.aftersales.queries import Case, dispute_of_case
from miaohui.kit.db import Tx
from miaohui.kit.errors import Conflict


class ReturnJudged(Conflict):
    """The platform has judged that the goods come back; they are taken in, or the clock does it."""

    code = "return_judged"
    status = 409
    title = "The platform has decided that these goods come back"


def refuse_return(tx: Tx, *, aftersale_id: int, by_id: int, words: str) -> Case:
    """Refuse the returned goods on the shop's behalf, with a reason; the buyer may call the platform.

    Raises NotFound, Forbidden, CaseMoved, ReturnJudged.
    """
    found = access_case_as_shop(tx, aftersale_id=aftersale_id, account_id=by_id)
    require_state(found, {"return_shipped"})
    if (about := dispute_of_case(tx, aftersale_id=aftersale_id)) is not None and about.state == "final":
        raise ReturnJudged
    return move_case(tx, found, "rejected", by_side="shop", by_id=by_id, words=words)
