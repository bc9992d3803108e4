"""Goods in lists, as the API shows them to buyers."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Literal

import msgspec

from miaohui.commerce.affiliate.queries import commission_rates
from miaohui.commerce.catalogue.answers import GoodsShop
from miaohui.commerce.catalogue.queries import (
    GoodsPosition,
    GoodsSort,
    OwnerKind,
    ProductCard,
    listed_goods,
    offered_goods,
    product_cards,
    products_of_variants,
    products_of_video,
    showcase,
)
from miaohui.commerce.categories.queries import leaves_below
from miaohui.commerce.merchants.access import access_visited_shop
from miaohui.commerce.promotions.pricing.rules import FlashRule
from miaohui.commerce.promotions.queries import RunningSale, flash_sales_of, running_sales
from miaohui.kit.clock import to_ms
from miaohui.kit.db import Tx
from miaohui.kit.errors import NotFound
from miaohui.kit.ids import MAX_ID, Id, format_id
from miaohui.kit.paging import InvalidCursor
from miaohui.media.videos.access import access_video
from miaohui.people.accounts.queries import person_cards
from miaohui.people.graph.queries import blocked_either_way

MOST_ON_SALE = 24
_MOST_DIGITS = 19


class CardSale(msgspec.Struct, frozen=True, kw_only=True):
    """The lowest price of goods by a flash sale. before_minor: what the same variant costs otherwise.

    for_all: whether every variant is sold at it; else there are dearer ones.
    """

    price_minor: int
    before_minor: int
    ends_at: datetime
    for_all: bool


class GoodsCard(msgspec.Struct, frozen=True, kw_only=True):
    """A product in a list. cover: a picture 240 px wide. min_price_minor, max_price_minor: without any sale."""

    id: Id
    title: str
    shop: GoodsShop
    category_id: Id
    currency: str
    min_price_minor: int
    max_price_minor: int
    cover: str | None
    sold: int
    sale: CardSale | None
    """What it costs by a flash sale now, where that is less than it would be otherwise."""
    commission_bp: int | None
    """What whoever sells it gets of the price; only in lists that are about it."""


class GoodsPage(msgspec.Struct, frozen=True, kw_only=True):
    """A page of goods. cursor: for the next one; null at the end."""

    items: list[GoodsCard]
    cursor: str | None


class GoodsList(msgspec.Struct, frozen=True, kw_only=True):
    """Goods in the order of whoever shows them."""

    items: list[GoodsCard]


def read_goods(
    tx: Tx,
    *,
    sort: GoodsSort,
    cursor: str | None,
    limit: int,
    category_id: int | None = None,
    shop_id: int | None = None,
    words: str = "",
) -> GoodsPage:
    """Return a page of goods. Raises InvalidCursor."""
    found = listed_goods(
        tx,
        sort=sort,
        after=_decode(cursor),
        limit=limit + 1,
        category_ids=None if category_id is None else leaves_below(tx, category_id),
        shop_id=shop_id,
        words=words.strip().replace("\0", ""),
    )
    shown = found[:limit]
    following = _encode(_place(shown[-1], sort)) if len(found) > limit else None
    return GoodsPage(items=describe_cards(tx, shown), cursor=following)


def read_offered_goods(tx: Tx, *, cursor: str | None, limit: int) -> GoodsPage:
    """Return a page of goods that carry a commission offer, the newest first. Raises InvalidCursor."""
    found = offered_goods(tx, after=_decode(cursor), limit=limit + 1)
    shown = found[:limit]
    rates = commission_rates(tx, [each.id for each in shown])
    following = _encode(_place(shown[-1], "new")) if len(found) > limit else None
    return GoodsPage(items=describe_cards(tx, shown, rates=rates), cursor=following)


def read_showcase(tx: Tx, *, owner_kind: OwnerKind, owner_id: int, viewer_id: int) -> GoodsList:
    """Return what a person or a shop shows in the own window. Raises NotFound."""
    if owner_kind == "shop":
        access_visited_shop(tx, shop_id=owner_id, viewer_id=viewer_id)
    elif owner_id not in person_cards(tx, [owner_id]) or blocked_either_way(tx, owner_id, viewer_id):
        raise NotFound
    return GoodsList(items=describe_cards(tx, showcase(tx, owner_kind=owner_kind, owner_id=owner_id)))


def read_products_of_video(tx: Tx, *, video_id: int, viewer_id: int) -> GoodsList:
    """Return what a clip carries to somebody who may watch it. Raises NotFound."""
    access_video(tx, video_id=video_id, viewer_id=viewer_id)
    return GoodsList(items=describe_cards(tx, products_of_video(tx, video_id=video_id)))


def read_goods_on_sale(tx: Tx, *, shop_id: int, viewer_id: int) -> GoodsList:
    """Return what a shop sells by flash sales now, what ends first in front. Raises NotFound."""
    access_visited_shop(tx, shop_id=shop_id, viewer_id=viewer_id)
    named = [list(one.rule.prices) for one in flash_sales_of(tx, shop_id=shop_id) if isinstance(one.rule, FlashRule)]
    homes = products_of_variants(tx, {variant_id for variants in named for variant_id in variants}) if named else {}
    own = dict.fromkeys(
        homes[one][0] for listed in named for one in listed if one in homes and homes[one][1] == shop_id
    )
    cards = product_cards(tx, product_ids=own) if own else {}
    shown = describe_cards(tx, [cards[product_id] for product_id in own if product_id in cards])
    return GoodsList(items=[one for one in shown if one.sale is not None][:MOST_ON_SALE])


def describe_cards(
    tx: Tx, cards: Sequence[ProductCard], *, rates: Mapping[int, int] = MappingProxyType({})
) -> list[GoodsCard]:
    """Return cards as the API shows them. rates: commissions by product, in lists that are about them."""
    sales = card_sales(tx, cards)
    return [describe_card(each, sale=sales.get(each.id), commission_bp=rates.get(each.id)) for each in cards]


def describe_card(card: ProductCard, *, sale: CardSale | None, commission_bp: int | None = None) -> GoodsCard:
    """Return a card as the API shows it; sale: of `card_sales`."""
    return GoodsCard(
        id=format_id(card.id),
        title=card.title,
        shop=GoodsShop(id=format_id(card.shop_id), name=card.shop_name),
        category_id=format_id(card.category_id),
        currency=card.currency,
        min_price_minor=card.min_price_minor,
        max_price_minor=card.max_price_minor,
        cover=card.cover_url,
        sold=card.sold,
        sale=sale,
        commission_bp=commission_bp,
    )


def card_sales(tx: Tx, cards: Iterable[ProductCard]) -> dict[int, CardSale]:
    """Return by product what the cards of goods on sale show, in one query for all of them; others are absent."""
    listed = {card.id: card for card in cards}
    best: dict[int, list[RunningSale]] = {}
    for sales in running_sales(tx, products={card.id: card.shop_id for card in listed.values()}).values():
        # Who takes one unit of a variant pays by the first of its sales.
        best.setdefault(sales[0].product_id, []).append(sales[0])
    shown = {}
    for product_id, sales in best.items():
        lowest = min(sales, key=lambda one: (one.price_minor, one.promotion_id))
        if lowest.price_minor < listed[product_id].min_price_minor:
            at_it = sum(one.price_minor == lowest.price_minor for one in sales)
            shown[product_id] = CardSale(
                price_minor=lowest.price_minor,
                before_minor=lowest.before_minor,
                ends_at=lowest.ends_at,
                for_all=at_it == lowest.variants,
            )
    return shown


def _place(card: ProductCard, sort: Literal["new", "sold", "price"]) -> GoodsPosition:
    value = {"new": to_ms(card.listed_at), "sold": card.sold, "price": card.min_price_minor}[sort]
    return value, card.id


def _encode(position: GoodsPosition) -> str:
    return f"{position[0]}.{position[1]}"


def _decode(text: str | None) -> GoodsPosition | None:
    if text is None:
        return None
    value, _, product_id = text.partition(".")
    if not all(part.isascii() and part.isdigit() and len(part) <= _MOST_DIGITS for part in (value, product_id)):
        raise InvalidCursor
    position = int(value), int(product_id)
    if max(position) > MAX_ID:
        raise InvalidCursor
    return position
