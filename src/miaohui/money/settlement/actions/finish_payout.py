"""Write down what the bank did."""

import sqlalchemy as sa

from miaohui.kit.db import Tx
from miaohui.money.ledger.accounts import bank, withdrawing
from miaohui.money.ledger.actions.post_entry import post_entry
from miaohui.money.settlement.events import PayoutFailed, PayoutPaid
from miaohui.money.settlement.flows import Purses, match_legs
from miaohui.money.settlement.queries import payout_by_id
from miaohui.money.settlement.tables import payout


def finish_payout(tx: Tx, *, payout_id: int, failure: str | None) -> bool:
    """Let a payout be paid, or give the money back; return whether this call did.

    failure: why the bank will never pay it; None if it has. Money that comes back repays first what its owner
    has come to owe meanwhile.
    """
    open_one = sa.and_(payout.c.id == payout_id, payout.c.state == "requested")
    finished = {
        "state": "failed" if failure else "paid",
        "failure": failure[:200] if failure else None,
        "finished_at": tx.now,
    }
    if not tx.changed(sa.update(payout).where(open_one).values(finished)):
        return False
    found = payout_by_id(tx, payout_id)
    assert found is not None  # noqa: S101  it has just been changed
    aside = withdrawing(found.account_code)
    destinations = [(bank(), found.amount_minor)]
    if failure:
        purses = Purses(tx, codes=[found.account_code], held=[aside], shop_id=None, currency=found.currency)
        destinations = purses.give(found.account_code, found.amount_minor)
    post_entry(
        tx,
        kind="payout_failed" if failure else "payout_paid",
        ref=str(payout_id),
        currency=found.currency,
        legs=match_legs([(aside, found.amount_minor)], destinations),
    )
    event = PayoutFailed if failure else PayoutPaid
    tx.emit(
        event(
            payout_id=payout_id,
            account_code=found.account_code,
            shop_id=found.shop_id,
            requested_by=found.requested_by,
            amount_minor=found.amount_minor,
            currency=found.currency,
            at=tx.now,
        )
    )
    return True
