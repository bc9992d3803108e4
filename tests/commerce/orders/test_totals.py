"""Whatever lies in the cart, the totals add up to the fen: property over the real pricing, without a database."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from miaohui.commerce.catalogue.queries import SellableVariant
from miaohui.commerce.checkout.freight import Template, Zone
from miaohui.commerce.checkout.queries import Address
from miaohui.commerce.checkout.quotes import Asked, Quote, Wish
from miaohui.commerce.checkout.reckoning import Basis, reckon, same_price
from miaohui.commerce.promotions.pricing.rules import (
    Bearers,
    Coupon,
    CouponRule,
    ItemRule,
    Promotion,
    ThresholdRule,
    ThresholdStep,
)

NOW = datetime(2026, 4, 18, 19, 30, tzinfo=UTC)
HOME = Address(
    id=1,
    name="阿梅",
    phone="+8613800138000",
    country="CN",
    division_code="320508",
    province="江苏省",
    city="苏州市",
    district="姑苏区",
    street="平江路 8 号",
    postcode="",
    is_default=True,
)
SHOPS = (1, 2, 3)

amounts = st.integers(1, 30_000)
rules = st.builds(CouponRule, from_minor=st.integers(0, 20_000), off_minor=amounts) | st.builds(
    CouponRule, from_minor=st.integers(0, 20_000), percent_off_bp=st.integers(1, 9_999), most_minor=amounts
)
bearers = st.tuples(st.integers(0, 10_000), st.integers(0, 10_000)).map(
    lambda pair: Bearers(
        shop_bp=min(pair),
        platform_bp=max(pair) - min(pair),
        ad_bp=10_000 - max(pair),
        ad_account="ad_budget:9" if max(pair) < 10_000 else None,
    )
)


@st.composite
def variants(draw: st.DrawFn, variant_id: int) -> SellableVariant:
    shop_id = draw(st.sampled_from(SHOPS))
    return SellableVariant(
        variant_id=variant_id,
        product_id=variant_id * 10,
        shop_id=shop_id,
        shop_name=f"铺 {shop_id}",
        category_id=1,
        title="糖画",
        options={},
        picture=None,
        price_minor=draw(st.integers(0, 50_000)),
        list_price_minor=None,
        currency="CNY",
        weight_g=draw(st.integers(0, 5_000)),
        fee_bp=500,
        return_days=7,
        freight_template_id=draw(st.sampled_from([None, shop_id * 100])),
        insured=False,
        commission_bp=0,
    )


@st.composite
def carts(draw: st.DrawFn) -> tuple[Basis, Wish]:
    size = draw(st.integers(1, 8))
    found = {number: draw(variants(number)) for number in range(1, size + 1)}
    coupons = [
        Coupon(
            id=number,
            template_id=number,
            stacking=stacking,
            shop_id=draw(st.sampled_from(SHOPS)) if stacking == "shop" else None,
            name="券",
            rule=draw(rules),
            bearers=draw(bearers),
            expires_at=NOW + timedelta(days=1),
        )
        for number, stacking in enumerate(
            draw(st.lists(st.sampled_from(["shop", "platform", "ad", "freight"]), max_size=6)), start=1
        )
    ]
    promotions = [
        Promotion(
            id=number,
            shop_id=draw(st.sampled_from([None, *SHOPS])),
            name="庙会",
            rule=draw(
                st.builds(ItemRule, percent_off_bp=st.integers(1, 9_999))
                | st.builds(
                    ThresholdRule,
                    steps=st.lists(
                        st.builds(ThresholdStep, from_minor=st.integers(1, 40_000), off_minor=amounts),
                        min_size=1,
                        max_size=2,
                    ),
                )
            ),
            bearers=draw(bearers),
        )
        for number in range(1, draw(st.integers(1, 4)))
    ]
    templates = {
        shop_id: {
            shop_id * 100: Template(
                id=shop_id * 100,
                shop_id=shop_id,
                name="快递",
                mode=draw(st.sampled_from(["weight", "piece"])),
                free_from_minor=draw(st.none() | st.integers(1, 60_000)),
                is_default=draw(st.booleans()),
                zones=(
                    Zone(
                        first_units=draw(st.integers(1, 3_000)),
                        first_minor=draw(st.integers(0, 2_000)),
                        next_units=draw(st.integers(1, 3_000)),
                        next_minor=draw(st.integers(0, 900)),
                    ),
                ),
            )
        }
        for shop_id in SHOPS
    }
    lines = tuple(Asked(variant_id=number, quantity=draw(st.integers(1, 20))) for number in found)
    basis = Basis(
        variants=found,
        promoters=(None,) * size,
        promotions=tuple(promotions),
        coupons=tuple(coupons),
        templates=templates,
    )
    return basis, Wish(lines=lines, address_id=1)


def price(basis: Basis, wish: Wish, line_ids: list[int]) -> Quote:
    return reckon(basis, quote_id=1, line_ids=line_ids, buyer_id=1, wish=wish, address=HOME, now=NOW)


@given(carts())
@settings(max_examples=150, deadline=None)
def test_totals_of_random_carts_add_up_exactly(cart: tuple[Basis, Wish]) -> None:
    basis, wish = cart
    offered = price(basis, wish, list(range(1, len(wish.lines) + 1)))
    lines = offered.lines
    assert {line.variant_id: line.quantity for line in lines} == {line.variant_id: line.quantity for line in wish.lines}
    for line in lines:
        assert line.goods_minor == line.list_price_minor * line.quantity
        assert line.payable_minor == line.goods_minor - line.discount_minor + line.freight_minor
        assert min(line.payable_minor, line.freight_minor, line.discount_minor) >= 0
        assert line.goods_minor >= line.discount_minor
        on_goods = [share for share in line.shares if share.step != "freight"]
        assert sum(share.amount_minor for share in on_goods) == line.discount_minor
        for share in line.shares:
            assert share.amount_minor == share.shop_minor + share.platform_minor + share.ad_minor
        assert sum(share.platform_minor for share in line.shares) == line.platform_subsidy_minor
        assert sum(share.ad_minor for share in line.shares) == line.ad_subsidy_minor
        assert len({share.ad_account for share in line.shares if share.ad_minor}) <= 1
    for shop in offered.shops:
        assert sum(line.payable_minor for line in shop.lines) == shop.payable_minor
        assert shop.payable_minor == shop.goods_minor - shop.discount_minor + shop.freight_minor
    assert sum(shop.payable_minor for shop in offered.shops) == offered.total_minor
    # What the buyer reads, step by step, arrives at what the buyer pays.
    assert sum(step.amount_minor for step in offered.steps) == offered.total_minor


@given(carts())
@settings(max_examples=60, deadline=None)
def test_the_same_basis_has_the_same_price_and_digest_in_any_order(cart: tuple[Basis, Wish]) -> None:
    basis, wish = cart
    ids = list(range(1, len(wish.lines) + 1))
    turned = Wish(lines=wish.lines[::-1], address_id=1)
    other = Basis(
        variants=dict(reversed(basis.variants.items())),
        promoters=basis.promoters,
        promotions=basis.promotions[::-1],
        coupons=basis.coupons[::-1],
        templates=dict(reversed(basis.templates.items())),
    )
    first, second = price(basis, wish, ids), price(other, turned, ids[::-1])
    assert same_price(first, second)
    assert first.coupon_ids == second.coupon_ids
    assert first.basis == second.basis
