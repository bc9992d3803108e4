"""The controls: each promise about two at the same moment again, with its guard switched off.

Everybody acts on what was read before anybody wrote, which is what a race comes down to. With the guard in
place one wins and the other is told; without it the promise breaks, so the tests of races prove something.
(For stock, coupons and what a notice pays, the controls stand beside the races: test_last_units.py,
test_coupons.py, test_races.py.)
"""

from typing import Any

import pytest
import sqlalchemy as sa

from miaohui.commerce.inventory import pools
from miaohui.commerce.inventory.actions import hold_stock as holding
from miaohui.commerce.inventory.actions.hold_stock import OutOfStock
from miaohui.commerce.orders.actions import cancel_order as cancelling
from miaohui.commerce.orders.actions import close_trade as closing
from miaohui.commerce.orders.actions.begin_payment import begin_payment
from miaohui.commerce.orders.actions.place_order import PlacedTrade, place_order
from miaohui.commerce.orders.states import OrderNotInState
from miaohui.commerce.promotions import moves as coupon_moves
from miaohui.commerce.promotions.actions import return_coupons as returning
from miaohui.commerce.promotions.moves import CouponNotUsable
from miaohui.commerce.promotions.queries import coupons_of_trade
from miaohui.kit import idempotency
from miaohui.kit.db import Database
from miaohui.kit.idempotency import IdempotencyKeyReused, hash_of_request
from miaohui.money.payments.actions import open_payment as opening
from miaohui.money.payments.queries import payments_of_subject
from tests.at_once import at_once
from tests.flows.promises import broken_promises
from tests.market import PRICE, Market

both_ways = pytest.mark.parametrize("guarded", [True, False], ids=["guarded", "unguarded"])


def of_type(results: list[Any], kind: type) -> list[Any]:
    return [one for one in results if isinstance(one, kind)]


@both_ways
def test_forty_buyers_for_ten_lanterns(market: Market, monkeypatch: pytest.MonkeyPatch, guarded: bool) -> None:
    quotes = [market.quote(buyer=guest) for guest in market.cast.crowd(40)]
    seen = market.db.read_sync(pools.pools_of, keys=[(market.lantern, "shelf", "")])
    monkeypatch.setattr(holding, "pools_of", lambda tx, *, keys: seen)
    if not guarded:
        without_check(market.db, "stock_pool", "ck_stock_pool_never_oversold")
        monkeypatch.setattr(pools, "HAS_ROOM", sa.true())

    results = at_once(
        [
            lambda offered=offered: market.db.write_sync(place_order, buyer_id=offered.buyer_id, quote_id=offered.id)
            for offered in quotes
        ]
    )

    won = 10 if guarded else 40
    assert (len(of_type(results, PlacedTrade)), len(of_type(results, OutOfStock))) == (won, 40 - won)
    assert market.stock() == (10, won, 0)
    assert (broken_promises(market.db) == []) is guarded


@both_ways
def test_twelve_requests_to_pay(market: Market, monkeypatch: pytest.MonkeyPatch, guarded: bool) -> None:
    placed = market.buy()
    truly, asked = opening.open_payment_of, []

    def read_before_anybody_wrote(tx: Any, **subject: Any) -> Any:
        # Whoever looks a second time has met the competitor's row.
        asked.append(tx)
        return truly(tx, **subject) if guarded and asked.count(tx) > 1 else None

    monkeypatch.setattr(opening, "open_payment_of", read_before_anybody_wrote)
    if not guarded:
        market.db.write_sync(lambda tx: tx.connection.exec_driver_sql("DROP INDEX uq_payment_open_attempt").close())

    begin = {"trade_id": placed.trade_id, "buyer_id": market.buyer, "provider": "sandbox"}
    results = at_once([lambda: market.db.write_sync(begin_payment, **begin)] * 12)

    number = 1 if guarded else 12
    assert len({result.id for result in results}) == number
    kept = market.db.read_sync(payments_of_subject, purpose="trade", subject_id=placed.trade_id)
    assert len(kept) == number


@both_ways
def test_the_same_key_with_another_body(market: Market, monkeypatch: pytest.MonkeyPatch, guarded: bool) -> None:
    """Without the comparison, who meant the second order would be handed the first as if it were that one."""
    one, other = market.quote(), market.quote()
    kept = idempotency._first_answer
    if not guarded:
        monkeypatch.setattr(
            idempotency, "_first_answer", lambda tx, **asked: kept(tx, **asked | {"request_hash": hash_of(one.id)})
        )
    first = place_with_key(market, one.id)

    answers = at_once([lambda: place_with_key(market, other.id)] * 3)

    assert (len(of_type(answers, IdempotencyKeyReused)) == 3) is guarded
    assert (answers == [first] * 3) is not guarded
    assert market.stock() == (10, 1, 0)


