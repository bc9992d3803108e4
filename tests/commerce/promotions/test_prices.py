"""What a cart costs, step by step, with numbers that a buyer could check by hand."""

from datetime import timedelta
from pathlib import Path

import pytest

import miaohui
from miaohui.commerce.inventory.actions.hold_stock import OutOfStock, Want, hold_stock
from miaohui.commerce.inventory.actions.release_stock import release_stock
from miaohui.commerce.inventory.queries import available
from miaohui.commerce.promotions.actions.claim_coupon import grant_coupon
from miaohui.commerce.promotions.actions.expire_coupons import drain_sales, end_offers
from miaohui.commerce.promotions.actions.save_promotion import set_promotion_state
from miaohui.commerce.promotions.offer_forms import InvalidOffer
from miaohui.commerce.promotions.pricing.basket import PricedLine
from miaohui.commerce.promotions.pricing.pipeline import price_lines
from miaohui.commerce.promotions.pricing.rules import (
    Bearers,
    CouponRule,
    FlashRule,
    ItemRule,
    ThresholdRule,
    ThresholdStep,
)
from miaohui.commerce.promotions.pricing.sentences import say
from miaohui.commerce.promotions.queries import active_promotions, usable_coupons
from miaohui.kit.clock import ManualClock
from miaohui.kit.db import Database
from miaohui.kit.i18n import load_catalogues
from miaohui.kit.ids import new_id
from tests.cast import Cast
from tests.commerce.inventory.stall import Stall, books_agree, set_up_stall
from tests.commerce.market import make_operator
from tests.commerce.promotions.offers import open_template, start_promotion


@pytest.fixture
def stall(db: Database, cast: Cast) -> Stall:
    return set_up_stall(db, owner_id=cast.mei, variants=2, units=10)


def line(stall: Stall, number: int, quantity: int = 1) -> PricedLine:
    return PricedLine(
        line_id=number + 1,
        shop_id=stall.shop_id,
        product_id=stall.product_id,
        variant_id=stall.variants[number],
        category_id=stall.category_id,
        quantity=quantity,
        price_minor=1000,
    )


def test_all_steps_of_one_cart(db: Database, clock: ManualClock, cast: Cast, stall: Stall):
    operator = make_operator(db, cast.lan)
    mine = {"shop_id": stall.shop_id, "by_id": cast.mei}
    platforms = {"shop_id": None, "by_id": operator}
    start_promotion(db, clock, **mine, name="秒杀", rule=FlashRule(prices={stall.variants[0]: 800}))
    start_promotion(db, clock, **mine, name="九折", rule=ItemRule(percent_off_bp=1000))
    steps = [ThresholdStep(from_minor=2000, off_minor=200), ThresholdStep(from_minor=9000, off_minor=2000)]
    start_promotion(db, clock, **mine, name="满减", rule=ThresholdRule(steps=steps))
    halves = Bearers(shop_bp=0, platform_bp=5000, ad_bp=5000, ad_account="ad_budget:9")
    for owner, changes in (
        (mine, {"name": "店铺", "rule": CouponRule(from_minor=2000, off_minor=101)}),
        (platforms, {"name": "平台", "stacking": "platform", "rule": CouponRule(percent_off_bp=1000, most_minor=99)}),
        (platforms, {"name": "合作", "stacking": "ad", "rule": CouponRule(off_minor=51), "bearers": halves}),
        (platforms, {"name": "运费", "stacking": "freight", "rule": CouponRule(from_minor=2000, off_minor=900)}),
    ):
        template = open_template(db, clock, **owner, **changes)
        db.write_sync(grant_coupon, template_id=template, person_id=cast.bo, source="gift")

    pricing = price_lines(
        lines=[line(stall, 1), line(stall, 0, quantity=2)],
        promotions=db.read_sync(active_promotions, shop_ids=[stall.shop_id], now=clock.now()),
        coupons=db.read_sync(usable_coupons, owner_id=cast.bo, shop_ids=[stall.shop_id]),
        freight_of=lambda goods: {1: 300, 2: 200},
    )

    # 2 × ¥10 at ¥8 and ¥10 with a tenth off make ¥25; less ¥2, ¥1.01, ¥0.99 and ¥0.51.
    assert [(step.step, step.base_minor, step.discount_minor) for step in pricing.steps] == [
        ("activity", 2000, 400),
        ("item", 1000, 100),
        ("threshold", 2500, 200),
        ("shop", 2300, 101),
        ("platform", 2199, 99),
        ("ad", 2100, 51),
        ("freight", 500, 500),
    ]
    assert pricing.payable_minor == 2049
    assert len(pricing.coupon_ids) == 4
    ad = pricing.steps[5]
    assert [(share.platform_minor + share.ad_minor, share.ad_account) for share in ad.shares] == [
        (33, "ad_budget:9"),
        (18, "ad_budget:9"),
    ]
    catalogues = load_catalogues(Path(miaohui.__file__).parent / "locale")
    said = [
        say(step.sentence, currency="CNY", locale=locale, gettext=catalogues[locale].gettext)
        for step in (pricing.steps[1], pricing.steps[2])
        for locale in ("en", "zh-Hans")
    ]
    assert said == [
        "九折: 10% off these goods, which is CN¥1.00",
        "九折：这些商品立减 10%，省 ¥1.00",
        "满减: from CN¥20.00 on, CN¥2.00 off in this shop",
        "满减：本店满 ¥20.00 减 ¥2.00",
    ]


