"""Random carts and everything that can lower their price, for properties."""

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from miaohui.commerce.promotions.pricing.basket import PricedLine
from miaohui.commerce.promotions.pricing.rules import (
    Bearers,
    Coupon,
    CouponRule,
    FlashRule,
    ItemRule,
    Promotion,
    Scope,
    ThresholdRule,
    ThresholdStep,
)

SHOPS = (1, 2, 3)
PRODUCTS = (11, 12, 13, 14)
VARIANTS = (21, 22, 23, 24, 25)
CATEGORIES = (31, 32)
EVENING = datetime(2026, 4, 18, 19, 30, tzinfo=UTC)

# Small amounts, because ties and rests are where shares go wrong; and now and then a large one.
amounts = st.one_of(st.integers(0, 30), st.integers(0, 100_000))
bps = st.integers(1, 10_000)


@st.composite
def bearers(draw: st.DrawFn) -> Bearers:
    shop = draw(st.integers(0, 10_000))
    platform = draw(st.integers(0, 10_000 - shop))
    ad = 10_000 - shop - platform
    account = draw(st.sampled_from(["ad_budget:8", "ad_budget:9"])) if ad else None
    return Bearers(shop_bp=shop, platform_bp=platform, ad_bp=ad, ad_account=account)


@st.composite
def carts(draw: st.DrawFn) -> list[PricedLine]:
    variants = draw(st.lists(st.sampled_from(VARIANTS), min_size=1, max_size=5))
    ids = draw(st.permutations(range(1, len(variants) + 1)))
    return [
        PricedLine(
            line_id=line_id,
            shop_id=draw(st.sampled_from(SHOPS)),
            product_id=draw(st.sampled_from(PRODUCTS)),
            variant_id=variant_id,
            category_id=draw(st.sampled_from(CATEGORIES)),
            quantity=draw(st.integers(1, 4)),
            price_minor=draw(amounts),
        )
        for line_id, variant_id in zip(ids, variants, strict=True)
    ]


@st.composite
def _either(draw: st.DrawFn) -> dict[str, int]:
    """An amount or a part of it."""
    return {"off_minor": draw(amounts)} if draw(st.booleans()) else {"percent_off_bp": draw(bps)}


_some_products = st.none() | st.lists(st.sampled_from(PRODUCTS), min_size=1, max_size=2)
_rules = st.one_of(
    st.builds(
        FlashRule,
        prices=st.dictionaries(st.sampled_from(VARIANTS), amounts, min_size=1),
        units=st.dictionaries(st.sampled_from(VARIANTS), st.just(0)),
        per_person=st.none() | st.integers(1, 3),
    ),
    st.builds(lambda off, products: ItemRule(product_ids=products, **off), _either(), _some_products),
    st.builds(
        lambda steps, products: ThresholdRule(
            steps=[ThresholdStep(from_minor=start, **off) for start, off in steps], product_ids=products
        ),
        st.lists(st.tuples(amounts, _either()), min_size=1, max_size=3),
        _some_products,
    ),
)


@st.composite
def promotions(draw: st.DrawFn) -> list[Promotion]:
    return [
        Promotion(
            id=number,
            shop_id=draw(st.none() | st.sampled_from(SHOPS)),
            name=f"promotion {number}",
            rule=draw(_rules),
            bearers=draw(bearers()),
            left=draw(st.dictionaries(st.sampled_from(VARIANTS), st.integers(0, 6))),
        )
        for number in range(1, draw(st.integers(0, 5)) + 1)
    ]


@st.composite
def coupons(draw: st.DrawFn) -> list[Coupon]:
    found = []
    for number in range(1, draw(st.integers(0, 5)) + 1):
        stacking = draw(st.sampled_from(["shop", "platform", "ad", "freight"]))
        found.append(
            Coupon(
                id=number,
                template_id=number,
                stacking=stacking,
                shop_id=draw(st.sampled_from(SHOPS) if stacking == "shop" else st.none() | st.sampled_from(SHOPS)),
                name=f"coupon {number}",
                rule=CouponRule(from_minor=draw(amounts), most_minor=draw(st.none() | amounts), **draw(_either())),
                scope=Scope(
                    category_ids=draw(st.lists(st.sampled_from(CATEGORIES), max_size=1)),
                    product_ids=draw(st.lists(st.sampled_from(PRODUCTS), max_size=2)),
                ),
                bearers=draw(bearers()),
                expires_at=EVENING + timedelta(days=draw(st.integers(1, 3))),
            )
        )
    return found
