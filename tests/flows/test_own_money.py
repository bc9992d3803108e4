"""What is one's own: drawn only by who shows that it is them, not left behind, and not paid to oneself."""

from datetime import timedelta

import pytest

from miaohui.commerce.checkout.actions.make_quote import OwnGoods
from miaohui.commerce.inventory.queries import pools_of_variant
from miaohui.commerce.merchants.actions.change_staff import remove_staff, set_staff
from miaohui.commerce.merchants.actions.close_shop import close_shop, finish_closing
from miaohui.commerce.merchants.departures import ShopLeft
from miaohui.commerce.merchants.roles import StaffRole
from miaohui.commerce.orders.actions.cancel_order import cancel_order
from miaohui.commerce.orders.actions.place_order import place_order
from miaohui.commerce.orders.actions.refund_line import refund_line
from miaohui.consoles.merchant.payouts import request_shop_payout
from miaohui.kit.errors import Refusal
from miaohui.money.ledger import accounts
from miaohui.money.payments.actions.pay_wallet import pay_wallet
from miaohui.money.settlement.actions.request_own_payout import request_own_payout
from miaohui.money.settlement.departures import MoneyLeft
from miaohui.money.settlement.queries import Payout
from miaohui.people.accounts.access import ProofNeeded
from miaohui.people.accounts.actions.open_session import open_session
from miaohui.people.accounts.actions.request_deletion import request_deletion
from tests.market import PRICE, Market

BANK = "622200001111"


def sign_in(market: Market, account_id: int) -> int:
    """Return the device, which has proven just now who holds it."""
    return market.db.write_sync(open_session, account_id=account_id, user_agent="").device_id


def fill(market: Market, amount: int) -> None:
    wallet = {"person_id": market.buyer, "amount_minor": amount, "currency": "CNY", "ref": "gift"}
    market.db.write_sync(pay_wallet, debit=accounts.bank(), **wallet)


def draw(market: Market, amount: int, device: int, key: str | None = None) -> Payout:
    asked = {"account": "wallet", "amount_minor": amount, "currency": "CNY", "bank_account": BANK}
    return market.db.write_sync(
        request_own_payout, person_id=market.buyer, key=key, request_hash=b"x" * 32, device_id=device, **asked
    )


def leave(market: Market, account_id: int) -> None:
    market.db.write_sync(request_deletion, account_id=account_id, device_id=sign_in(market, account_id))


def test_money_leaves_only_for_who_has_just_shown_that_it_is_them(market: Market) -> None:
    device = sign_in(market, market.buyer)
    fill(market, 10_00)
    first = draw(market, 4_00, device, key="once")

    market.clock.advance(timedelta(minutes=16))
    with pytest.raises(ProofNeeded):
        draw(market, 4_00, device)

    assert draw(market, 4_00, device, key="once") == first, "a resend is told what became of it"
    assert market.balance(accounts.wallet(market.buyer)) == 6_00
    assert draw(market, 4_00, sign_in(market, market.buyer)).state == "requested"


def test_nor_does_a_shops(market: Market) -> None:
    device = sign_in(market, market.seller)
    market.clock.advance(timedelta(minutes=16))
    asked = {"amount_minor": 1_00, "bank_account": BANK, "key": None, "request_hash": b""}

    with pytest.raises(ProofNeeded):
        market.db.write_sync(request_shop_payout, shop_id=market.shop, by_id=market.seller, device_id=device, **asked)


def test_who_has_money_here_draws_it_before_leaving(market: Market) -> None:
    fill(market, 10_00)
    with pytest.raises(MoneyLeft) as refused:
        leave(market, market.buyer)
    assert refused.value.data == {"account": "wallet", "amount_minor": 10_00, "currency": "CNY"}

    draw(market, 10_00, sign_in(market, market.buyer))
    with pytest.raises(MoneyLeft) as refused:
        leave(market, market.buyer)
    assert refused.value.data["account"] == "withdrawing"

    market.quiet()
    leave(market, market.buyer)


def test_who_has_a_shop_closes_it_before_leaving(market: Market) -> None:
    with pytest.raises(ShopLeft):
        leave(market, market.seller)
    market.db.write_sync(close_shop, shop_id=market.shop, by_id=market.seller, reason="going home")
    market.quiet()
    with pytest.raises(ShopLeft) as refused:
        leave(market, market.seller)
    assert refused.value.data["state"] == "closing"

    held = market.balance(accounts.shop_available(market.shop))
    asked = {"amount_minor": held, "bank_account": BANK, "key": None, "request_hash": b""}
    market.db.write_sync(request_shop_payout, shop_id=market.shop, by_id=market.seller, **asked)
    market.quiet()
    market.db.write_sync(finish_closing, shop_id=market.shop, by_id=market.operator)
    leave(market, market.seller)


def test_nobody_buys_from_themselves(market: Market) -> None:
    with pytest.raises(OwnGoods) as refused:
        market.quote(buyer=market.seller)
    assert isinstance(refused.value, Refusal)
    assert refused.value.data == {"shop_ids": [str(market.shop)]}
    assert market.quote().total_minor == PRICE


@pytest.mark.parametrize("role", ["manager", "goods", "fulfilment", "service", "finance"])
def test_who_works_in_a_shop_buys_elsewhere(market: Market, role: StaffRole) -> None:
    """Bo is hired: what the shop sells is not for him, whatever he does there, until he has left it."""
    bo = market.cast.bo
    market.db.write_sync(set_staff, shop_id=market.shop, by_id=market.seller, account_id=bo, role=role)
    with pytest.raises(OwnGoods) as refused:
        market.quote(buyer=bo)
    assert refused.value.data == {"shop_ids": [str(market.shop)]}

    elsewhere = market.open_shop(market.cast.lan, name="茶马道")
    tea = market.stock_goods(elsewhere, title="凤凰单丛", prices=[6_800]).variant_ids[0]
    assert market.quote({tea: 1}, buyer=bo).total_minor == 6_800
    with pytest.raises(OwnGoods) as refused:
        market.quote({tea: 1, market.lantern: 1}, buyer=bo)
    assert refused.value.data == {"shop_ids": [str(market.shop)]}, "the other shop is not named"

    market.db.write_sync(remove_staff, shop_id=market.shop, by_id=market.seller, account_id=bo)
    assert market.quote(buyer=bo).total_minor == PRICE


def test_who_was_hired_after_asking_for_the_price_does_not_order(market: Market) -> None:
    offered = market.quote(buyer=market.cast.bo)
    market.db.write_sync(set_staff, shop_id=market.shop, by_id=market.seller, account_id=market.cast.bo, role="service")
    with pytest.raises(OwnGoods):
        market.db.write_sync(place_order, buyer_id=offered.buyer_id, quote_id=offered.id)
    assert market.db.read_sync(pools_of_variant, variant_id=market.lantern)[0].reserved == 0, "nothing was held for it"


def test_after_a_part_of_the_price_the_whole_rest_comes_back(market: Market) -> None:
    """Beside those of test_refunds.py: nothing of an order that was given up stays in escrow."""
    order = market.bought({market.lantern: 3})
    [line] = market.lines(order.id)
    part = {"quantity": 0, "paid_minor": 1_01, "ref": "goodwill", "reason": "scratched", "restock": False}
    market.db.write_sync(refund_line, order_line_id=line.id, **part)
    market.db.write_sync(cancel_order, order_id=order.id, buyer_id=market.buyer)
    market.quiet()

    assert sum(one.amount_minor for one in market.refunds(order.trade_id)) == 3 * PRICE
    assert market.balance(accounts.escrow(order.id)) == 0
