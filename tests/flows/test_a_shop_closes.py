"""A shop that closes: what is open with it is seen to its end, and only then is its deposit its own again."""

import pytest

from miaohui.care.aftersales.actions.apply_aftersale import apply_aftersale
from miaohui.care.aftersales.actions.withdraw import withdraw
from miaohui.commerce.fulfilment.actions.ship_parcel import ship_parcel
from miaohui.commerce.merchants.actions.close_shop import ShopNotSettled, close_shop, finish_closing
from miaohui.commerce.merchants.events import ShopClosed, ShopDepositReturned
from miaohui.commerce.merchants.obstacles import open_with_shop
from miaohui.commerce.merchants.queries import shop_by_id
from miaohui.commerce.orders.actions.complete_order import confirm_receipt
from miaohui.commerce.orders.queries import Order
from miaohui.consoles.merchant.payouts import request_shop_payout
from miaohui.money.ledger import accounts
from tests.emitted import emitted
from tests.flows.promises import broken_promises
from tests.market import PRICE, Market

DEPOSIT = 1000_00


def close(market: Market) -> None:
    market.db.write_sync(close_shop, shop_id=market.shop, by_id=market.seller, reason="going home")
    market.quiet()


def finish(market: Market) -> None:
    market.db.write_sync(finish_closing, shop_id=market.shop, by_id=market.operator)


def refusal(market: Market) -> dict[str, object]:
    with pytest.raises(ShopNotSettled) as refused:
        finish(market)
    return dict(refused.value.data)


def received(market: Market, order: Order) -> None:
    sent = {"lines": None, "carrier": "sandbox", "waybill": None, "by_id": market.seller}
    market.db.write_sync(ship_parcel, order_id=order.id, **sent)
    market.deliver(order.id)
    market.db.write_sync(confirm_receipt, order_id=order.id, buyer_id=market.buyer)
    market.quiet()


def state(market: Market) -> str:
    found = market.db.read_sync(shop_by_id, market.shop)
    assert found is not None
    return found.state


def test_the_deposit_comes_back_when_nothing_is_open(market: Market) -> None:
    order, unpaid = market.bought(), market.buy()
    close(market)
    assert refusal(market) == {"open": {"orders": 2, "sales": 1}}
    market.wait(hours=1)
    assert market.order(unpaid.order_ids[0]).state == "closed"

    received(market, order)
    assert refusal(market) == {"open": {"sales": 1}}
    market.wait(days=6)
    assert market.balance(accounts.deposit(market.shop)) == DEPOSIT
    market.wait(days=3)

    assert market.balance(accounts.deposit(market.shop)) == 0
    [returned] = emitted(market.db, ShopDepositReturned)
    assert (returned.owner_id, returned.amount_minor) == (market.seller, DEPOSIT)
    held = market.balance(accounts.shop_available(market.shop))
    assert DEPOSIT < held < DEPOSIT + PRICE
    assert refusal(market) == {"account": accounts.shop_available(market.shop), "amount_minor": held}

    payout = {"amount_minor": held, "bank_account": "622200001111", "key": None, "request_hash": b""}
    market.db.write_sync(request_shop_payout, shop_id=market.shop, by_id=market.seller, **payout)
    assert refusal(market)["account"] == accounts.withdrawing(accounts.shop_available(market.shop))
    market.quiet()
    finish(market)

    assert state(market) == "closed"
    assert len(emitted(market.db, ShopClosed)) == 1
    assert broken_promises(market.db) == []


def test_a_case_keeps_the_deposit_where_it_is(market: Market) -> None:
    order = market.bought()
    received(market, order)
    [line] = market.lines(order.id)
    wish = {"kind": "refund_only", "quantity": 1, "amount_minor": None, "reason": "faulty"}
    case = market.db.write_sync(
        apply_aftersale, order_id=order.id, order_line_id=line.id, buyer_id=market.buyer, **wish
    )
    close(market)

    assert market.db.read_sync(open_with_shop, shop_id=market.shop) == {"cases": 1, "sales": 1}
    assert refusal(market) == {"open": {"cases": 1, "sales": 1}}

    market.db.write_sync(withdraw, aftersale_id=case.id, buyer_id=market.buyer)
    market.wait(days=9)
    # It is looked at once a day.
    market.wait(days=1)
    assert market.balance(accounts.deposit(market.shop)) == 0


def test_a_shop_with_which_nothing_is_open_has_its_deposit_at_once(market: Market) -> None:
    close(market)

    assert market.balance(accounts.deposit(market.shop)) == 0
    assert market.balance(accounts.shop_available(market.shop)) == DEPOSIT
    assert state(market) == "closing"
