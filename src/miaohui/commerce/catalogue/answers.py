"""Goods as the API shows them."""

from datetime import datetime
from typing import Any

import msgspec

from miaohui.commerce.affiliate.queries import commission_rates
from miaohui.commerce.catalogue.access import access_listed_product, access_product
from miaohui.commerce.catalogue.queries import (
    Picture,
    Product,
    Variant,
    moves_of_product,
    pictures_of,
    product_by_id,
    products_in_review,
    products_of_shop,
    variants_of,
)
from miaohui.commerce.catalogue.states import ProductState
from miaohui.commerce.categories.queries import all_categories, categories_by_id
from miaohui.commerce.merchants.access import access_operator, access_public_shop, access_shop
from miaohui.commerce.merchants.queries import picture_url
from miaohui.kit.db import Tx
from miaohui.kit.errors import NotFound
from miaohui.kit.ids import Id, format_id, parse_id


class CategoryNode(msgspec.Struct, frozen=True, kw_only=True):
    """A category and its rules. fee_bp: what the platform takes, in basis points; deposit in fen."""

    id: Id
    slug: str
    name_zh: str
    name_en: str
    fee_bp: int
    return_days: int
    qualifications: list[str]
    deposit_minor: int
    children: list["CategoryNode"]


class Categories(msgspec.Struct, frozen=True, kw_only=True):
    """The whole tree. Goods stand in the categories without children."""

    items: list[CategoryNode]


class GoodsShop(msgspec.Struct, frozen=True, kw_only=True):
    """Whose goods they are."""

    id: Id
    name: str


class VariantAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What is put into the cart. list_price_minor: what has been asked before, where a price is struck out."""

    id: Id
    code: str
    """The seller's own number; empty for others."""
    options: dict[str, str]
    price_minor: int
    list_price_minor: int | None
    weight_g: int


class PictureAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A picture in three widths: 240, 720 and 1440 px. width, height: of the largest."""

    id: Id
    small: str
    medium: str
    large: str
    width: int
    height: int


class GoodsDetail(msgspec.Struct, frozen=True, kw_only=True):
    """A product with all that a buyer wants to know. return_days: 0 means that it cannot go back without a reason."""

    id: Id
    title: str
    body: str
    attributes: dict[str, str]
    shop: GoodsShop
    category_id: Id
    currency: str
    min_price_minor: int
    max_price_minor: int
    sold: int
    return_days: int
    insured: bool
    variants: list[VariantAnswer]
    pictures: list[PictureAnswer]
    listed_at: datetime


class ProductMoveAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What happened to the product, when and why."""

    from_state: ProductState | None
    to_state: ProductState
    reason: str
    at: datetime


class OwnProduct(msgspec.Struct, frozen=True, kw_only=True):
    """A product as its shop's people and reviewers see it. review_note: why it was rejected or removed."""

    id: Id
    shop_id: Id
    title: str
    body: str
    attributes: dict[str, str]
    category_id: Id
    state: ProductState
    review_note: str | None
    currency: str
    min_price_minor: int
    max_price_minor: int
    freight_template_id: Id | None
    sold: int
    commission_bp: int | None
    variants: list[VariantAnswer]
    pictures: list[PictureAnswer]
    created_at: datetime
    listed_at: datetime | None
    history: list[ProductMoveAnswer]


class ConsoleProduct(msgspec.Struct, frozen=True, kw_only=True):
    """A product in its shop's list, or in the list of what is to be reviewed."""

    id: Id
    shop_id: Id
    title: str
    state: ProductState
    category_id: Id
    currency: str
    min_price_minor: int
    max_price_minor: int
    cover: str | None
    sold: int
    review_note: str | None
    created_at: datetime


class ConsoleProducts(msgspec.Struct, frozen=True, kw_only=True):
    """A page of products. cursor: for the next one; null at the end."""

    items: list[ConsoleProduct]
    cursor: str | None


def read_categories(tx: Tx) -> Categories:
    """Return the whole tree."""
    nodes: dict[int, CategoryNode] = {}
    roots: list[CategoryNode] = []
    for each in all_categories(tx):
        node = CategoryNode(
            id=format_id(each.id),
            slug=each.slug,
            name_zh=each.name_zh,
            name_en=each.name_en,
            fee_bp=each.fee_bp,
            return_days=each.return_days,
            qualifications=list(each.qualifications),
            deposit_minor=each.deposit_minor,
            children=[],
        )
        nodes[each.id] = node
        (roots if each.parent_id is None else nodes[each.parent_id].children).append(node)
    return Categories(items=roots)


