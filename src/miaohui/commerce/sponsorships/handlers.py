"""What sponsorships do about others' events."""

import sqlalchemy as sa

from miaohui.commerce.orders.events import OrderClosed, OrderPaid
from miaohui.commerce.sponsorships.actions.follow_sponsor import reward_new_follower
from miaohui.commerce.sponsorships.actions.note_order import forget_order, note_order
from miaohui.commerce.sponsorships.tables import sponsorship_grant, sponsorship_showing
from miaohui.kit.db import Tx
from miaohui.people.accounts.events import AccountDeleted
from miaohui.people.graph.events import PersonFollowed


def reward_follow(tx: Tx, event: PersonFollowed) -> None:
    """Grant the coupon of the card that somebody saw before they followed."""
    reward_new_follower(tx, follower_id=event.follower_id, owner_id=event.followee_id, at=event.at)


def count_order(tx: Tx, event: OrderPaid) -> None:
    """Count the order for the campaign whose coupon it used."""
    note_order(tx, order_id=event.order_id, trade_id=event.trade_id, shop_id=event.shop_id)


def uncount_order(tx: Tx, event: OrderClosed) -> None:
    """Count an order no more that ended without goods."""
    forget_order(tx, order_id=event.order_id)


def forget_person(tx: Tx, event: AccountDeleted) -> None:
    """Leave of a deleted account the bare numbers."""
    for table in (sponsorship_showing, sponsorship_grant):
        gone = sa.update(table).where(table.c.person_id == event.account_id).values(person_id=None)
        tx.execute(gone)
