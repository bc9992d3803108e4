"""File a claim, which nobody has to ask for."""

from miaohui.care.insurance.queries import Claim, claim_of_policy, policy_of_order
from miaohui.care.insurance.states import move_policy, note_move
from miaohui.care.insurance.tables import freight_claim
from miaohui.commerce.fulfilment.queries import parcel_by_id
from miaohui.kit.db import Tx, insert_if_absent
from miaohui.kit.ids import new_id
from miaohui.kit.jobs import stage_job


def file_claim(tx: Tx, *, parcel_id: int) -> Claim | None:
    """File the claim for a parcel that came back and was signed for; None if there is nothing to claim.

    A cover has one claim and a waybill proves one return, whichever of two signatures comes first; the
    database says so (COMMERCE, invariant 17).
    """
    back = parcel_by_id(tx, parcel_id)
    found = None if back is None else policy_of_order(tx, back.order_id)
    if back is None or back.direction != "back" or back.signed_at is None or found is None:
        return None
    if not move_policy(tx, policy_id=found.id, origin="issued", target="claimed", why="came back", ended_at=tx.now):
        return claim_of_policy(tx, found.id)
    claim_id = new_id()
    row = {
        "id": claim_id,
        "policy_id": found.id,
        "aftersale_id": back.case_id or 0,
        "carrier": back.carrier,
        "waybill": back.waybill,
        "amount_minor": found.cover_minor,
        "currency": found.currency,
        "state": "filed",
        "attempts": 0,
        "filed_at": tx.now,
    }
    if not insert_if_absent(tx, freight_claim, row):
        # The number has paid for another return; the cover is used up by trying.
        note_move(tx, policy_id=found.id, what="claim", origin=None, target="denied", reason="waybill used before")
        return None
    note_move(tx, policy_id=found.id, what="claim", origin=None, target="filed", reason="signed for")
    stage_job(tx, "insurance.check_claim", unique_key=f"claim:{claim_id}", claim_id=claim_id)
    return claim_of_policy(tx, found.id)
