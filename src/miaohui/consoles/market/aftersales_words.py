"""What after-sales cases are called on a buyer's pages, and their story in plain words."""

from collections.abc import Mapping
from datetime import datetime

import msgspec

from miaohui.care.aftersales.answers import AftersaleDetail, MoveAnswer
from miaohui.kit.i18n import Msgid

KIND_WORDS: Mapping[str, Msgid] = {
    "refund_only": "Money back, no return",
    "return_refund": "Return it, money back",
    "exchange": "Exchange it",
}
REASON_WORDS: Mapping[str, Msgid] = {
    "changed_mind": "I changed my mind",
    "wrong_size": "It does not fit",
    "not_as_described": "It is not as described",
    "damaged": "It came damaged",
    "faulty": "It does not work",
    "wrong_item": "Something else was sent",
    "missing_parts": "Something is missing",
    "not_received": "It never came",
    "late": "It came too late",
    "fake": "It is not genuine",
    "other": "Something else",
}
CASE_WORDS: Mapping[str, Msgid] = {
    "applied": "Waiting for the shop",
    "wait_buyer_confirm": "The shop offers something else",
    "wait_return": "Waiting to be sent back",
    "return_shipped": "On its way back",
    "wait_reship": "Waiting for the replacement",
    "reshipped": "The replacement is on its way",
    "rejected": "The shop said no",
    "disputed": "The platform decides",
    "refunding": "The money is on its way",
    "platform_refunding": "The platform pays it back",
    "refund_abnormal": "The money is held up",
    "refunded": "Paid back",
    "done": "Exchanged",
    "closed": "Closed",
    "cancelled": "Withdrawn by the buyer",
}
DISPUTE_WORDS: Mapping[str, Msgid] = {
    "open": "Waiting for a person",
    "wait_proof": "Waiting for proof",
    "ready": "Ready to be judged",
    "judged": "Judged, may be appealed",
    "appealed": "Appealed",
    "final": "Final",
    "withdrawn": "Withdrawn by the buyer",
}
SIDE_WORDS: Mapping[str, Msgid] = {
    "buyer": "Buyer",
    "shop": "Shop",
    "platform": "Platform",
    "clock": "By itself",
    "carrier": "Courier",
    "provider": "Payment provider",
}
VERDICT_WORDS: Mapping[str, Msgid] = {
    "buyer": "For the buyer",
    "seller": "For the shop",
    "split": "Split",
}
_CASE_STORY: Mapping[tuple[str, str], Msgid] = {
    ("buyer", "applied"): "Asked for by the buyer",
    ("shop", "wait_buyer_confirm"): "The shop made an offer",
    ("shop", "wait_return"): "The shop agreed; the goods go back",
    ("shop", "refunding"): "The shop agreed; the money goes back",
    ("shop", "rejected"): "The shop said no",
    ("shop", "wait_reship"): "The shop accepted what came back",
    ("shop", "reshipped"): "The shop sent the replacement",
    ("buyer", "wait_return"): "The buyer accepted; the goods go back",
    ("buyer", "refunding"): "The buyer accepted; the money goes back",
    ("buyer", "return_shipped"): "The buyer sent it back",
    ("buyer", "disputed"): "The buyer called the platform",
    ("buyer", "done"): "The buyer has the replacement",
    ("buyer", "closed"): "Ended by the buyer",
    ("clock", "wait_return"): "The shop was silent: granted, the goods go back",
    ("clock", "refunding"): "The shop was silent: granted, the money goes back",
    ("clock", "platform_refunding"): "The shop was silent: the platform pays it back",
    ("clock", "rejected"): "Refused, since the time ran out",
    ("clock", "closed"): "Closed, since the time ran out",
    ("clock", "done"): "Done, since the time ran out",
}
_DISPUTE_STORY: Mapping[tuple[str, str], Msgid] = {
    ("platform", "wait_proof"): "The platform asked for proof",
    ("buyer", "ready"): "All proof is there",
    ("clock", "ready"): "The time for proof is over",
    ("platform", "judged"): "The platform judged",
    ("buyer", "appealed"): "The buyer appealed",
    ("shop", "appealed"): "The shop appealed",
    ("platform", "final"): "The platform judged for good",
    ("clock", "final"): "The judgement stands",
}
_NOTES: Mapping[str, Msgid] = {
    "the goods are on their way": "The goods are already on their way.",
    "the parcel never came": "The parcel never came.",
    "nothing was sent": "Nothing was sent.",
    "the dispute was withdrawn": "The dispute was withdrawn.",
    "judged": "As it was judged.",
    "all who were asked have answered": "All who were asked have answered.",
}


class CaseEvent(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a case's story. words: what a side said; note: what the platform's own code noted."""

    at: datetime
    side: str
    title: Msgid
    words: str = ""
    note: Msgid = ""


def story_of(case: AftersaleDetail) -> list[CaseEvent]:
    """Return what happened in a case and in its dispute, newest first."""
    told = [_told(move, _CASE_STORY, CASE_WORDS) for move in case.moves]
    if case.dispute is not None:
        told += [_told(move, _DISPUTE_STORY, DISPUTE_WORDS) for move in case.dispute.moves if move.from_state]
    return sorted(told, key=lambda one: one.at, reverse=True)


def _told(move: MoveAnswer, story: Mapping[tuple[str, str], Msgid], states: Mapping[str, Msgid]) -> CaseEvent:
    note = _NOTES.get(move.words, "")
    return CaseEvent(
        at=move.at,
        side=move.by_side,
        title=story.get((move.by_side, move.to_state), states[move.to_state]),
        words="" if note else move.words,
        note=note,
    )
