"""Open a shop that is accepted and has paid its deposit."""

from datetime import timedelta

import sqlalchemy as sa

from miaohui.commerce.merchants.deposits import deposit_of
from miaohui.commerce.merchants.events import ShopOpened
from miaohui.commerce.merchants.locks import lock_shop
from miaohui.commerce.merchants.states import SELLING, ShopNotInState, note_move
from miaohui.commerce.merchants.tables import shop
from miaohui.kit.db import Tx
from miaohui.kit.errors import NotFound, Refusal
from miaohui.kit.jobs import stage_job

PROBATION = timedelta(days=30)


class DepositOutstanding(Refusal):
    """The shop's deposit is not there, or not all of it. Data: required_minor, paid_minor, currency."""

    code = "deposit_outstanding"
    status = 409
    title = "The shop's deposit has not been paid yet"


def open_shop(tx: Tx, *, shop_id: int) -> bool:
    """Let an accepted shop sell from now on, and return whether it did not before.

    Whoever may see to it calls this: the deposit's arrival, or an operator where none is asked. The probation
    ends by itself after 30 days. Raises NotFound, ShopNotInState, DepositOutstanding.
    """
    found = lock_shop(tx, shop_id)
    if found is None:
        raise NotFound
    if found.state not in SELLING:
        raise ShopNotInState(state=found.state)
    if found.opened_at is not None:
        return False
    paid = deposit_of(tx, shop_id=shop_id, currency=found.currency)
    if paid < found.deposit_required_minor:
        raise DepositOutstanding(required_minor=found.deposit_required_minor, paid_minor=paid, currency=found.currency)
    ends_at = tx.now + PROBATION
    opened = sa.update(shop).where(shop.c.id == shop_id).values(opened_at=tx.now, probation_ends_at=ends_at)
    tx.execute(opened)
    note_move(tx, shop_id=shop_id, origin=found.state, target=found.state, reason="opened", by_id=None)
    stage_job(tx, "merchants.end_probation", unique_key=f"{shop_id}", run_at=ends_at, shop_id=shop_id)
    tx.emit(ShopOpened(shop_id=shop_id, owner_id=found.owner_id))
    return True
