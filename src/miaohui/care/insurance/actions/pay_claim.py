"""Pay a claim that is approved."""

import sqlalchemy as sa

from miaohui.care.insurance.events import ClaimPaid
from miaohui.care.insurance.queries import Claim, claim_by_id, policy_by_id
from miaohui.care.insurance.states import move_claim
from miaohui.care.insurance.tables import freight_claim
from miaohui.kit.db import Tx
from miaohui.money.ledger.accounts import claims_payable
from miaohui.money.payments.actions.pay_wallet import pay_wallet


def begin_paying(tx: Tx, *, claim_id: int) -> Claim | None:
    """Count a try at paying a claim, and return it; None if there is nothing to pay (any more)."""
    found = claim_by_id(tx, claim_id)
    if found is None or found.state not in {"approved", "paying", "pay_failed"}:
        return None
    again = sa.update(freight_claim).where(freight_claim.c.id == claim_id)
    tx.execute(again.values(attempts=freight_claim.c.attempts + 1))
    if found.state != "paying":
        move_claim(
            tx,
            claim_id=claim_id,
            policy_id=found.policy_id,
            origin=found.state,
            target="paying",
            why=f"try {found.attempts + 1}",
        )
    return claim_by_id(tx, claim_id)


def pay_claim(tx: Tx, *, claim_id: int) -> None:
    """Move an approved claim into the buyer's wallet (COMMERCE, row 12), once, whoever tries at the same time."""
    found = claim_by_id(tx, claim_id)
    policy = None if found is None else policy_by_id(tx, found.policy_id)
    if found is None or policy is None:
        raise LookupError(f"there is no claim {claim_id}")
    paid = {"paid_at": tx.now, "reason": None}
    if not move_claim(
        tx, claim_id=claim_id, policy_id=policy.id, origin="paying", target="paid", why="to the wallet", **paid
    ):
        return
    pay_wallet(
        tx,
        person_id=policy.buyer_id,
        amount_minor=found.amount_minor,
        currency=found.currency,
        debit=claims_payable(policy.buyer_id),
        ref=f"claim:{claim_id}",
    )
    tx.emit(
        ClaimPaid(
            claim_id=claim_id,
            policy_id=policy.id,
            order_id=policy.order_id,
            buyer_id=policy.buyer_id,
            amount_minor=found.amount_minor,
            currency=found.currency,
        )
    )


def note_failed_payment(tx: Tx, *, claim_id: int, reason: str) -> None:
    """Keep why a claim could not be paid; it stays granted, and is tried again."""
    found = claim_by_id(tx, claim_id)
    if found is not None:
        move_claim(
            tx,
            claim_id=claim_id,
            policy_id=found.policy_id,
            origin="paying",
            target="pay_failed",
            why=reason,
            reason=reason[:80],
        )
