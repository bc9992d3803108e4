"""What the worker does for the insurance."""

from miaohui.care.insurance.actions.check_claim import check_claim
from miaohui.care.insurance.actions.collect_premiums import collect_premium, owing_policies
from miaohui.care.insurance.actions.expire_covers import expire_covers
from miaohui.care.insurance.actions.pay_claim import begin_paying, note_failed_payment, pay_claim
from miaohui.care.insurance.queries import claims_in_state
from miaohui.kit.db import Tx
from miaohui.kit.jobs import JobContext, job, stage_job
from miaohui.money.ledger.actions.post_entry import InsufficientFunds


@job("insurance.check_claim")
def check(context: JobContext, *, claim_id: int) -> None:
    """Look at a claim that was just filed; approve it, deny it, or leave it to a person."""
    context.finish(check_claim, claim_id=claim_id)


@job("insurance.pay_claim", max_attempts=20, backoff_s=10)
def pay(context: JobContext, *, claim_id: int) -> None:
    """Pay an approved claim into the buyer's wallet; a failure is kept, and tried again."""
    if context.write(begin_paying, claim_id=claim_id) is None:
        return
    try:
        context.finish(pay_claim, claim_id=claim_id)
    except Exception as fault:
        context.write(note_failed_payment, claim_id=claim_id, reason=f"{type(fault).__name__}: {fault}")
        raise


@job("insurance.sweep", max_attempts=3)
def sweep(context: JobContext) -> None:
    """Expire covers, take premiums that are owed, and try again what could not be paid; scheduled hourly."""
    context.write(expire_covers)
    for policy_id in context.db.read_sync(owing_policies):
        try:
            context.write(collect_premium, policy_id=policy_id)
        except InsufficientFunds:
            continue  # The shop's money went at this moment; the next hour will see.
    context.finish(_try_again)


def _try_again(tx: Tx) -> None:
    for claim in claims_in_state(tx, states=["approved", "paying", "pay_failed"]):
        stage_job(tx, "insurance.pay_claim", unique_key=f"pay_claim:{claim.id}", claim_id=claim.id)
    for claim in claims_in_state(tx, states=["filed"]):
        stage_job(tx, "insurance.check_claim", unique_key=f"claim:{claim.id}", claim_id=claim.id)
