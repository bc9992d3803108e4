"""Call the platform."""

from miaohui.care.aftersales.access import access_case_as_buyer
from miaohui.care.aftersales.moves import CaseMoved, move_case, note_dispute, require_state
from miaohui.care.aftersales.queries import Dispute
from miaohui.care.aftersales.tables import dispute
from miaohui.kit.db import Tx, insert_if_absent
from miaohui.kit.ids import new_id


def open_dispute(tx: Tx, *, aftersale_id: int, buyer_id: int, words: str) -> Dispute:
    """Ask the platform to decide a case that the shop has refused. Once a case. Raises NotFound, CaseMoved."""
    found = access_case_as_buyer(tx, aftersale_id=aftersale_id, buyer_id=buyer_id)
    require_state(found, {"rejected"})
    opened = Dispute(
        id=new_id(),
        aftersale_id=aftersale_id,
        shop_id=found.shop_id,
        buyer_id=buyer_id,
        state="open",
        round=0,
        proof_from=None,
        proof_asked_at=None,
        awarded_minor=None,
        verdict=None,
        appealed_by=None,
        judged_by=None,
        deadline_at=None,
        opened_at=tx.now,
        closed_at=None,
    )
    if not insert_if_absent(tx, dispute, {field: getattr(opened, field) for field in opened.__struct_fields__}):
        raise CaseMoved(state=found.state)
    move_case(tx, found, "disputed", by_side="buyer", by_id=buyer_id, words=words)
    note_dispute(tx, opened, from_state=None, by_side="buyer", by_id=buyer_id, words=words)
    return opened
