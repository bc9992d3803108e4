"""What a flash sale makes of the prices in lists, in windows and in the cart: as on the page of the goods."""

from collections.abc import Mapping
from datetime import timedelta

import pytest

from miaohui.commerce.cart.actions.add_to_cart import add_to_cart
from miaohui.commerce.cart.answers import CartLineAnswer, read_cart
from miaohui.commerce.cart.sources import Source
from miaohui.commerce.promotions.actions.save_promotion import create_promotion, set_promotion_state
from miaohui.commerce.promotions.offer_forms import PromotionForm
from miaohui.commerce.promotions.pricing.rules import Bearers, FlashRule
from miaohui.commerce.storefront.answers import CardSale, read_goods, read_goods_on_sale
from miaohui.kit.db import Database, Prepared, Tx
from miaohui.kit.errors import NotFound
from miaohui.kit.ids import parse_id
from miaohui.people.graph.actions.block_person import block_person
from tests.market import PRICE, Market

HOURS = 4


def flash(
    market: Market,
    prices: Mapping[int, int],
    *,
    units: Mapping[int, int] | None = None,
    per_person: int | None = None,
    shop: int | None = None,
    by_id: int | None = None,
) -> None:
    """Start a sale of a shop, Omar's by default; of the platform with an operator as `by_id`."""
    of_all = by_id == market.operator
    begin = market.clock.now()
    form = PromotionForm(
        name="夜场",
        rule=FlashRule(prices=dict(prices), units=dict(units or {}), per_person=per_person),
        bearers=Bearers(shop_bp=0, platform_bp=10_000) if of_all else Bearers(),
        starts_at=begin,
        ends_at=begin + timedelta(hours=HOURS),
    )
    whose = {"shop_id": None if of_all else shop or market.shop, "by_id": by_id or market.seller}
    made = market.db.write_sync(create_promotion, **whose, form=form)
    market.db.write_sync(set_promotion_state, **whose, promotion_id=made.id, state="active")


def on_cards(market: Market) -> dict[str, CardSale]:
    """The sales on the cards of everything that is listed, by title."""
    page = market.db.read_sync(read_goods, sort="new", cursor=None, limit=50)
    return {card.title: card.sale for card in page.items if card.sale is not None}


def prices(market: Market) -> dict[str, tuple[int, int, bool]]:
    return {title: (sale.price_minor, sale.before_minor, sale.for_all) for title, sale in on_cards(market).items()}


def in_cart(market: Market) -> CartLineAnswer:
    [shop] = market.db.read_sync(read_cart, account_id=market.buyer).shops
    [line] = shop.lines
    return line


def put(market: Market, variant_id: int, quantity: int) -> None:
    market.db.write_sync(
        add_to_cart, account_id=market.buyer, variant_id=variant_id, quantity=quantity, source=Source()
    )


def test_a_card_shows_the_lowest_price_and_what_the_same_thing_costs_otherwise(market: Market) -> None:
    sugar = market.stock_goods(market.shop, title="糖画", prices=(1_200, 2_000)).variant_ids
    bowls = market.stock_goods(market.shop, title="盖碗", prices=(1_200, 2_000)).variant_ids
    flash(market, {market.lantern: 9_900, sugar[1]: 800, bowls[1]: 1_500})

    assert prices(market) == {"走马灯": (9_900, PRICE, True), "糖画": (800, 2_000, False)}, "a bowl is to be had for 12"

    ends = on_cards(market)["走马灯"].ends_at
    assert ends == market.clock.now() + timedelta(hours=HOURS)
    market.clock.advance(timedelta(hours=HOURS))
    assert on_cards(market) == {}


def test_what_is_sold_out_of_a_sale_has_its_usual_price_again(market: Market) -> None:
    flash(market, {market.lantern: 9_900}, units={market.lantern: 1})
    assert set(on_cards(market)) == {"走马灯"}
    market.bought({market.lantern: 1})
    assert on_cards(market) == {}


def test_a_page_of_many_shops_asks_once(market: Market, monkeypatch: pytest.MonkeyPatch) -> None:
    other = market.open_shop(market.cast.bo, name="茶马道")
    tea = market.stock_goods(other, title="单丛").variant_ids[0]
    flash(market, {market.lantern: 9_900}, units={market.lantern: 3})
    flash(market, {tea: 1_000}, shop=other, by_id=market.cast.bo)
    asked: list[object] = []
    rows = Tx.rows

    def counted(tx: Tx, statement: Prepared, **values: object) -> object:
        asked.append(statement)
        return rows(tx, statement, **values)

    monkeypatch.setattr(Tx, "rows", counted)
    assert prices(market) == {"走马灯": (9_900, PRICE, True), "单丛": (1_000, 1_200, True)}
    assert len(asked) == 1


def test_the_cart_reckons_with_the_price_that_the_quote_will_say(market: Market) -> None:
    flash(market, {market.lantern: 9_900}, per_person=2)
    put(market, market.lantern, 2)
    line = in_cart(market)
    assert line.sale is not None
    assert (line.price_minor, line.sale.price_minor, line.price_was_minor) == (PRICE, 9_900, None)
    cart = market.db.read_sync(read_cart, account_id=market.buyer)
    quote = market.quote({market.lantern: 2})
    assert cart.selected_minor == quote.goods_minor - quote.discount_minor == 2 * 9_900

    put(market, market.lantern, 1)
    assert in_cart(market).sale is None, "three are more than it gives for one purchase"
    assert market.db.read_sync(read_cart, account_id=market.buyer).selected_minor == 3 * PRICE


def test_units_set_apart_are_there_though_the_shelf_is_empty(market: Market) -> None:
    flash(market, {market.lantern: 9_900}, units={market.lantern: 10})
    put(market, market.lantern, 11)
    line = in_cart(market)
    assert (line.available, line.sale) == (10, None)


def test_a_shop_lists_what_it_has_on_sale_but_not_to_those_it_has_blocked(market: Market) -> None:
    other = market.open_shop(market.cast.bo, name="茶马道")
    tea = market.stock_goods(other, title="单丛").variant_ids[0]
    flash(market, {market.lantern: 9_900})
    flash(market, {tea: 1_000, market.lantern: 9_000}, by_id=market.operator)
    asked = {"shop_id": market.shop, "viewer_id": market.buyer}
    assert [one.title for one in market.db.read_sync(read_goods_on_sale, **asked).items] == ["走马灯"]

    market.db.write_sync(block_person, blocker_id=market.seller, blocked_id=market.buyer)
    with pytest.raises(NotFound):
        market.db.read_sync(read_goods_on_sale, **asked)


def test_a_product_in_a_message_has_the_price_of_its_sale(market: Market, db: Database) -> None:
    from miaohui.commerce.storefront.cards import product_card

    flash(market, {market.lantern: 9_900})
    product = market.db.read_sync(read_goods, sort="new", cursor=None, limit=1).items[0]
    card = db.read_sync(product_card, viewer_id=market.buyer, ref=product.id)
    assert card is not None
    assert (card.price_minor, parse_id(card.ref)) == (9_900, parse_id(product.id))
