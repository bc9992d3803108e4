"""What must hold for every cart, whatever runs and whatever coupons somebody has."""

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from miaohui.commerce.promotions.pricing.basket import PricedLine
from miaohui.commerce.promotions.pricing.pipeline import Pricing, price_lines
from miaohui.commerce.promotions.pricing.rules import Coupon, Promotion
from tests.commerce.promotions.baskets import carts, coupons, promotions

everything = given(
    lines=carts(), running=promotions(), held=coupons(), fee=st.integers(0, 50), seed=st.integers(0, 2**32 - 1)
)
often = settings(max_examples=50, deadline=None)


def price(lines: list[PricedLine], running: list[Promotion], held: list[Coupon], fee: int) -> Pricing:
    return price_lines(
        lines=lines, promotions=running, coupons=held, freight_of=lambda goods: {one: fee * (one % 3) for one in goods}
    )


@often
@everything
def test_shares_sum_to_each_discount_and_never_exceed_what_the_line_cost(lines, running, held, fee, seed):
    pricing = price(lines, running, held, fee)

    left = {line.line_id: line.price_minor * line.quantity for line in lines}
    freight = {line.line_id: fee * (line.line_id % 3) for line in lines}
    for step in pricing.steps:
        costs = freight if step.step == "freight" else left
        assert sum(share.amount_minor for share in step.shares) == step.discount_minor <= step.base_minor
        assert step.base_minor == sum(costs[share.line_id] for share in step.shares)
        for share in step.shares:
            assert 0 <= share.amount_minor <= costs[share.line_id]
            assert share.shop_minor + share.platform_minor + share.ad_minor == share.amount_minor
            assert min(share.shop_minor, share.platform_minor, share.ad_minor) >= 0
            assert share.ad_minor == 0 or share.ad_account is not None
            costs[share.line_id] -= share.amount_minor
    for line in pricing.lines:
        assert line.goods_minor - line.discount_minor == left[line.line_id] >= 0
        assert line.freight_minor == freight[line.line_id] >= 0


@often
@everything
def test_totals_are_the_sums_of_their_lines(lines, running, held, fee, seed):
    pricing = price(lines, running, held, fee)

    for line in pricing.lines:
        assert line.payable_minor == line.goods_minor - line.discount_minor + line.freight_minor >= 0
        assert sum(share.amount_minor for share in line.shares) == line.discount_minor + line.freight_discount_minor
        assert sum(share.platform_minor for share in line.shares) == line.platform_minor
        assert sum(share.ad_minor for share in line.shares) == line.ad_minor
        assert {share.ad_account for share in line.shares if share.ad_minor} <= {line.ad_account}
    assert pricing.payable_minor == sum(line.payable_minor for line in pricing.lines)
    assert pricing.payable_minor == pricing.goods_minor - pricing.discount_minor + pricing.freight_minor
    assert sum(step.discount_minor for step in pricing.steps) == pricing.discount_minor + pricing.freight_discount_minor


@often
@everything
def test_the_order_of_things_changes_nothing(lines, running, held, fee, seed):
    shuffled = random.Random(seed)

    def mixed(things: list) -> list:
        return shuffled.sample(things, len(things))

    assert price(mixed(lines), mixed(running), mixed(held), fee) == price(lines, running, held, fee)


@often
@everything
def test_each_step_takes_one_and_nothing_is_taken_twice(lines, running, held, fee, seed):
    pricing = price(lines, running, held, fee)

    refs = [step.ref for step in pricing.steps]
    assert len(refs) == len(set(refs))
    for line in pricing.lines:
        names = [share.step for share in line.shares]
        # The platform's threshold and its coupon are both of its step.
        assert all(names.count(name) <= (2 if name == "platform" else 1) for name in names)
        assert not {"activity", "item"} <= set(names)
    assert set(pricing.coupon_ids) <= {coupon.id for coupon in held}


@often
@everything
def test_a_sale_sells_no_more_than_it_has_set_apart(lines, running, held, fee, seed):
    pricing = price(lines, running, held, fee)

    by_id = {line.line_id: line for line in lines}
    for sale in running:
        taken: dict[int, int] = {}
        for line in pricing.lines:
            if (line.pool_kind, line.pool_ref) == ("flash", str(sale.id)):
                bought = by_id[line.line_id]
                taken[bought.variant_id] = taken.get(bought.variant_id, 0) + bought.quantity
        assert all(units <= sale.left.get(variant_id, 0) for variant_id, units in taken.items())
