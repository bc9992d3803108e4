"""A shop that does not send in time: the buyer is paid for waiting, may give up, and is given up for in the end."""

import pytest
import sqlalchemy as sa

from miaohui.care.compensation.events import LateCompensated
from miaohui.commerce.fulfilment.actions.ship_parcel import ship_parcel
from miaohui.commerce.orders.actions.cancel_order import cancel_order
from miaohui.commerce.orders.actions.note_late import note_late
from miaohui.commerce.orders.events import OrderLate
from miaohui.commerce.orders.queries import Order
from miaohui.commerce.orders.states import OrderNotInState
from miaohui.kit.clock import to_ms
from miaohui.kit.db import Tx
from miaohui.money.ledger import accounts
from miaohui.money.ledger.actions.post_entry import Leg, post_entry
from miaohui.talk.notifications.tables import notice
from tests.emitted import emitted
from tests.flows.promises import broken_promises
from tests.market import PRICE, Market

SHARE = PRICE * 5 // 100
DEPOSIT = 1000_00


def cancel(market: Market, order: Order) -> Order:
    return market.db.write_sync(cancel_order, order_id=order.id, buyer_id=market.buyer)


def send(market: Market, order: Order, units: int | None = None) -> None:
    [line] = market.lines(order.id)
    lines = None if units is None else [(line.id, units)]
    sent = {"lines": lines, "carrier": "sandbox", "waybill": None, "by_id": market.seller}
    market.db.write_sync(ship_parcel, order_id=order.id, **sent)


def told(market: Market, kind: str) -> list[int]:
    return market.db.read_sync(lambda tx: list(tx.scalars(sa.select(notice.c.account_id).where(notice.c.kind == kind))))


def test_who_waits_in_vain_is_paid_for_it_and_may_have_everything_back(market: Market) -> None:
    order = market.bought()
    market.wait(hours=47)
    assert emitted(market.db, OrderLate) == []

    market.wait(hours=2)

    [late] = emitted(market.db, OrderLate)
    assert (late.order_id, late.payable_minor) == (order.id, PRICE)
    assert market.balance(accounts.wallet(market.buyer)) == SHARE
    assert market.balance(accounts.deposit(market.shop)) == DEPOSIT - SHARE
    assert ("paid", "paid", "late") in market.moves(order.id)
    assert told(market, "compensation.late") == [market.buyer]
    assert told(market, "orders.late") == [market.seller]

    assert cancel(market, order).state == "closed"
    market.quiet()
    assert sum(one.amount_minor for one in market.refunds(order.trade_id)) == PRICE
    assert market.stock() == (10, 0, 0)
    assert broken_promises(market.db) == []


def test_it_is_paid_once_however_often_the_clock_looks(market: Market) -> None:
    order = market.bought()
    market.wait(hours=49)
    assert order.ship_by is not None
    again = {"order_id": order.id, "ship_by_ms": to_ms(order.ship_by)}
    market.db.write_sync(note_late, **again)
    market.quiet()

    assert market.balance(accounts.wallet(market.buyer)) == SHARE
    assert len(emitted(market.db, LateCompensated)) == 1


def test_a_shop_that_sends_in_time_pays_nothing(market: Market) -> None:
    sent, given_up = market.bought(), market.bought()
    send(market, sent)
    cancel(market, given_up)
    market.wait(hours=49)

    assert emitted(market.db, OrderLate) == []
    assert market.balance(accounts.wallet(market.buyer)) == 0


def test_of_a_late_order_also_the_rest_can_be_given_up(market: Market) -> None:
    order = market.bought({market.lantern: 3})
    send(market, order, 1)
    with pytest.raises(OrderNotInState):
        cancel(market, order)
    market.wait(hours=49)

    assert cancel(market, order).state == "shipped"
    market.quiet()

    assert sum(one.amount_minor for one in market.refunds(order.trade_id)) == 2 * PRICE
    assert market.stock() == (9, 0, 1)
    assert broken_promises(market.db) == []


def test_who_says_nothing_has_the_money_back_a_week_later(market: Market) -> None:
    order, partly = market.bought(), market.bought({market.lantern: 2})
    send(market, partly, 1)
    market.wait(hours=49)
    market.wait(days=6)
    assert market.order(order.id).state == "paid"

    market.wait(days=1)

    assert market.order(order.id).state == "closed"
    assert market.order(partly.id).state == "shipped"
    assert [sum(one.amount_minor for one in market.refunds(found.trade_id)) for found in (order, partly)] == [PRICE] * 2
    assert market.moves(order.id)[-1] == ("paid", "closed", "refunded")
    assert broken_promises(market.db) == []


def test_what_the_shop_lacks_the_platform_pays_first(market: Market) -> None:
    def take_away(tx: Tx) -> None:
        legs = [Leg(accounts.deposit(market.shop), accounts.bank(), DEPOSIT - 1_00)]
        post_entry(tx, kind="taken", ref="1", currency="CNY", legs=legs)

    market.bought()
    market.db.write_sync(take_away)
    market.wait(hours=49)

    assert market.balance(accounts.wallet(market.buyer)) == SHARE
    assert market.balance(accounts.deposit(market.shop)) == 0
    assert market.balance(accounts.owed_back(accounts.shop_available(market.shop))) == SHARE - 1_00
    assert broken_promises(market.db) == []
