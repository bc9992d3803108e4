"""Two at the same moment: one wins, the other is told."""

from typing import Any

import pytest

from miaohui.commerce.inventory.actions.hold_stock import OutOfStock
from miaohui.commerce.orders.actions import close_trade as closing
from miaohui.commerce.orders.actions import mark_trade_paid as paying
from miaohui.commerce.orders.actions.begin_payment import begin_payment
from miaohui.commerce.orders.actions.cancel_order import cancel_order
from miaohui.commerce.orders.actions.close_trade import close_trade
from miaohui.commerce.orders.actions.place_order import PlacedTrade, place_order
from miaohui.commerce.orders.actions.refund_line import RefundBeyondLine, refund_line
from miaohui.commerce.orders.events import OrderPaid
from miaohui.commerce.orders.queries import orders_of_buyer
from miaohui.commerce.orders.states import OrderNotInState
from miaohui.money.payments.queries import payments_of_subject
from tests.at_once import at_once
from tests.emitted import emitted
from tests.market import PRICE, Market


def of_type(results: list[Any], kind: type) -> list[Any]:
    return [one for one in results if isinstance(one, kind)]


def test_forty_buyers_for_ten_lanterns(market: Market) -> None:
    quotes = [market.quote(buyer=guest) for guest in market.cast.crowd(40)]
    results = at_once(
        [
            lambda offered=offered: market.db.write_sync(place_order, buyer_id=offered.buyer_id, quote_id=offered.id)
            for offered in quotes
        ]
    )
    assert (len(of_type(results, PlacedTrade)), len(of_type(results, OutOfStock))) == (10, 30)
    assert market.stock() == (10, 10, 0)


def test_one_quote_taken_by_many_hands_is_one_trade(market: Market) -> None:
    offered = market.quote()
    results = at_once(
        [
            lambda key=key: market.db.write_sync(
                place_order, buyer_id=market.buyer, quote_id=offered.id, key=key, request_hash=b"a" * 32
            )
            for key in ["one", "one", "one", "two", "three", None]
        ]
    )
    assert len({result.trade_id for result in results}) == 1
    assert len(market.db.read_sync(orders_of_buyer, buyer_id=market.buyer)) == 1
    assert market.stock() == (10, 1, 0)


def test_twelve_requests_to_pay_are_one_payment(market: Market) -> None:
    placed = market.buy()
    results = at_once(
        [
            lambda: market.db.write_sync(
                begin_payment, trade_id=placed.trade_id, buyer_id=market.buyer, provider="sandbox"
            )
        ]
        * 12
    )
    assert len({result.id for result in results}) == 1
    assert len(market.db.read_sync(payments_of_subject, purpose="trade", subject_id=placed.trade_id)) == 1


@pytest.mark.parametrize("turn", range(4))
def test_sent_or_cancelled_but_never_both(market: Market, turn: int) -> None:
    order = market.bought()
    ship, cancel = (
        lambda: market.ship(order.id),
        lambda: market.db.write_sync(cancel_order, order_id=order.id, buyer_id=market.buyer),
    )
    calls = [ship, cancel] if turn % 2 else [cancel, ship]
    results = at_once(calls)
    assert len(of_type(results, OrderNotInState)) == 1
    market.quiet()
    state = market.order(order.id).state
    assert (state, market.stock(), len(market.refunds(order.trade_id))) in [
        ("shipped", (9, 0, 1), 0),
        ("closed", (10, 0, 0), 1),
    ]


