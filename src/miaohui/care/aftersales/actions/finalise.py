"""Let a judgement take effect."""

from miaohui.care.aftersales.locks import lock_case, lock_dispute
from miaohui.care.aftersales.moves import move_case, move_dispute
from miaohui.care.aftersales.queries import Dispute
from miaohui.care.aftersales.refunds import most_refundable, pay_back
from miaohui.care.aftersales.states import DisputeState, Side
from miaohui.kit.clock import to_ms
from miaohui.kit.db import Tx


def go_on_with_dispute(tx: Tx, *, dispute_id: int, state: DisputeState, deadline_ms: int) -> bool:
    """Move a dispute on whose deadline has passed; return whether it still stood there.

    A round of proof ends without what was not shown; a judgement that nobody appealed becomes final.
    """
    found = lock_dispute(tx, dispute_id)
    if found is None or found.state != state or found.deadline_at is None or to_ms(found.deadline_at) != deadline_ms:
        return False
    if found.state == "wait_proof":
        move_dispute(tx, found, "ready", by_side="clock", by_id=None)
    else:
        settle_verdict(tx, move_dispute(tx, found, "final", by_side="clock", by_id=None), by_side="clock", by_id=None)
    return True


def settle_verdict(tx: Tx, final: Dispute, *, by_side: Side, by_id: int | None) -> None:
    """End the case of a dispute that is decided for good: with what was awarded, or with nothing."""
    case = lock_case(tx, final.aftersale_id)
    if case is None:
        raise LookupError(f"case {final.aftersale_id} is gone")
    awarded = final.awarded_minor or 0
    whole = most_refundable(tx, order_line_id=case.order_line_id, quantity=case.quantity)
    if final.verdict == "seller" or (awarded == 0 and whole > 0):
        move_case(tx, case, "closed", by_side=by_side, by_id=by_id, words="judged")
        return
    if final.goods_first:
        # As a return from here on: a refund without goods has become one by the judgement.
        back = {"kind": "return_refund", "agreed_minor": awarded}
        move_case(tx, case, "wait_return", by_side=by_side, by_id=by_id, words="judged", changes=back)
        return
    # Part of the money leaves the pieces where they are.
    quantity = case.quantity if awarded >= whole else 0
    pay_back(
        tx,
        case,
        by_side=by_side,
        by_id=by_id,
        words="judged",
        advance_reason="dispute_judged",
        by_platform=True,
        changes={"agreed_minor": awarded, "quantity": quantity},
    )
