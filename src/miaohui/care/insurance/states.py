"""The states of policies and claims, and every move between them."""

from typing import Any, Literal

import sqlalchemy as sa

from miaohui.care.insurance.tables import freight_claim, freight_policy, insurance_move
from miaohui.kit.db import Tx
from miaohui.kit.ids import new_id

PolicyState = Literal["quoted", "issued", "cancelled", "expired", "claimed"]
ClaimState = Literal["filed", "checking", "approved", "paying", "paid", "pay_failed", "denied"]

POLICY_MOVES: dict[PolicyState, frozenset[PolicyState]] = {
    "quoted": frozenset({"issued", "cancelled"}),
    "issued": frozenset({"cancelled", "expired", "claimed"}),
    "cancelled": frozenset(),
    "expired": frozenset(),
    "claimed": frozenset(),
}
CLAIM_MOVES: dict[ClaimState, frozenset[ClaimState]] = {
    "filed": frozenset({"checking"}),
    "checking": frozenset({"approved", "denied"}),
    "approved": frozenset({"paying"}),
    # Approved and paid are two states: what is granted stays granted, however often paying fails.
    "paying": frozenset({"paid", "pay_failed"}),
    "pay_failed": frozenset({"paying"}),
    "paid": frozenset(),
    "denied": frozenset(),
}


def move_policy(tx: Tx, *, policy_id: int, origin: PolicyState, target: PolicyState, why: str, **changes: Any) -> bool:
    """Move a policy with `changes` of its row; return whether it was (still) in `origin`."""
    if target not in POLICY_MOVES[origin]:
        raise ValueError(f"a policy does not go from {origin} to {target}")
    here = sa.and_(freight_policy.c.id == policy_id, freight_policy.c.state == origin)
    if not tx.changed(sa.update(freight_policy).where(here).values(state=target, **changes)):
        return False
    note_move(tx, policy_id=policy_id, what="policy", origin=origin, target=target, reason=why)
    return True


def move_claim(
    tx: Tx, *, claim_id: int, policy_id: int, origin: ClaimState, target: ClaimState, why: str, **changes: Any
) -> bool:
    """Move a claim with `changes` of its row; return whether it was (still) in `origin`."""
    if target not in CLAIM_MOVES[origin]:
        raise ValueError(f"a claim does not go from {origin} to {target}")
    here = sa.and_(freight_claim.c.id == claim_id, freight_claim.c.state == origin)
    if not tx.changed(sa.update(freight_claim).where(here).values(state=target, **changes)):
        return False
    note_move(tx, policy_id=policy_id, what="claim", origin=origin, target=target, reason=why)
    return True


def note_move(
    tx: Tx, *, policy_id: int, what: Literal["policy", "claim"], origin: str | None, target: str, reason: str
) -> None:
    """Keep a row of what happened to a policy or to its claim."""
    row = {"what": what, "from_state": origin, "to_state": target, "reason": reason[:80], "at": tx.now}
    tx.execute(sa.insert(insurance_move).values(id=new_id(), policy_id=policy_id, **row))
