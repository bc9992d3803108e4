"""Money that goes back: whole orders, single units, parts of a price."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from miaohui.commerce.orders.actions.cancel_order import cancel_order
from miaohui.commerce.orders.actions.refund_line import RefundBeyondLine, refund_line, refundable
from miaohui.commerce.orders.events import LineRefunded, OrderClosed
from miaohui.commerce.orders.queries import OrderLine
from miaohui.commerce.orders.refunds import refundable_of, subsidies_of
from miaohui.commerce.orders.states import OrderNotInState, wechat_code
from miaohui.commerce.promotions.queries import coupons_of
from miaohui.kit.errors import NotFound
from miaohui.money.payments.queries import Refund
from tests.emitted import emitted
from tests.market import PRICE, Market


def refund(market: Market, line_id: int, quantity: int, paid_minor: int, ref: str, **wish: object) -> Refund | None:
    wanted = {"reason": "damaged", "restock": False} | wish
    return market.db.write_sync(
        refund_line, order_line_id=line_id, quantity=quantity, paid_minor=paid_minor, ref=ref, **wanted
    )


def coupon_states(market: Market) -> list[str]:
    return [one.state for one in market.db.read_sync(coupons_of, owner_id=market.buyer)]


def test_before_payment_the_whole_trade_is_cancelled(market: Market) -> None:
    market.coupon(500)
    other = market.open_shop(market.cast.bo, name="糖画铺")
    sugar = market.stock_goods(other).variant_ids[0]
    placed = market.buy({market.lantern: 1, sugar: 2})
    for _ in range(2):
        found = market.db.write_sync(cancel_order, order_id=placed.order_ids[0], buyer_id=market.buyer)
        assert (found.state, found.close_reason) == ("closed", "cancelled")
    assert [market.order(one).state for one in placed.order_ids] == ["closed", "closed"]
    assert (market.stock(), market.stock(sugar)) == ((10, 0, 0), (100, 0, 0))
    assert coupon_states(market) == ["granted"]
    market.wait(minutes=40)
    assert len(emitted(market.db, OrderClosed)) == 2


def test_after_payment_the_money_goes_back_to_the_fen_and_so_does_all_else(market: Market) -> None:
    market.freight(market.shop, first_minor=701)
    market.coupon(999)
    market.coupon(333, stacking="platform")
    order = market.bought({market.lantern: 3})
    assert coupon_states(market) == ["used", "used"]
    assert order.payable_minor == 3 * PRICE + 701 + 350 - 999 - 333

    closed = market.db.write_sync(cancel_order, order_id=order.id, buyer_id=market.buyer)
    market.quiet()

    assert (closed.state, closed.close_reason) == ("closed", "refunded")
    assert wechat_code(closed.state, closed.close_reason) == 200
    [back] = market.refunds(order.trade_id)
    assert (back.amount_minor, back.state) == (order.payable_minor, "succeeded")
    accounts = (f"escrow:{order.id}", "psp:sandbox", "refund_payable", "coupon_cost")
    assert [market.balance(code) for code in accounts] == [0, 0, 0, 0]
    assert market.stock() == (10, 0, 0)
    assert coupon_states(market) == ["granted", "granted"]
    assert [event.reason for event in emitted(market.db, OrderClosed)] == ["refunded"]


def test_one_order_of_two_is_cancelled_and_the_coupon_stays_used(market: Market) -> None:
    market.coupon(500, stacking="platform")
    other = market.open_shop(market.cast.bo, name="糖画铺")
    sugar = market.stock_goods(other).variant_ids[0]
    placed = market.buy({market.lantern: 1, sugar: 2})
    market.pay(placed)
    market.db.write_sync(cancel_order, order_id=placed.order_ids[0], buyer_id=market.buyer)
    market.quiet()
    assert sorted(market.order(one).state for one in placed.order_ids) == ["closed", "paid"]
    assert coupon_states(market) == ["used"]
    market.db.write_sync(cancel_order, order_id=placed.order_ids[1], buyer_id=market.buyer)
    assert coupon_states(market) == ["granted"]


def test_what_has_left_is_not_cancelled(market: Market) -> None:
    order = market.bought({market.lantern: 2})
    [line] = market.lines(order.id)
    market.ship(order.id, {line.id: 1})
    with pytest.raises(OrderNotInState):
        market.db.write_sync(cancel_order, order_id=order.id, buyer_id=market.buyer)
    with pytest.raises(NotFound):
        market.db.write_sync(cancel_order, order_id=order.id, buyer_id=market.seller)
    assert market.refunds(order.trade_id) == []


def test_the_same_reason_refunds_once(market: Market) -> None:
    order = market.bought({market.lantern: 2})
    [line] = market.lines(order.id)
    first = refund(market, line.id, 1, PRICE, "aftersale:1")
    again = refund(market, line.id, 1, PRICE, "aftersale:1")
    market.quiet()
    assert first is not None
    assert again is not None
    assert first.id == again.id
    [line] = market.lines(order.id)
    assert (line.refunded_quantity, line.refunded_minor, line.cancelled, line.left_to_send) == (1, PRICE, 1, 1)
    assert market.stock() == (10, 1, 1)
    assert len(emitted(market.db, LineRefunded)) == 1


def test_no_more_goes_back_than_was_paid(market: Market) -> None:
    order = market.bought({market.lantern: 2})
    [line] = market.lines(order.id)
    for quantity, paid in ((3, 0), (0, 2 * PRICE + 1), (0, -1), (-1, 0)):
        with pytest.raises(RefundBeyondLine):
            refund(market, line.id, quantity, paid, f"case:{quantity}:{paid}")
    refund(market, line.id, 0, PRICE, "a lower price")
    with pytest.raises(RefundBeyondLine):
        refund(market, line.id, 0, PRICE + 1, "an even lower one")
    assert market.order(order.id).state == "paid"
    assert [one.amount_minor for one in market.refunds(order.trade_id)] == [PRICE]


def test_units_that_came_back_are_sold_again_and_the_rest_still_goes_out(market: Market) -> None:
    order = market.bought({market.lantern: 3})
    [line] = market.lines(order.id)
    market.ship(order.id, {line.id: 2})
    refund(market, line.id, 1, PRICE, "aftersale:1", restock=True)
    assert market.stock() == (9, 1, 2)
    [line] = market.lines(order.id)
    assert (line.left_to_send, line.refunded_quantity) == (1, 1)
    # A broken one that came back is not sold again, and does not count as one that was never sent.
    refund(market, line.id, 1, PRICE, "aftersale:2", from_shipped=True)
    assert market.lines(order.id)[0].left_to_send == 1
    assert market.order(order.id).state == "part_shipped"
    # What was never sent is given up: then all that is to be sent has been sent.
    refund(market, line.id, 1, PRICE, "aftersale:3")
    assert market.order(order.id).state == "shipped"
    assert market.stock() == (9, 0, 1)
    market.quiet()
    assert market.balance(f"escrow:{order.id}") == 0


def test_refunds_of_an_unpaid_order_are_refused(market: Market) -> None:
    placed = market.buy()
    [line] = market.lines(placed.order_ids[0])
    with pytest.raises(OrderNotInState):
        refund(market, line.id, 1, PRICE, "aftersale:1")


def test_freight_goes_back_with_what_was_never_sent(market: Market) -> None:
    market.freight(market.shop, first_minor=700)
    order = market.bought({market.lantern: 2})
    [line] = market.lines(order.id)
    found = market.db.read_sync(refundable, order_line_id=line.id, quantity=2)
    assert (found.paid_minor, found.freight_minor) == (2 * PRICE + 700, 700)
    market.ship(order.id)
    found = market.db.read_sync(refundable, order_line_id=line.id, quantity=2)
    assert (found.paid_minor, found.freight_minor, found.most_minor) == (2 * PRICE, 0, 2 * PRICE + 700)


def line_of(*, quantity: int, goods: int, discount: int, freight: int, platform: int, ad: int) -> OrderLine:
    zeros = dict.fromkeys(OrderLine.__struct_fields__, 0)
    return OrderLine(
        **(
            zeros
            | {
                "quantity": quantity,
                "goods_minor": goods,
                "discount_minor": discount,
                "freight_minor": freight,
                "payable_minor": goods - discount + freight,
                "platform_subsidy_minor": platform,
                "ad_subsidy_minor": ad,
            }
        )
    )


@given(
    quantity=st.integers(1, 20),
    goods=st.integers(0, 100_000),
    discount_part=st.integers(0, 100),
    freight=st.integers(0, 3_000),
    subsidies=st.tuples(st.integers(0, 5_000), st.integers(0, 5_000)),
    data=st.data(),
)
def test_however_it_is_cut_all_units_together_are_worth_what_was_paid(
    quantity: int, goods: int, discount_part: int, freight: int, subsidies: tuple[int, int], data: st.DataObject
) -> None:
    line = line_of(
        quantity=quantity,
        goods=goods,
        discount=goods * discount_part // 100,
        freight=freight,
        platform=subsidies[0],
        ad=subsidies[1],
    )
    paid = platform = ad = given_up = 0
    while given_up < quantity:
        units = data.draw(st.integers(1, quantity - given_up))
        found = refundable_of(line, units)
        assert subsidies_of(line, paid_minor=found.paid_minor, quantity=units) == (
            found.platform_minor,
            found.ad_minor,
        )
        assert min(found.paid_minor, found.platform_minor, found.ad_minor, found.freight_minor) >= 0
        paid, platform, ad = paid + found.paid_minor, platform + found.platform_minor, ad + found.ad_minor
        given_up += units
        counted = {name: getattr(line, name) for name in OrderLine.__struct_fields__}
        line = OrderLine(**(counted | {"refunded_quantity": given_up, "refunded_minor": paid}))
    assert (paid, platform, ad) == (line.payable_minor, *subsidies)
