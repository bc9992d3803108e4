"""What lies in a cart: limits, selling or not, and what becomes of it with its owner."""

import pytest

from miaohui.commerce.cart.actions import add_to_cart as adding
from miaohui.commerce.cart.actions.add_to_cart import CartFull, add_to_cart
from miaohui.commerce.cart.answers import read_cart
from miaohui.commerce.cart.handlers import erase_own
from miaohui.commerce.cart.queries import cart_count, cart_lines
from miaohui.commerce.cart.sources import Source
from miaohui.commerce.catalogue.actions.delist_product import delist_product
from miaohui.people.accounts.events import AccountDeleted
from tests.at_once import at_once
from tests.market import PRICE, Market


def put(market: Market, variant_id: int, quantity: int = 1, source: Source | None = None) -> None:
    market.db.write_sync(
        add_to_cart,
        account_id=market.buyer,
        variant_id=variant_id,
        quantity=quantity,
        source=source or Source(),
    )


def test_the_newest_source_counts_and_quantities_add_up(market: Market) -> None:
    put(market, market.lantern, 2, Source(kind="search"))
    put(market, market.lantern, 3, Source(kind="video", id=7))
    [line] = market.db.read_sync(cart_lines, account_id=market.buyer)
    assert (line.quantity, line.source, line.seen_price_minor) == (5, Source(kind="video", id=7), PRICE)


def test_six_taps_at_once_are_six(market: Market) -> None:
    at_once([lambda: put(market, market.lantern)] * 6)
    [line] = market.db.read_sync(cart_lines, account_id=market.buyer)
    assert line.quantity == 6


def test_a_cart_has_an_end(market: Market, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adding, "MOST_LINES", 1)
    sugar = market.stock_goods(market.shop).variant_ids[0]
    put(market, market.lantern)
    put(market, market.lantern)
    with pytest.raises(CartFull):
        put(market, sugar)


def test_what_is_gone_stays_visible_and_is_not_counted(market: Market) -> None:
    put(market, market.lantern, 2)
    product_id = market.quote().lines[0].product_id
    market.db.write_sync(delist_product, product_id=product_id, by_id=market.seller)
    cart = market.db.read_sync(read_cart, account_id=market.buyer)
    [line] = cart.shops[0].lines
    assert (line.for_sale, line.title, line.price_minor, line.available) == (False, "走马灯", PRICE, 0)
    assert (cart.lines, cart.selected_lines, cart.selected_minor) == (1, 0, 0)


def test_a_deleted_account_leaves_no_cart(market: Market) -> None:
    put(market, market.lantern)
    market.db.write_sync(erase_own, AccountDeleted(account_id=market.cast.bo))
    assert market.db.read_sync(cart_count, account_id=market.buyer) == 1
    market.db.write_sync(erase_own, AccountDeleted(account_id=market.buyer))
    assert market.db.read_sync(cart_count, account_id=market.buyer) == 0
