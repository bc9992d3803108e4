"""What can be bought, and when no more."""

import pytest

from miaohui.commerce.catalogue.actions.delist_product import delist_product, relist_product
from miaohui.commerce.catalogue.actions.set_variants import set_variants
from miaohui.commerce.catalogue.drafts import VariantDraft
from miaohui.commerce.catalogue.events import ProductDelisted, ProductListed
from miaohui.commerce.catalogue.queries import product_cards, sellable_variants
from miaohui.commerce.merchants.actions.close_shop import close_shop
from miaohui.commerce.merchants.actions.limit_shop import limit_shop
from miaohui.kit.db import Database
from tests.cast import Cast
from tests.commerce.market import put_goods
from tests.emitted import emitted


def test_a_listed_variant_is_sold_with_all_that_an_order_freezes(db: Database, cast: Cast, stall: int):
    goods = put_goods(db, shop_id=stall, operator_id=cast.lena, prices=(12_800, 19_800), commission_bp=1500)
    [small, large] = goods.variant_ids

    found = db.read_sync(sellable_variants, variant_ids=[large, small, 17])

    assert sorted(found) == sorted([small, large])
    sold = found[large]
    assert (sold.product_id, sold.shop_id, sold.shop_name) == (goods.product_id, stall, "灯火")
    assert (sold.title, sold.options, sold.price_minor, sold.currency) == ("走马灯", {"尺寸": "2"}, 19_800, "CNY")
    assert (sold.fee_bp, sold.return_days, sold.commission_bp, sold.weight_g) == (500, 7, 1500, 400)
    assert (sold.picture, sold.insured, sold.list_price_minor) == (f"goods/{goods.product_id}/front", False, None)
    [card] = db.read_sync(product_cards, product_ids=[goods.product_id]).values()
    assert (card.min_price_minor, card.max_price_minor, card.shop_name) == (12_800, 19_800, "灯火")
    assert [event.product_id for event in emitted(db, ProductListed)] == [goods.product_id]


def test_what_is_taken_out_is_not_sold_until_it_is_put_back(db: Database, cast: Cast, stall: int):
    goods = put_goods(db, shop_id=stall, operator_id=cast.lena)

    db.write_sync(delist_product, product_id=goods.product_id, by_id=cast.omar)
    assert db.read_sync(sellable_variants, variant_ids=goods.variant_ids) == {}
    assert db.read_sync(product_cards, product_ids=[goods.product_id]) == {}
    assert [event.product_id for event in emitted(db, ProductDelisted)] == [goods.product_id]

    db.write_sync(relist_product, product_id=goods.product_id, by_id=cast.omar)
    assert set(db.read_sync(sellable_variants, variant_ids=goods.variant_ids)) == set(goods.variant_ids)


@pytest.mark.parametrize(("limits", "sold"), [(["live"], True), (["new_goods"], True), (["live", "traffic"], False)])
def test_a_limited_shop_sells_unless_its_traffic_is_limited(
    db: Database, cast: Cast, stall: int, limits: list[str], sold: bool
):
    goods = put_goods(db, shop_id=stall, operator_id=cast.lena)

    db.write_sync(limit_shop, shop_id=stall, by_id=cast.lena, limits=limits, reason="复核中")

    assert bool(db.read_sync(sellable_variants, variant_ids=goods.variant_ids)) is sold
    db.write_sync(limit_shop, shop_id=stall, by_id=cast.lena, limits=[], reason="已解除")
    assert db.read_sync(sellable_variants, variant_ids=goods.variant_ids)


def test_a_closing_shop_sells_no_more(db: Database, cast: Cast, stall: int):
    goods = put_goods(db, shop_id=stall, operator_id=cast.lena)

    db.write_sync(close_shop, shop_id=stall, by_id=cast.omar, reason="回乡")

    assert db.read_sync(sellable_variants, variant_ids=goods.variant_ids) == {}


def test_a_variant_that_is_named_no_more_is_retired_and_keeps_its_id_when_it_comes_back(
    db: Database, cast: Cast, stall: int
):
    goods = put_goods(db, shop_id=stall, operator_id=cast.lena, prices=(12_800, 19_800))
    [small, large] = goods.variant_ids
    one = VariantDraft(price_minor=13_000, options={"尺寸": "1"})
    two = VariantDraft(price_minor=20_000, options={"尺寸": "2"})

    kept = db.write_sync(set_variants, product_id=goods.product_id, by_id=cast.omar, variants=[one])
    assert [each.id for each in kept] == [small]
    assert set(db.read_sync(sellable_variants, variant_ids=[small, large])) == {small}
    [card] = db.read_sync(product_cards, product_ids=[goods.product_id]).values()
    assert (card.min_price_minor, card.max_price_minor) == (13_000, 13_000)

    back = db.write_sync(set_variants, product_id=goods.product_id, by_id=cast.omar, variants=[two, one])
    assert [each.id for each in back] == [large, small]
