"""Ask for a second judgement."""

from miaohui.care.aftersales.access import access_dispute_as_party
from miaohui.care.aftersales.moves import move_dispute, require_state
from miaohui.care.aftersales.queries import Dispute
from miaohui.kit.db import Tx
from miaohui.kit.errors import Conflict


class NothingToAppeal(Conflict):
    """The judgement gave this side all that it could."""

    code = "nothing_to_appeal"
    status = 409
    title = "This was decided in your favour"


def appeal(tx: Tx, *, aftersale_id: int, account_id: int, words: str) -> Dispute:
    """Appeal on behalf of a side that did not get all, once for both sides together.

    Raises NotFound, Forbidden, CaseMoved, NothingToAppeal.
    """
    _, about, party = access_dispute_as_party(tx, aftersale_id=aftersale_id, account_id=account_id)
    require_state(about, {"judged"})
    if about.verdict == {"buyer": "buyer", "shop": "seller"}[party]:
        raise NothingToAppeal
    return move_dispute(
        tx, about, "appealed", by_side=party, by_id=account_id, words=words, changes={"appealed_by": party}
    )
