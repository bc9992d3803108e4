"""What may become of a campaign, and never without a row that says so."""

from collections.abc import Mapping
from typing import Any, Literal

import sqlalchemy as sa

from miaohui.commerce.sponsorships.tables import sponsorship, sponsorship_move
from miaohui.kit.db import Tx
from miaohui.kit.errors import Conflict
from miaohui.kit.ids import new_id

SponsorshipState = Literal["draft", "active", "paused", "ended"]

MOVES: Mapping[SponsorshipState, frozenset[SponsorshipState]] = {
    "draft": frozenset({"active"}),
    "active": frozenset({"paused", "ended"}),
    "paused": frozenset({"active", "ended"}),
    "ended": frozenset(),
}


class SponsorshipNotInState(Conflict):
    """The campaign cannot go from its state to the one that was asked for. Data: state."""

    code = "sponsorship_not_in_state"
    title = "This campaign is not in a state in which that can be done"


def move_sponsorship(
    tx: Tx,
    sponsorship_id: int,
    *,
    old: SponsorshipState,
    new: SponsorshipState,
    reason: str,
    by_id: int | None,
    **values: Any,
) -> None:
    """Move a campaign from one state to another. Raises SponsorshipNotInState."""
    here = sa.and_(sponsorship.c.id == sponsorship_id, sponsorship.c.state == old)
    if new not in MOVES[old] or not tx.changed(sa.update(sponsorship).where(here).values(state=new, **values)):
        raise SponsorshipNotInState(state=old)
    record_sponsorship(tx, sponsorship_id, old=old, new=new, reason=reason, by_id=by_id)


def record_sponsorship(
    tx: Tx, sponsorship_id: int, *, old: str | None, new: str, reason: str, by_id: int | None
) -> None:
    """Write down what became of a campaign."""
    row = {"id": new_id(), "sponsorship_id": sponsorship_id, "from_state": old, "to_state": new}
    tx.execute(sa.insert(sponsorship_move).values(**row, reason=reason, by_id=by_id, at=tx.now))
