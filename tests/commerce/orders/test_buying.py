"""From a quote to a paid order, and from an unpaid one back to where everything was."""

from datetime import timedelta

import pytest

from miaohui.commerce.cart.actions.add_to_cart import NotForSale, add_to_cart
from miaohui.commerce.cart.actions.change_cart_line import select_in_cart
from miaohui.commerce.cart.queries import cart_lines
from miaohui.commerce.cart.sources import Source
from miaohui.commerce.catalogue.actions.delist_product import delist_product
from miaohui.commerce.catalogue.actions.set_showcase import set_showcase
from miaohui.commerce.catalogue.actions.set_variants import set_variants
from miaohui.commerce.catalogue.drafts import VariantDraft
from miaohui.commerce.checkout.actions.make_quote import QuoteChanged, QuoteExpired, make_quote
from miaohui.commerce.checkout.reckoning import CouponUnusable, NotDelivered
from miaohui.commerce.inventory.actions.hold_stock import OutOfStock
from miaohui.commerce.orders.actions.begin_payment import TradeClosed, begin_payment
from miaohui.commerce.orders.actions.close_trade import close_trade
from miaohui.commerce.orders.actions.place_order import PlacedTrade, place_order
from miaohui.commerce.orders.events import OrderClosed, OrderPaid, OrderPlaced
from miaohui.commerce.orders.queries import orders_of_buyer, shares_of_lines
from miaohui.commerce.promotions.queries import coupons_of
from miaohui.kit.errors import NotFound
from miaohui.kit.idempotency import IdempotencyKeyReused
from miaohui.money.payments.actions.open_payment import AlreadyPaid
from tests.emitted import emitted
from tests.market import PRICE, Market


def raise_price(market: Market, variant_id: int, price_minor: int) -> None:
    """Let the shop ask another price from now on."""
    product_id = market.quote({variant_id: 1}).lines[0].product_id
    draft = VariantDraft(price_minor=price_minor, code="C0", weight_g=400)
    market.db.write_sync(set_variants, product_id=product_id, by_id=market.seller, variants=[draft])


def coupon_states(market: Market, owner: int | None = None) -> list[str]:
    return [one.state for one in market.db.read_sync(coupons_of, owner_id=owner or market.buyer)]


def test_a_lantern_is_bought_and_paid(market: Market) -> None:
    placed = market.buy({market.lantern: 2})
    [order_id] = placed.order_ids
    assert (placed.state, placed.payable_minor, placed.pay_by - market.clock.now()) == (
        "created",
        2 * PRICE,
        timedelta(minutes=30),
    )
    assert market.stock() == (10, 2, 0)
    assert market.order(order_id).state == "created"

    market.pay(placed)

    order = market.order(order_id)
    assert (order.state, order.paid_at, order.payable_minor) == ("paid", market.clock.now(), 2 * PRICE)
    assert market.stock() == (10, 2, 2)
    assert market.balance(f"escrow:{order_id}") == 2 * PRICE
    assert market.moves(order_id) == [(None, "created", "placed"), ("created", "paid", "paid")]
    assert [event.order_id for event in emitted(market.db, OrderPlaced)] == [order_id]
    assert [event.order_id for event in emitted(market.db, OrderPaid)] == [order_id]
    assert market.failures() == []
    with pytest.raises(AlreadyPaid):
        market.pay(placed)


