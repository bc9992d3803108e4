"""Decide a dispute."""

from miaohui.care.aftersales.access import access_dispute_as_operator
from miaohui.care.aftersales.actions.finalise import settle_verdict
from miaohui.care.aftersales.moves import move_dispute, require_state
from miaohui.care.aftersales.queries import Case, Dispute, case_by_id
from miaohui.care.aftersales.refunds import most_refundable
from miaohui.care.aftersales.rules import APPEAL_LASTS
from miaohui.care.aftersales.states import Verdict
from miaohui.kit.db import Tx
from miaohui.kit.errors import Conflict


class UnfitVerdict(Conflict):
    """The amount does not fit the verdict."""

    code = "unfit_verdict"
    status = 409
    title = "This amount does not fit the verdict"


def judge(
    tx: Tx, *, dispute_id: int, by_id: int, verdict: Verdict, words: str, awarded_minor: int | None = None
) -> Dispute:
    """Judge for the buyer, the seller, or split, with reasons that both sides read.

    awarded_minor: what the buyer gets; None for all that was asked (buyer) or nothing (seller). A first
    judgement may be appealed for 3 days; one on appeal is final at once.
    Raises NotFound, Forbidden, CaseMoved, UnfitVerdict.
    """
    found = access_dispute_as_operator(tx, dispute_id=dispute_id, by_id=by_id)
    require_state(found, {"open", "ready", "appealed"})
    case = case_by_id(tx, found.aftersale_id)
    if case is None:
        raise LookupError(f"case {found.aftersale_id} is gone")
    awarded = _awarded(tx, case, verdict, awarded_minor)
    said = {"verdict": verdict, "awarded_minor": awarded, "judged_by": by_id}
    if found.state == "appealed":
        final = move_dispute(tx, found, "final", by_side="platform", by_id=by_id, words=words, changes=said)
        settle_verdict(tx, final, by_side="platform", by_id=by_id)
        return final
    return move_dispute(
        tx, found, "judged", by_side="platform", by_id=by_id, words=words, lasts=APPEAL_LASTS, changes=said
    )


def _awarded(tx: Tx, case: Case, verdict: Verdict, awarded_minor: int | None) -> int:
    most = most_refundable(tx, order_line_id=case.order_line_id, quantity=case.quantity)
    # An exchange asks for no money; when it fails, the judgement is about the price of the goods.
    asked = min(most, case.asked_minor) if case.kind != "exchange" else most
    match verdict:
        case "seller":
            fits, awarded = awarded_minor in {None, 0}, 0
        case "buyer":
            awarded = asked if awarded_minor is None else awarded_minor
            fits = 0 <= awarded <= most
        case "split":
            awarded = awarded_minor or 0
            fits = 0 < awarded < most
    if not fits:
        raise UnfitVerdict(most_minor=most)
    return awarded