@both_ways
def test_the_same_key_with_the_same_body(market: Market, monkeypatch: pytest.MonkeyPatch, guarded: bool) -> None:
    """A cart whose button is pressed twice makes two quotes; the key makes one order of it."""
    quotes = [market.quote() for _ in range(3)]
    if not guarded:
        monkeypatch.setattr(idempotency, "insert_if_absent", lambda *_: True)

    answers = at_once([lambda id=one.id: place_with_key(market, id, said=b"the cart") for one in quotes])

    assert len({answer.trade_id for answer in answers}) == (1 if guarded else 3)
    assert market.stock() == (10, 1 if guarded else 3, 0)


@both_ways
def test_sent_and_cancelled(market: Market, monkeypatch: pytest.MonkeyPatch, guarded: bool) -> None:
    """Without holding the order and looking again, what has left would be paid back as well."""
    order = market.bought()
    lines = market.db.read_sync(cancelling.lines_of_orders, [order.id])
    market.ship(order.id)
    monkeypatch.setattr(cancelling, "access_order", lambda tx, **_: order)
    if not guarded:
        monkeypatch.setattr(cancelling, "lock_order", lambda tx, order_id: order)
        monkeypatch.setattr(cancelling, "lines_of_orders", lambda tx, order_ids: lines)

    [answer] = at_once(
        [lambda: market.db.write_sync(cancelling.cancel_order, order_id=order.id, buyer_id=market.buyer)]
    )
    market.quiet()

    assert isinstance(answer, OrderNotInState) is guarded
    assert market.order(order.id).state == "shipped"
    assert sum(one.amount_minor for one in market.refunds(order.trade_id)) == (0 if guarded else PRICE)


@both_ways
def test_paid_and_timed_out(market: Market, monkeypatch: pytest.MonkeyPatch, guarded: bool) -> None:
    """Without the condition, the clock would close what the notice has just paid, and give its lantern away."""
    placed = market.buy()
    waiting = market.trade(placed.trade_id)
    market.pay(placed)
    monkeypatch.setattr(closing, "lock_trade", lambda tx, trade_id: waiting)
    monkeypatch.setattr(closing, "success_of", lambda *_, **__: None)
    if not guarded:
        without_check(market.db, "trade", "ck_trade_paid_is_dated")
        monkeypatch.setattr(closing, "WAITING", sa.true())

    closed = market.db.write_sync(closing.close_trade, trade_id=placed.trade_id, reason="unpaid", by_id=None)
    market.quiet()

    assert closed is not guarded
    assert market.stock() == ((10, 1, 1) if guarded else (10, 0, 0))
    assert market.trade(placed.trade_id).state == ("paid" if guarded else "closed")
    assert market.order(placed.order_ids[0]).state == "paid"
    assert (broken_promises(market.db) == []) is guarded


@both_ways
def test_refunded_and_redeemed(market: Market, monkeypatch: pytest.MonkeyPatch, guarded: bool) -> None:
    """Without the condition, a refund that comes twice would free a coupon that its owner has redeemed meanwhile."""
    coupon_id = market.coupon(500)
    first = market.bought(coupons=[coupon_id])
    used = market.db.read_sync(coupons_of_trade, first.trade_id)
    market.db.write_sync(cancelling.cancel_order, order_id=first.id, buyer_id=market.buyer)
    second = market.buy(coupons=[coupon_id])
    monkeypatch.setattr(returning, "coupons_of_trade", lambda tx, trade_id: used)
    without_check(market.db, "coupon_template", "ck_coupon_template_used_were_granted")
    if not guarded:
        monkeypatch.setattr(coupon_moves, "is_still", lambda state: sa.true())

    [answer] = at_once([lambda: market.db.write_sync(returning.return_coupons, trade_id=first.trade_id)])

    assert isinstance(answer, CouponNotUsable) is guarded
    held = market.db.read_sync(coupons_of_trade, second.trade_id)
    assert [one.id for one in held] == ([coupon_id] if guarded else [])
    if not guarded:  # It can be had a third time.
        assert market.buy(coupons=[coupon_id]).payable_minor == PRICE - 500


def place_with_key(market: Market, quote_id: int, *, said: bytes | None = None) -> PlacedTrade:
    said = str(quote_id).encode() if said is None else said
    return market.db.write_sync(
        place_order,
        buyer_id=market.buyer,
        quote_id=quote_id,
        key="k-1",
        request_hash=hash_of_request("POST", "/orders", said),
    )


def hash_of(quote_id: int) -> bytes:
    return hash_of_request("POST", "/orders", str(quote_id).encode())


def without_check(db: Database, table: str, name: str) -> None:
    """Take away the table's own check, the net below the guard."""
    with db.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(sa.text(f"ALTER TABLE {table} DROP CONSTRAINT {name}"))
            connection.commit()
            return
    db.write_sync(lambda tx: tx.connection.exec_driver_sql("PRAGMA ignore_check_constraints = ON").close())