def test_two_shops_in_one_trade_have_an_order_each_and_every_fen_its_place(market: Market) -> None:
    other = market.open_shop(market.cast.bo, name="糖画铺")
    sugar = market.stock_goods(other, title="糖画", prices=[1_199, 333]).variant_ids
    market.freight(market.shop, first_minor=700)
    market.freight(other, first_minor=500, free_from_minor=100_000)
    market.coupon(2_000, from_minor=10_000)
    market.coupon(1_001, stacking="platform")
    wanted = {market.lantern: 1, sugar[0]: 3, sugar[1]: 7}

    offered = market.quote(wanted)
    placed = market.db.write_sync(place_order, buyer_id=market.buyer, quote_id=offered.id)
    market.pay(placed)

    goods = PRICE + 3 * 1_199 + 7 * 333
    # 400 g from the one shop, 4 kg from the other: the first kilogram and three more.
    assert offered.freight_minor == 700 + 500 + 3 * 250
    assert offered.total_minor == goods - 2_000 - 1_001 + offered.freight_minor == placed.payable_minor
    assert sum(step.amount_minor for step in offered.steps) == offered.total_minor
    orders = [market.order(order_id) for order_id in placed.order_ids]
    assert sum(order.payable_minor for order in orders) == placed.payable_minor
    assert sum(order.discount_minor for order in orders) == 3_001
    for order in orders:
        lines = market.lines(order.id)
        assert sum(line.payable_minor for line in lines) == order.payable_minor
        subsidies = sum(line.platform_subsidy_minor for line in lines)
        assert market.balance(f"escrow:{order.id}") == order.payable_minor + subsidies
        for line in lines:
            shares = market.db.read_sync(shares_of_lines, [line.id])
            assert sum(share.amount_minor for share in shares) == line.discount_minor
            assert sum(share.platform_minor for share in shares) == line.platform_subsidy_minor
    assert market.balance("coupon_cost") == 1_001
    assert coupon_states(market) == ["used", "used"]


def test_a_quote_is_explained_in_words(market: Market) -> None:
    market.freight(market.shop, free_from_minor=10_000)
    market.coupon(500)
    steps = [(step.step, step.amount_minor) for step in market.quote().steps]
    assert steps == [("goods", PRICE), ("shop", -500), ("freight_free", 0)]


def test_what_nobody_pays_for_is_closed_and_all_goes_back(market: Market) -> None:
    market.coupon(500)
    placed = market.buy({market.lantern: 10})
    begun = market.db.write_sync(begin_payment, trade_id=placed.trade_id, buyer_id=market.buyer, provider="sandbox")
    assert coupon_states(market) == ["locked"]
    market.wait(minutes=29, seconds=59)
    assert market.order(placed.order_ids[0]).state == "created"

    market.wait(seconds=1)

    order = market.order(placed.order_ids[0])
    assert (order.state, order.close_reason, order.closed_at) == ("closed", "unpaid", market.clock.now())
    assert market.trade(placed.trade_id).state == "closed"
    assert market.stock() == (10, 0, 0)
    assert coupon_states(market) == ["granted"]
    assert [event.reason for event in emitted(market.db, OrderClosed)] == ["unpaid"]
    with pytest.raises(TradeClosed):
        market.db.write_sync(begin_payment, trade_id=placed.trade_id, buyer_id=market.buyer, provider="sandbox")
    assert market.failures() == []
    assert begun.closes_at == placed.pay_by


def test_money_that_comes_after_the_closing_goes_back_by_itself(market: Market) -> None:
    placed = market.buy()
    opened = market.db.write_sync(begin_payment, trade_id=placed.trade_id, buyer_id=market.buyer, provider="sandbox")
    begun = market.payments.begin_sync(opened.id)
    notices = market.payments.sandbox(begun).act(begun, outcome="pay")
    # The notice is on its way, and the provider does not answer when it is asked before closing.
    market.clock.advance(timedelta(minutes=31))
    assert market.db.write_sync(close_trade, trade_id=placed.trade_id, reason="unpaid", by_id=None)
    for body in notices:
        market.payments.hear_sync("sandbox", {}, body)
    market.quiet()
    assert market.order(placed.order_ids[0]).state == "closed"
    assert market.balance(f"escrow:{placed.order_ids[0]}") == 0
    assert market.balance("psp:sandbox") == 0
    assert market.balance("refund_payable") == 0
    assert market.stock() == (10, 0, 0)


