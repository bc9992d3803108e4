"""Take a dispute back."""

from miaohui.care.aftersales.access import access_dispute_as_party
from miaohui.care.aftersales.moves import move_case, move_dispute, require_state
from miaohui.care.aftersales.queries import Dispute
from miaohui.kit.db import Tx
from miaohui.kit.errors import Forbidden


def withdraw_dispute(tx: Tx, *, aftersale_id: int, buyer_id: int) -> Dispute:
    """End a dispute, and with it the case, on the buyer's behalf, before it is judged.

    Raises NotFound, Forbidden to the shop, CaseMoved.
    """
    found, about, party = access_dispute_as_party(tx, aftersale_id=aftersale_id, account_id=buyer_id)
    if party != "buyer":
        raise Forbidden
    require_state(about, {"open", "wait_proof", "ready"})
    withdrawn = move_dispute(tx, about, "withdrawn", by_side="buyer", by_id=buyer_id)
    move_case(tx, found, "closed", by_side="buyer", by_id=buyer_id, words="the dispute was withdrawn")
    return withdrawn
