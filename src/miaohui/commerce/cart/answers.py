"""The cart as the API shows it."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec
import sqlalchemy as sa

from miaohui.commerce.cart.queries import CartLine, cart_lines
from miaohui.commerce.cart.sources import SourceKind
from miaohui.commerce.catalogue.queries import SellableVariant, sellable_variants
from miaohui.commerce.catalogue.tables import product, variant
from miaohui.commerce.inventory.queries import available
from miaohui.commerce.merchants.tables import shop
from miaohui.commerce.promotions.queries import RunningSale, running_sales
from miaohui.kit.db import Tx
from miaohui.kit.ids import Id, format_id


class LineSale(msgspec.Struct, frozen=True, kw_only=True):
    """The flash sale by which all units of a line are sold now."""

    price_minor: int
    ends_at: datetime


class CartLineAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A line. for_sale: false when it is not listed any more; then the price is what it was when it was put in.

    price_was_minor: the earlier price where it has changed since, else null. available: how many there are now.
    """

    variant_id: Id
    product_id: Id
    title: str
    options: dict[str, str]
    picture: str | None
    quantity: int
    selected: bool
    for_sale: bool
    available: int
    price_minor: int
    sale: LineSale | None
    """Null where there is none, or it has fewer units for one purchase than the line."""
    price_was_minor: int | None
    list_price_minor: int | None
    currency: str
    source_kind: SourceKind
    source_id: Id | None


class CartShop(msgspec.Struct, frozen=True, kw_only=True):
    """The lines of one shop."""

    shop_id: Id
    name: str
    lines: list[CartLineAnswer]


class Cart(msgspec.Struct, frozen=True, kw_only=True):
    """The cart, by shop, the newest first.

    selected_minor: the selected goods at the prices of their sales,
    before other discounts and freight.
    """

    shops: list[CartShop]
    lines: int
    selected_lines: int
    selected_minor: int
    currency: str | None


class _Thing(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a variant, sold or not."""

    variant_id: int
    product_id: int
    title: str
    options: dict[str, str]
    picture: str | None
    price_minor: int
    list_price_minor: int | None
    currency: str
    shop_id: int
    shop_name: str


def read_cart(tx: Tx, *, account_id: int) -> Cart:
    """Return somebody's cart with today's prices and stock."""
    lines = cart_lines(tx, account_id=account_id)
    sold = sellable_variants(tx, variant_ids=[line.variant_id for line in lines])
    things = {variant_id: _thing(found) for variant_id, found in sold.items()}
    things |= _gone(tx, [line.variant_id for line in lines if line.variant_id not in sold])
    stock = available(tx, variant_ids=list(sold))
    sales = running_sales(tx, products={found.product_id: found.shop_id for found in sold.values()})
    shops: dict[int, list[CartLineAnswer]] = {}
    for line in lines:
        shops.setdefault(things[line.variant_id].shop_id, []).append(
            _line(line, things, sold, stock, sales.get(line.variant_id, ()))
        )
    names = {thing.shop_id: thing.shop_name for thing in things.values()}
    answers = [line for listed in shops.values() for line in listed]
    chosen = [line for line in answers if line.selected and line.for_sale]
    return Cart(
        shops=[
            CartShop(shop_id=format_id(shop_id), name=names[shop_id], lines=listed) for shop_id, listed in shops.items()
        ],
        lines=len(answers),
        selected_lines=len(chosen),
        selected_minor=sum((line.sale or line).price_minor * line.quantity for line in chosen),
        currency=answers[0].currency if answers else None,
    )


def _line(
    line: CartLine,
    things: Mapping[int, _Thing],
    sold: Mapping[int, SellableVariant],
    stock: Mapping[int, int],
    sales: Sequence[RunningSale],
) -> CartLineAnswer:
    thing = things[line.variant_id]
    for_sale = line.variant_id in sold
    price = thing.price_minor if for_sale else line.seen_price_minor
    sale = next((one for one in sales if one.is_for(line.quantity)), None)
    return CartLineAnswer(
        variant_id=format_id(line.variant_id),
        product_id=format_id(thing.product_id),
        title=thing.title,
        options=thing.options,
        picture=thing.picture,
        quantity=line.quantity,
        selected=line.selected,
        for_sale=for_sale,
        available=max(stock.get(line.variant_id, 0), *(one.left or 0 for one in sales), 0),
        price_minor=price,
        sale=None if sale is None else LineSale(price_minor=sale.price_minor, ends_at=sale.ends_at),
        price_was_minor=None if price == line.seen_price_minor else line.seen_price_minor,
        list_price_minor=thing.list_price_minor,
        currency=thing.currency,
        source_kind=line.source_kind,
        source_id=None if line.source_id is None else format_id(line.source_id),
    )


def _thing(found: SellableVariant) -> _Thing:
    return _Thing(**{name: getattr(found, name) for name in _Thing.__struct_fields__})


def _gone(tx: Tx, variant_ids: list[int]) -> dict[int, _Thing]:
    if not variant_ids:
        return {}
    rows = tx.all(
        sa.select(
            variant.c.id.label("variant_id"),
            variant.c.product_id,
            product.c.title,
            variant.c.options,
            product.c.cover.label("picture"),
            variant.c.price_minor,
            variant.c.list_price_minor,
            product.c.currency,
            product.c.shop_id,
            shop.c.name.label("shop_name"),
        )
        .join_from(variant, product, variant.c.product_id == product.c.id)
        .join(shop, product.c.shop_id == shop.c.id)
        .where(variant.c.id.in_(variant_ids)),
        _Thing,
    )
    return {row.variant_id: row for row in rows}
