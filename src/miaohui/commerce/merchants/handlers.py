"""What shops do about others' events."""

import sqlalchemy as sa

from miaohui.commerce.merchants.actions.open_shop import DepositOutstanding, open_shop
from miaohui.commerce.merchants.actions.settle_closing import settle_closing
from miaohui.commerce.merchants.events import ShopClosing
from miaohui.commerce.merchants.states import ShopNotInState, move_shop
from miaohui.commerce.merchants.tables import shop, shop_staff
from miaohui.kit.db import Tx
from miaohui.money.payments.events import PaymentSucceeded
from miaohui.people.accounts.events import AccountDeleted


def open_when_deposited(tx: Tx, event: PaymentSucceeded) -> None:
    """Open a shop whose deposit has arrived; a shop that is closing by now keeps it until it is settled."""
    if event.purpose != "deposit":
        return
    try:
        open_shop(tx, shop_id=event.subject_id)
    except (DepositOutstanding, ShopNotInState):
        return


def see_to_deposit(tx: Tx, event: ShopClosing) -> None:
    """Let a closing shop have its deposit back as soon as nothing is open with it."""
    settle_closing(tx, shop_id=event.shop_id)


def let_go(tx: Tx, event: AccountDeleted) -> None:
    """Take a deleted account out of the shops in which it worked, and close its own."""
    theirs = sa.select(shop.c.id, shop.c.state).where(shop.c.owner_id == event.account_id).with_for_update()
    for shop_id, state in tx.execute(theirs).tuples().all():
        if state in {"probation", "open", "limited"}:
            move_shop(tx, shop_id=shop_id, origin=state, target="closing", reason="its owner has left", by_id=None)
            tx.emit(ShopClosing(shop_id=shop_id))
    worked = sa.and_(shop_staff.c.account_id == event.account_id, shop_staff.c.role != "owner")
    tx.execute(sa.delete(shop_staff).where(worked))