def read_goods_detail(tx: Tx, *, product_id: int) -> GoodsDetail:
    """Return a listed product. Raises NotFound."""
    found = access_listed_product(tx, product_id)
    shop = access_public_shop(tx, found.shop_id)
    rule = categories_by_id(tx, [found.category_id])[found.category_id]
    variants = [msgspec.structs.replace(each, code="") for each in _variants(variants_of(tx, product_id))]
    return GoodsDetail(
        id=format_id(found.id),
        title=found.title,
        body=found.body,
        attributes=found.attributes,
        shop=GoodsShop(id=format_id(shop.id), name=shop.name),
        category_id=format_id(found.category_id),
        currency=found.currency,
        min_price_minor=found.min_price_minor,
        max_price_minor=found.max_price_minor,
        sold=found.sold,
        return_days=rule.return_days,
        insured=shop.insures_returns,
        variants=variants,
        pictures=_pictures(pictures_of(tx, product_id)),
        listed_at=found.listed_at or found.created_at,
    )


def read_own_product(tx: Tx, *, product_id: int, account_id: int, shop_id: int) -> OwnProduct:
    """Return a product to the people of its shop. Raises NotFound."""
    found = access_product(
        tx, product_id=product_id, account_id=account_id, to="view", shop_id=shop_id, for_update=False
    )
    return _describe_own(tx, found)


def read_own_products(
    tx: Tx, *, shop_id: int, account_id: int, state: ProductState | None, cursor: str | None, limit: int
) -> ConsoleProducts:
    """Return a page of a shop's products to its people, newest first. Raises NotFound."""
    access_shop(tx, shop_id=shop_id, account_id=account_id)
    after_id = None if cursor is None else parse_id(cursor)
    return _console_page(products_of_shop(tx, shop_id=shop_id, state=state, after_id=after_id, limit=limit + 1), limit)


def read_listings_in_review(tx: Tx, *, account_id: int, cursor: str | None, limit: int) -> ConsoleProducts:
    """Return a page of what waits for review to an operator, oldest first. Raises Forbidden."""
    access_operator(tx, account_id)
    after_id = None if cursor is None else parse_id(cursor)
    return _console_page(products_in_review(tx, after_id=after_id, limit=limit + 1), limit)


def read_product_as_operator(tx: Tx, *, product_id: int, account_id: int) -> OwnProduct:
    """Return a product in whatever state to an operator. Raises Forbidden, NotFound."""
    access_operator(tx, account_id)
    found = product_by_id(tx, product_id)
    if found is None:
        raise NotFound
    return _describe_own(tx, found)


def _describe_own(tx: Tx, found: Product) -> OwnProduct:
    plain: dict[str, Any] = {
        field: getattr(found, field)
        for field in OwnProduct.__struct_fields__
        if field in Product.__struct_fields__ and not field.endswith("id")
    }
    template = found.freight_template_id
    return OwnProduct(
        **plain,
        id=format_id(found.id),
        shop_id=format_id(found.shop_id),
        category_id=format_id(found.category_id),
        freight_template_id=None if template is None else format_id(template),
        commission_bp=commission_rates(tx, [found.id]).get(found.id),
        variants=_variants(variants_of(tx, found.id)),
        pictures=_pictures(pictures_of(tx, found.id)),
        history=[
            ProductMoveAnswer(from_state=each.from_state, to_state=each.to_state, reason=each.reason, at=each.at)
            for each in moves_of_product(tx, found.id)
        ],
    )


def _console_page(found: list[Product], limit: int) -> ConsoleProducts:
    shown = found[:limit]
    items = [
        ConsoleProduct(
            id=format_id(each.id),
            shop_id=format_id(each.shop_id),
            title=each.title,
            state=each.state,
            category_id=format_id(each.category_id),
            currency=each.currency,
            min_price_minor=each.min_price_minor,
            max_price_minor=each.max_price_minor,
            cover=picture_url(each.cover),
            sold=each.sold,
            review_note=each.review_note,
            created_at=each.created_at,
        )
        for each in shown
    ]
    return ConsoleProducts(items=items, cursor=format_id(shown[-1].id) if len(found) > limit else None)


def _variants(found: list[Variant]) -> list[VariantAnswer]:
    return [
        VariantAnswer(
            id=format_id(each.id),
            code=each.code,
            options=each.options,
            price_minor=each.price_minor,
            list_price_minor=each.list_price_minor,
            weight_g=each.weight_g,
        )
        for each in found
    ]


def _pictures(found: list[Picture]) -> list[PictureAnswer]:
    return [
        PictureAnswer(
            id=format_id(each.id),
            small=f"/media/{each.key}-240.webp",
            medium=f"/media/{each.key}-720.webp",
            large=f"/media/{each.key}-1440.webp",
            width=each.width,
            height=each.height,
        )
        for each in found
    ]