def test_who_has_paid_in_the_last_second_is_asked_about_before_closing(market: Market) -> None:
    placed = market.buy()
    opened = market.db.write_sync(begin_payment, trade_id=placed.trade_id, buyer_id=market.buyer, provider="sandbox")
    begun = market.payments.begin_sync(opened.id)
    market.payments.sandbox(begun).act(begun, outcome="pay")
    market.wait(minutes=30)
    assert market.order(placed.order_ids[0]).state == "paid"
    assert market.stock() == (10, 1, 1)


def test_a_price_is_charged_as_it_was_shown_or_asked_about_again(market: Market) -> None:
    offered = market.quote()
    raise_price(market, market.lantern, PRICE + 1)
    with pytest.raises(QuoteChanged):
        market.db.write_sync(place_order, buyer_id=market.buyer, quote_id=offered.id)
    raise_price(market, market.lantern, PRICE)
    placed = market.db.write_sync(place_order, buyer_id=market.buyer, quote_id=offered.id)
    assert placed.payable_minor == PRICE


def test_what_does_not_change_the_price_does_not_ask_again(market: Market) -> None:
    market.freight(market.shop, first_minor=0, free_from_minor=50_000)
    offered = market.quote()
    # Another template, a price of another thing, a coupon that nobody reckoned with: all of it is none of hers.
    market.freight(market.shop, first_minor=900)
    market.coupon(300)
    assert market.db.write_sync(place_order, buyer_id=market.buyer, quote_id=offered.id).payable_minor == PRICE


def test_a_shop_that_no_longer_delivers_there_is_not_taken_by_its_old_word(market: Market) -> None:
    offered = market.quote()
    market.freight(market.shop, regions=("65",))
    with pytest.raises(NotDelivered):
        market.db.write_sync(place_order, buyer_id=market.buyer, quote_id=offered.id)
    assert market.stock() == (10, 0, 0)


def test_a_quote_holds_for_a_quarter_of_an_hour(market: Market) -> None:
    offered = market.quote()
    market.clock.advance(timedelta(minutes=15))
    with pytest.raises(QuoteExpired):
        market.db.write_sync(place_order, buyer_id=market.buyer, quote_id=offered.id)


def test_a_quote_is_its_askers_alone(market: Market) -> None:
    offered = market.quote()
    with pytest.raises(NotFound):
        market.db.write_sync(place_order, buyer_id=market.cast.bo, quote_id=offered.id)


def test_a_quote_becomes_a_trade_once_and_a_key_means_one_request(market: Market) -> None:
    first, second = market.quote(), market.quote()

    def place(quote_id: int, key: str | None, request_hash: bytes = b"a" * 32) -> PlacedTrade:
        return market.db.write_sync(
            place_order, buyer_id=market.buyer, quote_id=quote_id, key=key, request_hash=request_hash
        )

    placed = place(first.id, "k1")
    assert place(first.id, "k1") == placed
    assert place(first.id, "k2") == placed
    assert place(first.id, None) == placed
    with pytest.raises(IdempotencyKeyReused):
        place(second.id, "k1", b"b" * 32)
    market.clock.advance(timedelta(minutes=20))
    assert place(first.id, None) == placed, "the quote is old, but it has become something"
    assert len(market.db.read_sync(orders_of_buyer, buyer_id=market.buyer)) == 1
    assert market.stock() == (10, 1, 0)


def test_what_is_refused_leaves_nothing_behind(market: Market) -> None:
    market.coupon(500)
    offered = market.quote({market.lantern: 11})
    with pytest.raises(OutOfStock) as refusal:
        market.db.write_sync(place_order, buyer_id=market.buyer, quote_id=offered.id, key="k", request_hash=b"a")
    assert refusal.value.data["lines"] == [{"variant_id": str(market.lantern), "available": 10}]
    assert market.db.read_sync(orders_of_buyer, buyer_id=market.buyer) == []
    assert coupon_states(market) == ["granted"]
    market.receive(market.lantern, 1)
    assert market.db.write_sync(
        place_order, buyer_id=market.buyer, quote_id=offered.id, key="k", request_hash=b"a"
    ).order_ids


