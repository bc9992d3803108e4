"""Draw money to a bank account."""

import sqlalchemy as sa

from miaohui.kit.db import Tx
from miaohui.kit.ids import new_id
from miaohui.kit.jobs import stage_job
from miaohui.money.ledger.accounts import withdrawing
from miaohui.money.ledger.actions.post_entry import Leg, post_entry
from miaohui.money.settlement.queries import Payout
from miaohui.money.settlement.tables import payout


def request_payout(
    tx: Tx,
    *,
    account_code: str,
    shop_id: int | None,
    amount_minor: int,
    currency: str,
    bank_account: str,
    requested_by: int,
) -> Payout:
    """Set money aside for the bank, which the worker then orders to pay.

    Whoever calls has made sure that this person may draw from the account, and that no sanction forbids it.
    Raises InsufficientFunds, and ValueError for an amount that is not positive.
    """
    if amount_minor <= 0:
        raise ValueError("a payout is positive")
    asked = Payout(
        id=new_id(),
        account_code=account_code,
        shop_id=shop_id,
        amount_minor=amount_minor,
        currency=currency,
        bank_account=bank_account,
        state="requested",
        failure=None,
        requested_by=requested_by,
        requested_at=tx.now,
        finished_at=None,
    )
    tx.execute(sa.insert(payout).values({name: getattr(asked, name) for name in Payout.__struct_fields__}))
    legs = [Leg(account_code, withdrawing(account_code), amount_minor)]
    post_entry(tx, kind="payout", ref=str(asked.id), currency=currency, legs=legs)
    stage_job(tx, "settlement.send_payout", unique_key=f"send_payout:{asked.id}", payout_id=asked.id)
    return asked
