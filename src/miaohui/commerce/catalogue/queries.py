"""Reads of goods."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache
from typing import Any, Literal

import msgspec
import sqlalchemy as sa

from miaohui.commerce.affiliate.queries import active_offers, commission_rates
from miaohui.commerce.catalogue.states import ProductState
from miaohui.commerce.catalogue.tables import (
    product,
    product_move,
    product_picture,
    showcase_item,
    variant,
    video_product,
)
from miaohui.commerce.categories.tables import category
from miaohui.commerce.merchants.queries import SELLS, picture_url
from miaohui.commerce.merchants.tables import shop
from miaohui.kit.db import Prepared, Tx

GoodsSort = Literal["new", "sold", "price"]
GoodsPosition = tuple[int, int]
"""Where a page of goods ended: what it is ordered by (ms of the listing, sold, or fen), and the id."""
OwnerKind = Literal["person", "shop"]


class Product(msgspec.Struct, frozen=True, kw_only=True):
    """A product as it stands in the database."""

    id: int
    shop_id: int
    category_id: int
    title: str
    body: str
    attributes: dict[str, str]
    state: ProductState
    review_note: str | None
    currency: str
    min_price_minor: int
    max_price_minor: int
    cover: str | None
    freight_template_id: int | None
    sold: int
    created_at: datetime
    listed_at: datetime | None


class Variant(msgspec.Struct, frozen=True, kw_only=True):
    """A variant as it stands in the database."""

    id: int
    product_id: int
    code: str
    options: dict[str, str]
    price_minor: int
    list_price_minor: int | None
    priced_at: datetime
    weight_g: int
    position: int
    state: Literal["active", "retired"]


class Picture(msgspec.Struct, frozen=True, kw_only=True):
    """A picture of a product; its files are `{key}-{240|720|1440}.webp`."""

    id: int
    product_id: int
    position: int
    key: str
    width: int
    height: int


class ProductCard(msgspec.Struct, frozen=True, kw_only=True):
    """A product as lists and clips show it."""

    id: int
    shop_id: int
    shop_name: str
    category_id: int
    title: str
    currency: str
    min_price_minor: int
    max_price_minor: int
    cover: str | None
    """Key of its first picture; `picture_url` makes an address of it."""
    sold: int
    listed_at: datetime

    @property
    def cover_url(self) -> str | None:
        return picture_url(self.cover)


class SellableVariant(msgspec.Struct, frozen=True, kw_only=True):
    """A variant that can be bought now, with all that an order freezes."""

    variant_id: int
    product_id: int
    shop_id: int
    shop_name: str
    category_id: int
    title: str
    options: dict[str, str]
    picture: str | None
    price_minor: int
    list_price_minor: int | None
    currency: str
    weight_g: int
    fee_bp: int
    return_days: int
    freight_template_id: int | None
    insured: bool
    commission_bp: int
    """What the shop offers to whoever sells it; 0 for none."""


class ProductMove(msgspec.Struct, frozen=True, kw_only=True):
    """What happened to a product, when and why."""

    from_state: ProductState | None
    to_state: ProductState
    reason: str
    by_id: int | None
    at: datetime


_PRODUCT = tuple(product.c[field] for field in Product.__struct_fields__)
_VARIANT = tuple(variant.c[field] for field in Variant.__struct_fields__)
_PICTURE = tuple(product_picture.c[field] for field in Picture.__struct_fields__)
_CARD = tuple(
    shop.c.name.label("shop_name") if field == "shop_name" else product.c[field]
    for field in ProductCard.__struct_fields__
)
# Written out, because a partial index is used only where the statement says what the index says.
_LISTED = product.c.state == sa.literal("listed", literal_execute=True)
_SHOWN = sa.and_(_LISTED, SELLS)
# Asked of each row, so that a list goes along the index of its order: joined, SQLite begins with the shops and sorts
# all goods (30 ms for a page of 10,000 instead of 1).
_SHOP_SELLS = sa.exists().where(shop.c.id == product.c.shop_id, SELLS).correlate(product)
_LISTED_CARD = tuple(
    sa.select(shop.c.name).where(shop.c.id == product.c.shop_id).correlate(product).scalar_subquery().label("shop_name")
    if field == "shop_name"
    else product.c[field]
    for field in ProductCard.__struct_fields__
)
# Built once: making the statement anew takes longer than SQLite takes to answer it.
_CARDS_BY_ID = Prepared(
    sa.select(*_CARD)
    .join_from(product, shop, shop.c.id == product.c.shop_id)
    .where(product.c.id.in_(sa.bindparam("product_ids", expanding=True)), _SHOWN)
)
_SELLABLE = Prepared(
    sa.select(
        variant.c.id.label("variant_id"),
        variant.c.product_id,
        product.c.shop_id,
        shop.c.name.label("shop_name"),
        product.c.category_id,
        product.c.title,
        variant.c.options,
        product.c.cover.label("picture"),
        variant.c.price_minor,
        variant.c.list_price_minor,
        product.c.currency,
        variant.c.weight_g,
        category.c.fee_bp,
        category.c.return_days,
        product.c.freight_template_id,
        shop.c.insures_returns.label("insured"),
    )
    .join_from(variant, product, product.c.id == variant.c.product_id)
    .join(shop, shop.c.id == product.c.shop_id)
    .join(category, category.c.id == product.c.category_id)
    .where(variant.c.id.in_(sa.bindparam("variant_ids", expanding=True)), variant.c.state == "active", _SHOWN)
)


def product_by_id(tx: Tx, product_id: int) -> Product | None:
    """Return a product in whatever state, whoever asks."""
    return tx.one(sa.select(*_PRODUCT).where(product.c.id == product_id), Product)


def variants_of(tx: Tx, product_id: int, *, retired: bool = False) -> list[Variant]:
    """Return a product's variants in the seller's order; with `retired` also those that are sold no more."""
    mine = sa.select(*_VARIANT).where(variant.c.product_id == product_id)
    if not retired:
        mine = mine.where(variant.c.state == "active")
    return tx.all(mine.order_by(variant.c.position, variant.c.id), Variant)


def pictures_of(tx: Tx, product_id: int) -> list[Picture]:
    """Return a product's pictures in the seller's order."""
    mine = product_picture.c.product_id == product_id
    order = (product_picture.c.position, product_picture.c.id)
    return tx.all(sa.select(*_PICTURE).where(mine).order_by(*order), Picture)


def products_of_variants(tx: Tx, variant_ids: Iterable[int]) -> dict[int, tuple[int, int]]:
    """Return product and shop of each of these variants, in whatever state."""
    rows = tx.execute(
        sa.select(variant.c.id, variant.c.product_id, product.c.shop_id)
        .join_from(variant, product)
        .where(variant.c.id.in_(set(variant_ids)))
    )
    return {row.id: (row.product_id, row.shop_id) for row in rows}


def product_cards(tx: Tx, *, product_ids: Iterable[int]) -> dict[int, ProductCard]:
    """Return the cards of those of these products that are shown now, by id, in one query."""
    cards = tx.all(_CARDS_BY_ID, ProductCard, product_ids=sorted(set(product_ids)))
    return {card.id: card for card in cards}


def sellable_variants(tx: Tx, *, variant_ids: Iterable[int]) -> dict[int, SellableVariant]:
    """Return those of these variants that can be bought now, by id, in two queries.

    Their product is listed, and its shop is open (or on probation, or limited in another way than in traffic).
    Whether there is stock is the inventory's to say.
    """
    rows = tx.rows(_SELLABLE, variant_ids=sorted(set(variant_ids)))
    rates = commission_rates(tx, {row.product_id for row in rows}) if rows else {}
    return {
        row.variant_id: SellableVariant(**row._asdict(), commission_bp=rates.get(row.product_id, 0)) for row in rows
    }


def listed_goods(
    tx: Tx,
    *,
    sort: GoodsSort,
    after: GoodsPosition | None,
    limit: int,
    category_ids: Iterable[int] | None = None,
    shop_id: int | None = None,
    words: str = "",
) -> list[ProductCard]:
    """Return a page of the goods that are shown: the newest, the most sold, or the cheapest first."""
    values: dict[str, Any] = {"most": limit}
    if category_ids is not None:
        values["category_ids"] = sorted(category_ids)
    if shop_id is not None:
        values["shop_id"] = shop_id
    if words:
        values["words"] = "%" + _SPECIAL_IN_LIKE.sub(r"/\g<0>", words) + "%"
    if after is not None:
        values |= {"after_value": after[0], "after_id": after[1]}
    return tx.all(_page_of_goods(sort, frozenset(values)), ProductCard, **values)


_SPECIAL_IN_LIKE = re.compile("[%_/]")


@cache
def _page_of_goods(sort: GoodsSort, asked: frozenset[str]) -> Prepared:
    """Return the statement of a page, for what is asked of it: making it anew takes ten times as long as its answer."""
    column: sa.ColumnElement[Any] = {
        "new": sa.type_coerce(product.c.listed_at, sa.BigInteger),
        "sold": product.c.sold,
        "price": product.c.min_price_minor,
    }[sort]
    statement = sa.select(*_LISTED_CARD).where(_LISTED, _SHOP_SELLS)
    if "category_ids" in asked:
        statement = statement.where(product.c.category_id.in_(sa.bindparam("category_ids", expanding=True)))
    if "shop_id" in asked:
        statement = statement.where(product.c.shop_id == sa.bindparam("shop_id"))
    if "words" in asked:
        statement = statement.where(product.c.title.ilike(sa.bindparam("words"), escape="/"))
    place = sa.tuple_(column, product.c.id)
    if "after_id" in asked:
        end = sa.tuple_(sa.bindparam("after_value", type_=sa.BigInteger), sa.bindparam("after_id", type_=sa.BigInteger))
        statement = statement.where(place > end if sort == "price" else place < end)
    order = (column.asc(), product.c.id.asc()) if sort == "price" else (column.desc(), product.c.id.desc())
    return Prepared(statement.order_by(*order).limit(sa.bindparam("most")))


def offered_goods(tx: Tx, *, after: GoodsPosition | None, limit: int) -> list[ProductCard]:
    """Return a page of the shown goods that carry an active commission offer, the newest first."""
    column = sa.type_coerce(product.c.listed_at, sa.BigInteger)
    statement = sa.select(*_LISTED_CARD).where(_LISTED, _SHOP_SELLS, product.c.id.in_(active_offers()))
    if after is not None:
        end = sa.tuple_(*(sa.literal(each, sa.BigInteger) for each in after))
        statement = statement.where(sa.tuple_(column, product.c.id) < end)
    return tx.all(statement.order_by(column.desc(), product.c.id.desc()).limit(limit), ProductCard)


def products_of_shop(
    tx: Tx, *, shop_id: int, state: ProductState | None, after_id: int | None, limit: int
) -> list[Product]:
    """Return a shop's products for its console, newest first; removed ones only where they are asked for."""
    mine = sa.select(*_PRODUCT).where(product.c.shop_id == shop_id)
    mine = mine.where(product.c.state != "removed" if state is None else product.c.state == state)
    if after_id is not None:
        mine = mine.where(product.c.id < after_id)
    return tx.all(mine.order_by(product.c.id.desc()).limit(limit), Product)


