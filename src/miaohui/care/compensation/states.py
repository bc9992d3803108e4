"""What becomes of an advance."""

from typing import Literal

AdvanceState = Literal["opened", "approved", "paid", "recovering", "part_recovered", "recovered", "written_off"]
AdvanceReason = Literal["shop_short", "seller_overdue", "dispute_judged"]
Source = Literal["unsettled", "available", "deposit", "written_off"]

ADVANCE_MOVES: dict[AdvanceState, frozenset[AdvanceState]] = {
    "opened": frozenset({"approved"}),
    # A shop's next money may come before the buyer's has arrived.
    "approved": frozenset({"paid", "recovering", "part_recovered", "recovered", "written_off"}),
    "paid": frozenset({"recovering", "part_recovered", "recovered", "written_off"}),
    "recovering": frozenset({"part_recovered", "recovered", "written_off"}),
    "part_recovered": frozenset({"recovered", "written_off"}),
    "recovered": frozenset(),
    "written_off": frozenset(),
}
"""recovering: the shop has been asked and had nothing. written_off: by a person, never by itself."""

OWED: frozenset[AdvanceState] = frozenset(state for state, onward in ADVANCE_MOVES.items() if onward)


def state_after_recovery(*, amount_minor: int, recovered_minor: int) -> AdvanceState:
    """Return where an advance stands after the shop was asked."""
    if recovered_minor >= amount_minor:
        return "recovered"
    return "part_recovered" if recovered_minor else "recovering"