def test_what_is_not_for_sale_is_not_priced_and_not_ordered(market: Market) -> None:
    offered = market.quote()
    product_id = offered.lines[0].product_id
    market.db.write_sync(delist_product, product_id=product_id, by_id=market.seller)
    with pytest.raises(NotForSale):
        market.quote()
    with pytest.raises(NotForSale):
        market.db.write_sync(place_order, buyer_id=market.buyer, quote_id=offered.id)


def test_a_coupon_pays_once(market: Market) -> None:
    coupon_id = market.coupon(500)
    first, second = market.quote(), market.quote(coupons=[coupon_id])
    assert first.coupon_ids == second.coupon_ids == (coupon_id,)
    assert market.quote(coupons=[]).total_minor == PRICE
    market.db.write_sync(place_order, buyer_id=market.buyer, quote_id=first.id)
    with pytest.raises(QuoteChanged):
        market.db.write_sync(place_order, buyer_id=market.buyer, quote_id=second.id)
    with pytest.raises(CouponUnusable):
        market.quote(coupons=[coupon_id])
    with pytest.raises(CouponUnusable):
        market.quote(buyer=market.cast.bo, coupons=[coupon_id])


def test_what_costs_nothing_is_paid_at_once(market: Market) -> None:
    market.coupon(PRICE, stacking="platform")
    placed = market.buy()
    market.quiet()
    [order_id] = placed.order_ids
    assert (placed.payable_minor, placed.state, market.order(order_id).state) == (0, "paid", "paid")
    assert market.trade(placed.trade_id).payment_id is None
    assert market.stock() == (10, 1, 1)
    assert market.balance(f"escrow:{order_id}") == PRICE
    assert coupon_states(market) == ["used"]


def test_what_is_selected_in_the_cart_is_bought_and_leaves_it(market: Market) -> None:
    sugar = market.stock_goods(market.shop, title="糖画").variant_ids[0]
    for variant_id in (market.lantern, sugar):
        market.db.write_sync(
            add_to_cart, account_id=market.buyer, variant_id=variant_id, quantity=2, source=Source(kind="search")
        )
    market.db.write_sync(select_in_cart, account_id=market.buyer, variant_ids=[sugar])
    offered = market.db.write_sync(make_quote, buyer_id=market.buyer, address_id=market.address())
    placed = market.db.write_sync(place_order, buyer_id=market.buyer, quote_id=offered.id)
    [line] = market.lines(placed.order_ids[0])
    assert (line.variant_id, line.quantity, line.source_kind) == (sugar, 2, "search")
    assert [one.variant_id for one in market.db.read_sync(cart_lines, account_id=market.buyer)] == [market.lantern]


def test_who_sold_it_is_frozen_and_nobody_earns_by_their_own_purchase(market: Market) -> None:
    goods = market.stock_goods(market.shop, title="面人", prices=[5_000], commission_bp=1_000)
    lan, [variant_id] = market.cast.lan, goods.variant_ids
    market.db.write_sync(set_showcase, owner_kind="person", owner_id=lan, by_id=lan, product_ids=[goods.product_id])
    shown = Source(kind="showcase", id=lan)
    order = market.bought({variant_id: 1}, source=shown)
    [line] = market.lines(order.id)
    assert (line.promoter_id, line.commission_bp, line.source_kind, line.source_id) == (lan, 1_000, "showcase", lan)
    assert market.quote({variant_id: 1}, buyer=lan, source=shown).lines[0].promoter_id is None
    elsewhere = Source(kind="showcase", id=market.cast.bo)
    assert market.quote({variant_id: 1}, source=elsewhere).lines[0].promoter_id is None