def products_in_review(tx: Tx, *, after_id: int | None, limit: int) -> list[Product]:
    """Return the products that wait for a reviewer, oldest first."""
    in_review = product.c.state == sa.literal("review", literal_execute=True)
    waiting = sa.select(*_PRODUCT).where(in_review, product.c.id > (after_id or 0))
    return tx.all(waiting.order_by(product.c.id).limit(limit), Product)


def moves_of_product(tx: Tx, product_id: int) -> list[ProductMove]:
    """Return what happened to a product, oldest first."""
    columns = (product_move.c[field] for field in ProductMove.__struct_fields__)
    mine = product_move.c.product_id == product_id
    return tx.all(sa.select(*columns).where(mine).order_by(product_move.c.id), ProductMove)


def products_of_video(tx: Tx, *, video_id: int) -> list[ProductCard]:
    """Return what a clip carries and is shown now, in its author's order."""
    carried = tx.scalars(
        sa.select(video_product.c.product_id)
        .where(video_product.c.video_id == video_id)
        .order_by(video_product.c.position)
    )
    return _in_order(tx, carried)


_CARRIED = (
    sa.select(video_product.c.video_id, video_product.c.product_id)
    .where(video_product.c.video_id.in_(sa.bindparam("video_ids", expanding=True)))
    .order_by(video_product.c.video_id, video_product.c.position)
)


def products_of_videos(tx: Tx, *, video_ids: Iterable[int]) -> dict[int, list[ProductCard]]:
    """Return what each of these clips carries and is shown now, in two queries; a feed asks for a page at once."""
    rows = tx.execute(_CARRIED, {"video_ids": sorted(set(video_ids))}).all()
    cards = product_cards(tx, product_ids={row.product_id for row in rows}) if rows else {}
    carried: dict[int, list[ProductCard]] = {}
    for row in rows:
        if row.product_id in cards:
            carried.setdefault(row.video_id, []).append(cards[row.product_id])
    return carried


def showcase(tx: Tx, *, owner_kind: OwnerKind, owner_id: int) -> list[ProductCard]:
    """Return what a person or a shop shows in the own window and is shown now, in their order."""
    mine = sa.and_(showcase_item.c.owner_kind == owner_kind, showcase_item.c.owner_id == owner_id)
    ids = tx.scalars(sa.select(showcase_item.c.product_id).where(mine).order_by(showcase_item.c.position))
    return _in_order(tx, ids)


def _in_order(tx: Tx, product_ids: Sequence[int]) -> list[ProductCard]:
    cards = product_cards(tx, product_ids=product_ids)
    return [cards[product_id] for product_id in product_ids if product_id in cards]