def test_a_flash_sale_sells_what_it_has_set_apart_and_gives_the_rest_back(
    db: Database, clock: ManualClock, cast: Cast, stall: Stall
):
    hot, _ = stall.variants
    rule = FlashRule(prices={hot: 500}, units={hot: 3}, per_person=2)
    sale = start_promotion(db, clock, shop_id=stall.shop_id, by_id=cast.mei, rule=rule)
    assert db.read_sync(available, variant_ids=[hot]) == {hot: 7}

    def price(quantity: int) -> tuple[int, str]:
        running = db.read_sync(active_promotions, shop_ids=[stall.shop_id], now=clock.now())
        [priced] = price_lines(lines=[line(stall, 0, quantity)], promotions=running).lines
        return priced.payable_minor, priced.pool_kind

    assert [price(1), price(2), price(3)] == [(500, "flash"), (1000, "flash"), (3000, "shelf")]
    bought = new_id()
    wants = [Want(order_line_id=bought, variant_id=hot, quantity=2, pool_kind="flash", pool_ref=str(sale))]
    db.write_sync(hold_stock, wants=wants)
    assert [price(1), price(2)] == [(500, "flash"), (2000, "shelf")]
    with pytest.raises(OutOfStock):
        db.write_sync(
            hold_stock,
            wants=[Want(order_line_id=new_id(), variant_id=hot, quantity=2, pool_kind="flash", pool_ref=str(sale))],
        )

    clock.advance(timedelta(days=1))
    assert price(1) == (1000, "shelf")
    assert [db.write_sync(end_offers), db.write_sync(drain_sales)] == [1, 1]
    # What an unpaid order gives back after the end comes home as well.
    db.write_sync(release_stock, order_line_ids=[bought], reason="unpaid")
    assert db.write_sync(drain_sales) == 2
    assert db.read_sync(available, variant_ids=[hot]) == {hot: 10}
    assert books_agree(db)


def test_what_makes_no_sense_does_not_run(db: Database, clock: ManualClock, cast: Cast, stall: Stall):
    mine = {"shop_id": stall.shop_id, "by_id": cast.mei}
    other = set_up_stall(db, owner_id=cast.hao, units=5)
    hot = stall.variants[0]
    for rule in (
        FlashRule(prices={hot: 1000}),
        FlashRule(prices={other.variants[0]: 1}),
        FlashRule(prices={hot: 1}, units={hot: 0}),
        ItemRule(),
        ItemRule(off_minor=1, percent_off_bp=1),
        ThresholdRule(steps=[]),
        ThresholdRule(steps=[ThresholdStep(from_minor=1, off_minor=1), ThresholdStep(from_minor=1, off_minor=2)]),
    ):
        with pytest.raises(InvalidOffer):
            start_promotion(db, clock, **mine, rule=rule)
    with pytest.raises(InvalidOffer):
        start_promotion(db, clock, **mine, rule=ItemRule(off_minor=1), bearers=Bearers(shop_bp=0, platform_bp=10_000))
    with pytest.raises(InvalidOffer):
        open_template(db, clock, **mine, stacking="platform")
    with pytest.raises(OutOfStock):
        start_promotion(db, clock, **mine, rule=FlashRule(prices={hot: 1}, units={hot: 11}))
    assert db.read_sync(active_promotions, shop_ids=[stall.shop_id], now=clock.now()) == []


def test_ending_a_sale_by_hand_empties_its_pool(db: Database, clock: ManualClock, cast: Cast, stall: Stall):
    hot = stall.variants[0]
    rule = FlashRule(prices={hot: 1}, units={hot: 4})
    sale = start_promotion(db, clock, shop_id=stall.shop_id, by_id=cast.mei, rule=rule)

    mine = {"promotion_id": sale, "shop_id": stall.shop_id, "by_id": cast.mei}
    for _ in range(2):
        db.write_sync(set_promotion_state, **mine, state="ended")

    assert db.read_sync(available, variant_ids=[hot]) == {hot: 10}
