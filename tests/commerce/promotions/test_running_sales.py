"""The price of a flash sale is shown before one asks: always the one that the quote then says."""

from collections.abc import Mapping
from datetime import timedelta

import pytest
import sqlalchemy as sa

from miaohui.commerce.catalogue.tables import variant
from miaohui.commerce.promotions.actions.save_promotion import create_promotion, set_promotion_state
from miaohui.commerce.promotions.offer_forms import PromotionForm
from miaohui.commerce.promotions.pricing.rules import FlashRule
from miaohui.commerce.promotions.queries import RunningSale, running_sales
from miaohui.discovery.feed.mall import read_mall_goods
from tests.market import PRICE, Market


def flash(
    market: Market, price: int, *, units: int | None = None, begins: float = 0, hours: float = 4, start: bool = True
) -> int:
    apart: Mapping[int, int] = {} if units is None else {market.lantern: units}
    begin = market.clock.now() + timedelta(hours=begins)
    rule = FlashRule(prices={market.lantern: price}, units=dict(apart), per_person=2)
    form = PromotionForm(name="夜场", rule=rule, starts_at=begin, ends_at=begin + timedelta(hours=hours))
    made = market.db.write_sync(create_promotion, shop_id=market.shop, form=form, by_id=market.seller)
    if start:
        state = {"promotion_id": made.id, "shop_id": market.shop, "by_id": market.seller}
        market.db.write_sync(set_promotion_state, **state, state="active")
    return made.id


def product_of(market: Market, variant_id: int) -> int:
    found: int = market.db.read_sync(
        lambda tx: tx.scalar(sa.select(variant.c.product_id).where(variant.c.id == variant_id))
    )
    return found


def sales_of(market: Market, *, shop: int | None = None) -> list[RunningSale]:
    """What runs for the lantern, the first being what a page shows."""
    # Beside it something of the shop that has the sale, so that the sale itself is found.
    wanted = {product_of(market, market.lantern): shop or market.shop, 1: market.shop}
    return market.db.read_sync(running_sales, products=wanted).get(market.lantern, [])


def shown(market: Market) -> RunningSale | None:
    """The sale that a page shows; it is what a quote for one lantern says."""
    sale = next(iter(sales_of(market)), None)
    offered = market.quote()
    assert offered.goods_minor - offered.discount_minor == (PRICE if sale is None else sale.price_minor)
    return sale


def test_a_sale_is_shown_from_its_beginning_to_its_end(market: Market) -> None:
    flash(market, 9_900, begins=1)
    flash(market, 8_800, start=False)
    assert shown(market) is None

    market.clock.advance(timedelta(hours=2))
    sale = shown(market)
    assert sale is not None
    assert (sale.name, sale.price_minor, sale.left, sale.per_person) == ("夜场", 9_900, None, 2)
    assert sale.ends_at == market.clock.now() + timedelta(hours=3)
    market.clock.advance(timedelta(hours=3))
    assert shown(market) is None


def test_of_several_the_lowest_counts_and_what_is_sold_out_does_not(market: Market) -> None:
    flash(market, 9_900)
    flash(market, 7_700, units=3)
    sale = shown(market)
    assert sale is not None
    assert (sale.price_minor, sale.left) == (7_700, 3)

    market.bought({market.lantern: 2})
    sale = shown(market)
    assert sale is not None
    assert (sale.price_minor, sale.left) == (7_700, 1)
    market.bought({market.lantern: 1})
    sale = shown(market)
    assert sale is not None
    assert (sale.price_minor, sale.left) == (9_900, None)


@pytest.mark.parametrize("other", ["another shop's", "dearer"])
def test_what_is_not_for_it_or_lowers_nothing_is_not_shown(market: Market, other: str) -> None:
    flash(market, 9_900)
    shop = market.shop if other == "dearer" else market.open_shop(market.cast.bo, name="茶马道")
    if other == "dearer":
        cheaper = sa.update(variant).where(variant.c.id == market.lantern).values(price_minor=9_900)
        market.db.write_sync(lambda tx: tx.execute(cheaper))
    assert sales_of(market, shop=shop) == []


def test_units_that_are_set_apart_can_be_bought_though_the_shelf_is_empty(market: Market) -> None:
    flash(market, 9_900, units=10)
    product = market.lines(market.bought({market.lantern: 1}).id)[0].product_id
    found = market.db.read_sync(read_mall_goods, product_id=product, providers=())
    assert found.left == {str(market.lantern): 9}
    assert found.sales[str(market.lantern)].left == 9
