"""Look at a claim, and grant it or not."""

import sqlalchemy as sa

from miaohui.care.insurance.claims import Finding, look_at
from miaohui.care.insurance.events import ClaimApproved, ClaimDenied
from miaohui.care.insurance.queries import Claim, Policy, claim_by_id, policy_by_id
from miaohui.care.insurance.states import move_claim
from miaohui.care.insurance.tables import freight_claim
from miaohui.commerce.fulfilment.queries import parcels_of_order, scans_of_parcels
from miaohui.commerce.fulfilment.states import Scan
from miaohui.commerce.merchants.access import access_operator
from miaohui.kit.db import Tx
from miaohui.kit.errors import Conflict, NotFound
from miaohui.kit.jobs import stage_job
from miaohui.money.ledger.accounts import claims_payable, insurance_pool
from miaohui.money.ledger.actions.post_entry import Leg, post_entry


class ClaimNotOpen(Conflict):
    """The claim does not wait for anybody's decision. Data: state."""

    code = "claim_not_open"
    title = "This claim does not wait for a decision"


def check_claim(tx: Tx, *, claim_id: int) -> Claim:
    """Look at a filed claim: approve it, or leave it in `checking` with the reason for a person to decide.

    A claim whose parcel was sent after the term is denied. Again changes nothing. Raises NotFound.
    """
    found, policy = _claim_and_policy(tx, claim_id)
    if not move_claim(
        tx, claim_id=claim_id, policy_id=policy.id, origin="filed", target="checking", why="checking by itself"
    ):
        return found
    finding = _look(tx, found, policy)
    if finding.verdict == "ask":
        tx.execute(sa.update(freight_claim).where(freight_claim.c.id == claim_id).values(reason=finding.reason))
    else:
        _conclude(tx, found, policy, approve=finding.verdict == "approve", reason=finding.reason)
    return _claim_and_policy(tx, claim_id)[0]


def decide_claim(tx: Tx, *, claim_id: int, approve: bool, reason: str, by_id: int) -> Claim:
    """Decide, as an operator, a claim that was left to a person. Raises Forbidden, NotFound, ClaimNotOpen."""
    access_operator(tx, by_id)
    found, policy = _claim_and_policy(tx, claim_id)
    if not _conclude(tx, found, policy, approve=approve, reason=f"{by_id}: {reason}"):
        raise ClaimNotOpen(state=found.state)
    return _claim_and_policy(tx, claim_id)[0]


def _claim_and_policy(tx: Tx, claim_id: int) -> tuple[Claim, Policy]:
    found = claim_by_id(tx, claim_id)
    policy = None if found is None else policy_by_id(tx, found.policy_id)
    if found is None or policy is None:
        raise NotFound
    return found, policy


def _look(tx: Tx, found: Claim, policy: Policy) -> Finding:
    backs = [one for one in parcels_of_order(tx, policy.order_id) if one.direction == "back"]
    # A carrier may have been corrected since, so the number alone tells.
    back = next((one for one in backs if one.waybill == found.waybill), None)
    if back is None or policy.expires_at is None:
        return Finding("ask", "parcel_unknown")
    scans = [
        Scan(state=scan.state, carrier_at=scan.carrier_at, text=scan.text, place=scan.place)
        for scan in scans_of_parcels(tx, [back.id])[back.id]
    ]
    return look_at(
        sent_at=back.created_at,
        expires_at=policy.expires_at,
        sender=back.sender,
        receiver=back.receiver,
        scans=scans,
    )


def _conclude(tx: Tx, found: Claim, policy: Policy, *, approve: bool, reason: str) -> bool:
    about = {"claim_id": found.id, "policy_id": policy.id}
    if not approve:
        if not move_claim(
            tx,
            claim_id=found.id,
            policy_id=policy.id,
            origin="checking",
            target="denied",
            why=reason,
            reason=reason[:80],
        ):
            return False
        tx.emit(ClaimDenied(**about, order_id=policy.order_id, buyer_id=policy.buyer_id, reason=reason))
        return True
    if not move_claim(
        tx,
        claim_id=found.id,
        policy_id=policy.id,
        origin="checking",
        target="approved",
        why=reason,
        reason=None,
        approved_at=tx.now,
    ):
        return False
    post_entry(
        tx,
        kind="insurance.claim",
        ref=f"claim:{found.id}",
        currency=found.currency,
        legs=[Leg(insurance_pool(), claims_payable(policy.buyer_id), found.amount_minor)],
    )
    stage_job(tx, "insurance.pay_claim", unique_key=f"pay_claim:{found.id}", claim_id=found.id)
    tx.emit(
        ClaimApproved(
            **about,
            order_id=policy.order_id,
            buyer_id=policy.buyer_id,
            amount_minor=found.amount_minor,
            currency=found.currency,
        )
    )
    return True
