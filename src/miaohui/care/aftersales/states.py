"""What becomes of an after-sales case, and of a dispute about one."""

from typing import Literal

Kind = Literal["refund_only", "return_refund", "exchange"]
CaseState = Literal[
    "applied",
    "wait_buyer_confirm",
    "wait_return",
    "return_shipped",
    "wait_reship",
    "reshipped",
    "rejected",
    "disputed",
    "refunding",
    "platform_refunding",
    "refund_abnormal",
    "refunded",
    "done",
    "closed",
    "cancelled",
]
DisputeState = Literal["open", "wait_proof", "ready", "judged", "appealed", "final", "withdrawn"]
Side = Literal["buyer", "shop", "platform", "clock", "carrier", "provider"]
Party = Literal["buyer", "shop"]
Verdict = Literal["buyer", "seller", "split"]

CASE_MOVES: dict[CaseState, frozenset[CaseState]] = {
    "applied": frozenset(
        {"wait_buyer_confirm", "wait_return", "refunding", "refunded", "rejected", "closed", "cancelled"}
    ),
    "wait_buyer_confirm": frozenset({"applied", "wait_return", "refunding", "refunded", "closed", "cancelled"}),
    "wait_return": frozenset({"return_shipped", "closed", "cancelled"}),
    "return_shipped": frozenset(
        {"refunding", "platform_refunding", "refunded", "wait_reship", "rejected", "closed"},
    ),
    "wait_reship": frozenset({"reshipped", "platform_refunding", "refunded", "closed"}),
    "reshipped": frozenset({"done", "platform_refunding", "refunded", "closed"}),
    "rejected": frozenset({"disputed", "closed", "cancelled"}),
    # To wait_return where the platform has judged that the goods go back first.
    "disputed": frozenset({"platform_refunding", "refunded", "wait_return", "closed"}),
    "refunding": frozenset({"refunded", "refund_abnormal"}),
    "platform_refunding": frozenset({"refunded", "refund_abnormal"}),
    "refund_abnormal": frozenset({"refunded"}),
    "refunded": frozenset(),
    "done": frozenset(),
    "closed": frozenset(),
    "cancelled": frozenset(),
}
"""Where no provider has to be waited for, as with a trade that cost nothing, a case is refunded at once.

rejected: by the shop; the buyer may dispute it. closed: ended without money. cancelled: by the buyer.
"""

DISPUTE_MOVES: dict[DisputeState, frozenset[DisputeState]] = {
    "open": frozenset({"wait_proof", "judged", "withdrawn"}),
    "wait_proof": frozenset({"ready", "withdrawn"}),
    "ready": frozenset({"wait_proof", "judged", "withdrawn"}),
    "judged": frozenset({"appealed", "final"}),
    # A second judgement is the last word.
    "appealed": frozenset({"final"}),
    "final": frozenset(),
    "withdrawn": frozenset(),
}

ENDED: frozenset[CaseState] = frozenset(state for state, onward in CASE_MOVES.items() if not onward)
"""A case in one of these is not open any more, and holds nothing back."""
PAYING: frozenset[CaseState] = frozenset({"refunding", "platform_refunding", "refund_abnormal"})
"""The money is on its way, and only the provider, or a person, can end the case."""
WITHDRAWABLE: frozenset[CaseState] = frozenset({"applied", "wait_buyer_confirm", "wait_return", "rejected"})
"""Until the goods are on their way back, or the platform has been called."""
