"""Give a closing shop its deposit back."""

from datetime import timedelta

from miaohui.commerce.merchants.deposits import deposit_of
from miaohui.commerce.merchants.events import ShopDepositReturned
from miaohui.commerce.merchants.locks import lock_shop
from miaohui.commerce.merchants.obstacles import open_with_shop
from miaohui.kit.db import Tx
from miaohui.kit.jobs import stage_job
from miaohui.money.ledger.accounts import receivable
from miaohui.money.ledger.queries import balance_of
from miaohui.money.settlement.actions.return_deposit import return_deposit

LOOK_AGAIN_AFTER = timedelta(days=1)


def settle_closing(tx: Tx, *, shop_id: int) -> bool:
    """Return a closing shop's deposit to what it may draw, once nothing is open with it; return whether nothing is.

    Until then the deposit stands for what buyers may still ask, and we look again a day later. What the shop
    owes is taken out of it first.
    """
    found = lock_shop(tx, shop_id)
    if found is None or found.state != "closing":
        return False
    waits = open_with_shop(tx, shop_id=shop_id)
    if waits or balance_of(tx, code=receivable(shop_id), currency=found.currency):
        look_again(tx, shop_id=shop_id)
        return False
    amount = deposit_of(tx, shop_id=shop_id, currency=found.currency)
    if amount:
        ref = f"closing:{shop_id}:{tx.now.timestamp():.6f}"
        return_deposit(tx, shop_id=shop_id, amount_minor=amount, currency=found.currency, ref=ref)
        tx.emit(
            ShopDepositReturned(shop_id=shop_id, owner_id=found.owner_id, amount_minor=amount, currency=found.currency)
        )
    return True


def look_again(tx: Tx, *, shop_id: int) -> None:
    """Let the deposit be looked at a day later."""
    stage_job(
        tx,
        "merchants.settle_closing",
        unique_key=f"merchants.settle_closing:{shop_id}",
        run_at=tx.now + LOOK_AGAIN_AFTER,
        shop_id=shop_id,
    )
