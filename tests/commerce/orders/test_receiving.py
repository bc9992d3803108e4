"""From a paid order to a completed one: parts, deadlines, extensions."""

from datetime import timedelta

import pytest

from miaohui.commerce.orders.actions.complete_order import confirm_receipt
from miaohui.commerce.orders.actions.extend_receipt import AlreadyExtended, extend_receipt
from miaohui.commerce.orders.actions.mark_shipped import MoreThanOrdered
from miaohui.commerce.orders.answers import next_of
from miaohui.commerce.orders.events import OrderCompleted, OrderShipped
from miaohui.commerce.orders.queries import Order
from miaohui.commerce.orders.states import OrderNotInState, wechat_code
from miaohui.kit.errors import NotFound
from miaohui.money.settlement.queries import line_by_id
from tests.emitted import emitted
from tests.market import Market


def following(order: Order) -> tuple[str, str] | None:
    found = next_of(order)
    return None if found is None else (found.act, found.whose)


def test_an_order_goes_its_way_and_always_says_what_comes_next(market: Market) -> None:
    placed = market.buy({market.lantern: 3})
    [order_id] = placed.order_ids
    seen = [market.order(order_id)]
    market.pay(placed)
    seen.append(market.order(order_id))
    [line] = market.lines(order_id)
    seen.append(market.ship(order_id, {line.id: 1}))
    assert market.stock() == (9, 2, 3)
    seen.append(market.ship(order_id))
    assert market.stock() == (7, 0, 3)
    seen.append(market.db.write_sync(confirm_receipt, order_id=order_id, buyer_id=market.buyer))

    assert [wechat_code(one.state, one.close_reason) for one in seen] == [10, 20, 21, 30, 100]
    assert [following(one) for one in seen] == [
        ("pay", "buyer"),
        ("ship", "shop"),
        ("ship", "shop"),
        ("receive", "buyer"),
        None,
    ]
    assert [event.whole for event in emitted(market.db, OrderShipped)] == [False, True]
    assert [to for _, to, _ in market.moves(order_id)] == ["created", "paid", "part_shipped", "shipped", "completed"]
    found = market.db.read_sync(line_by_id, line.id)
    assert found is not None
    assert (found.state, found.settle_after) == ("settleable", market.clock.now() + timedelta(days=7))


def test_no_more_leaves_than_was_ordered(market: Market) -> None:
    order = market.bought({market.lantern: 2})
    [line] = market.lines(order.id)
    with pytest.raises(MoreThanOrdered) as refusal:
        market.ship(order.id, {line.id: 3})
    assert refusal.value.data["left"] == 2
    market.ship(order.id)
    with pytest.raises(OrderNotInState):
        market.ship(order.id, {line.id: 1})
    assert market.stock() == (8, 0, 2)


def test_ten_days_of_silence_after_signing_are_a_yes(market: Market) -> None:
    order = market.bought()
    market.ship(order.id)
    market.wait(days=3)
    assert market.deliver(order.id).receive_by == market.clock.now() + timedelta(days=10)
    market.wait(days=10, seconds=-1)
    assert market.order(order.id).state == "shipped"
    market.wait(seconds=1)
    done = market.order(order.id)
    assert (done.state, done.completed_at) == ("completed", market.clock.now())
    assert market.moves(order.id)[-1] == ("shipped", "completed", "received silently")
    assert len(emitted(market.db, OrderCompleted)) == 1
    market.wait(days=40)
    assert len(emitted(market.db, OrderCompleted)) == 1
    assert market.failures() == []


def test_time_is_extended_once(market: Market) -> None:
    order = market.bought()
    with pytest.raises(OrderNotInState):
        market.db.write_sync(extend_receipt, order_id=order.id, buyer_id=market.buyer)
    market.ship(order.id)
    market.deliver(order.id)
    market.db.write_sync(extend_receipt, order_id=order.id, buyer_id=market.buyer)
    with pytest.raises(AlreadyExtended):
        market.db.write_sync(extend_receipt, order_id=order.id, buyer_id=market.buyer)
    market.wait(days=10)
    assert market.order(order.id).state == "shipped"
    market.wait(days=5)
    assert market.order(order.id).state == "completed"


def test_only_the_buyer_receives_and_only_what_was_sent(market: Market) -> None:
    order = market.bought()
    with pytest.raises(OrderNotInState):
        market.db.write_sync(confirm_receipt, order_id=order.id, buyer_id=market.buyer)
    market.ship(order.id)
    for stranger in (market.cast.bo, market.seller):
        with pytest.raises(NotFound):
            market.db.write_sync(confirm_receipt, order_id=order.id, buyer_id=stranger)
    for _ in range(2):
        done = market.db.write_sync(confirm_receipt, order_id=order.id, buyer_id=market.buyer)
        assert done.state == "completed"
    assert len(emitted(market.db, OrderCompleted)) == 1


def test_a_parcel_that_nobody_signs_for_waits_thirty_days(market: Market) -> None:
    order = market.bought()
    market.ship(order.id)
    market.wait(days=29)
    assert market.order(order.id).state == "shipped"
    market.wait(days=1)
    assert market.order(order.id).state == "completed"
