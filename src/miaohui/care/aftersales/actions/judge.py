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
from miaohui.people.accounts.queries import people_with_role


class SameJudge(Conflict):
    """Who judged first does not decide the appeal, as long as there is somebody else."""

    code = "same_judge"
    status = 409
    title = "You have judged this already; a colleague decides the appeal"


class UnfitVerdict(Conflict):
    """The amount does not fit the verdict."""

    code = "unfit_verdict"
    status = 409
    title = "This amount does not fit the verdict"


def judge(
    tx: Tx,
    *,
    dispute_id: int,
    by_id: int,
    verdict: Verdict,
    words: str,
    awarded_minor: int | None = None,
    goods_first: bool = False,
) -> Dispute:
    """Judge for the buyer, the seller, or split, with reasons that both sides read.

    awarded_minor: what the buyer gets; None for all that was asked (buyer) or nothing (seller). A first
    judgement may be appealed for 3 days; one on appeal is final at once, and another operator's, if there is one.
    goods_first: the buyer sends the goods back, and gets the money once the shop has them.
    Raises NotFound, Forbidden, CaseMoved, UnfitVerdict, SameJudge.
    """
    found = access_dispute_as_operator(tx, dispute_id=dispute_id, by_id=by_id)
    require_state(found, {"open", "ready", "appealed"})
    case = case_by_id(tx, found.aftersale_id)
    if case is None:
        raise LookupError(f"case {found.aftersale_id} is gone")
    if found.state == "appealed" and found.judged_by == by_id and set(people_with_role(tx, "operator")) - {by_id}:
        raise SameJudge
    if goods_first and (verdict == "seller" or not _goods_are_with_buyer(case)):
        raise UnfitVerdict(why="goods_first")
    awarded = _awarded(tx, case, verdict, awarded_minor)
    said = {"verdict": verdict, "awarded_minor": awarded, "judged_by": by_id, "goods_first": goods_first}
    if found.state == "appealed":
        final = move_dispute(tx, found, "final", by_side="platform", by_id=by_id, words=words, changes=said)
        settle_verdict(tx, final, by_side="platform", by_id=by_id)
        return final
    return move_dispute(
        tx, found, "judged", by_side="platform", by_id=by_id, words=words, lasts=APPEAL_LASTS, changes=said
    )


def _goods_are_with_buyer(case: Case) -> bool:
    return case.kind != "exchange" and case.was_shipped and case.quantity > 0 and case.return_signed_at is None


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