@pytest.mark.parametrize("turn", range(4))
def test_paid_or_closed_and_the_money_is_where_the_goods_are_not(market: Market, turn: int) -> None:
    placed = market.buy()
    opened = market.db.write_sync(begin_payment, trade_id=placed.trade_id, buyer_id=market.buyer, provider="sandbox")
    begun = market.payments.begin_sync(opened.id)
    notices = market.payments.sandbox(begun).act(begun, outcome="pay")
    calls = [
        lambda: [market.payments.hear_sync("sandbox", {}, body) for body in notices],
        lambda: market.db.write_sync(close_trade, trade_id=placed.trade_id, reason="unpaid", by_id=None),
    ]
    at_once(calls if turn % 2 else calls[::-1])
    market.quiet()
    [order_id] = placed.order_ids
    state = market.order(order_id).state
    money = (market.balance(f"escrow:{order_id}"), market.balance("psp:sandbox"))
    assert (state, market.stock(), money) in [
        ("paid", (10, 1, 1), (PRICE, PRICE)),
        ("closed", (10, 0, 0), (0, 0)),
    ]
    assert market.balance("refund_payable") == market.balance("unapplied_receipts") == 0


def test_what_is_paid_is_not_closed_though_nobody_has_taken_note_yet(market: Market) -> None:
    placed = market.buy()
    market.pay(placed, quiet=False)
    assert market.order(placed.order_ids[0]).state == "created"
    assert not market.db.write_sync(close_trade, trade_id=placed.trade_id, reason="unpaid", by_id=None)
    market.quiet()
    assert market.order(placed.order_ids[0]).state == "paid"


def test_should_it_be_closed_nevertheless_the_money_goes_back_once(
    market: Market, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The net below the guard: with the guard off, nothing is delivered and nothing is kept."""
    placed = market.buy()
    paid = market.pay(placed, quiet=False)
    monkeypatch.setattr(closing, "success_of", lambda *_, **__: None)
    assert market.db.write_sync(close_trade, trade_id=placed.trade_id, reason="unpaid", by_id=None)
    for _ in range(2):
        market.db.write_sync(paying.mark_trade_paid, trade_id=placed.trade_id, payment_id=paid.id)
        market.quiet()
    [order_id] = placed.order_ids
    assert market.order(order_id).state == "closed"
    assert [market.balance(code) for code in (f"escrow:{order_id}", "psp:sandbox", "refund_payable")] == [0, 0, 0]
    assert market.stock() == (10, 0, 0)


def test_a_notice_that_is_heard_twice_pays_once(market: Market) -> None:
    placed = market.buy()
    market.pay(placed, outcome="pay", quiet=False)
    payment_id = market.db.read_sync(payments_of_subject, purpose="trade", subject_id=placed.trade_id)[0].id
    at_once([lambda: market.db.write_sync(paying.mark_trade_paid, trade_id=placed.trade_id, payment_id=payment_id)] * 6)
    market.quiet()
    assert len(emitted(market.db, OrderPaid)) == 1
    assert market.stock() == (10, 1, 1)
    assert market.balance(f"escrow:{placed.order_ids[0]}") == PRICE


def test_six_refunds_of_a_line_at_once_give_no_more_than_was_paid(market: Market) -> None:
    order = market.bought({market.lantern: 2})
    [line] = market.lines(order.id)
    results = at_once(
        [
            lambda n=n: market.db.write_sync(
                refund_line,
                order_line_id=line.id,
                quantity=1,
                paid_minor=PRICE,
                ref=f"case:{n}",
                reason="x",
                restock=False,
            )
            for n in range(6)
        ]
    )
    refused = of_type(results, RefundBeyondLine) + of_type(results, OrderNotInState)
    assert len(refused) == 4
    market.quiet()
    assert sum(one.amount_minor for one in market.refunds(order.trade_id)) == 2 * PRICE
    assert market.stock() == (10, 0, 0)
    assert market.balance(f"escrow:{order.id}") == 0


def test_without_the_condition_in_the_update_a_payment_would_be_taken_twice(
    market: Market, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: with the guard off, the race above is lost. Otherwise it would prove nothing."""
    placed = market.buy()
    market.pay(placed)
    monkeypatch.setattr(paying, "WAITING", paying.trade.c.id.is_not(None))
    with pytest.raises(IndexError):
        market.db.write_sync(paying.settle_as_paid, trade_id=placed.trade_id, payment_id=None)
