"""Quotes as the API shows them, every step in words."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import msgspec
from litestar import Request

from miaohui.commerce.cart.sources import SourceKind
from miaohui.commerce.checkout.queries import Address
from miaohui.commerce.checkout.quotes import Quote, QuotedLine, QuotedStep
from miaohui.commerce.promotions.pricing.sentences import say
from miaohui.kit.i18n import Msgid
from miaohui.kit.ids import Id, format_id

GetText = Callable[[str], str]

WORDS: Mapping[str, Msgid] = {
    "goods": "Goods from %(name)s",
    "freight_fee": "Freight of %(name)s",
    "freight_free": "Freight of %(name)s: free from this amount on",
    "insurance": "%(name)s pays for the insurance of your return",
}


class AddressAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """An address of the book."""

    id: Id
    name: str
    phone: str
    country: str
    division_code: str | None
    province: str
    city: str
    district: str
    street: str
    postcode: str
    is_default: bool


class QuotedLineAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A line with what it costs: goods less discounts plus its part of the freight."""

    variant_id: Id
    product_id: Id
    title: str
    options: dict[str, str]
    picture: str | None
    quantity: int
    price_minor: int
    goods_minor: int
    discount_minor: int
    freight_minor: int
    payable_minor: int
    return_days: int
    source_kind: SourceKind


class QuotedShopAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What one shop asks; it becomes one order. insured: the shop gives freight insurance for a return."""

    shop_id: Id
    name: str
    lines: list[QuotedLineAnswer]
    goods_minor: int
    discount_minor: int
    freight_minor: int
    payable_minor: int
    insured: bool
    note: str


class QuotedStepAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """One step from the goods' price to the total, in words. amount_minor: below 0 for what is taken off."""

    step: str
    words: str
    amount_minor: int
    shop_id: Id | None


class QuoteAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A price with everything in it. It holds until expires_at; coupon_ids: those that it uses."""

    id: Id
    address: AddressAnswer
    shops: list[QuotedShopAnswer]
    steps: list[QuotedStepAnswer]
    coupon_ids: list[Id]
    goods_minor: int
    discount_minor: int
    freight_minor: int
    total_minor: int
    currency: str
    quoted_at: datetime
    expires_at: datetime


def words_for(request: Request[Any, Any, Any]) -> tuple[str, GetText]:
    """Return the language of who asks, and what translates into it."""
    renderer = request.app.state.get("renderer")
    viewer = request.scope["state"].get("viewer")
    if renderer is None or viewer is None:
        return "en", str
    return viewer.locale, lambda text: renderer.gettext(viewer.locale, text)


def describe_quote(offered: Quote, *, locale: str, gettext: GetText) -> QuoteAnswer:
    """Return a quote as the API shows it, in a language."""
    return QuoteAnswer(
        id=format_id(offered.id),
        address=describe_address(offered.address),
        shops=[
            QuotedShopAnswer(
                shop_id=format_id(shop.shop_id),
                name=shop.name,
                lines=[_line(line) for line in shop.lines],
                goods_minor=shop.goods_minor,
                discount_minor=shop.discount_minor,
                freight_minor=shop.freight_minor,
                payable_minor=shop.payable_minor,
                insured=shop.insured,
                note=shop.note,
            )
            for shop in offered.shops
        ],
        steps=[
            QuotedStepAnswer(
                step=step.step,
                words=_words(step, currency=offered.currency, locale=locale, gettext=gettext),
                amount_minor=step.amount_minor,
                shop_id=None if step.shop_id is None else format_id(step.shop_id),
            )
            for step in offered.steps
        ],
        coupon_ids=[format_id(one) for one in offered.coupon_ids],
        goods_minor=offered.goods_minor,
        discount_minor=offered.discount_minor,
        freight_minor=offered.freight_minor,
        total_minor=offered.total_minor,
        currency=offered.currency,
        quoted_at=offered.quoted_at,
        expires_at=offered.expires_at,
    )


def describe_address(one: Address) -> AddressAnswer:
    """Return an address as the API shows it."""
    return AddressAnswer(**{**msgspec.structs.asdict(one), "id": format_id(one.id)})


def _words(step: QuotedStep, *, currency: str, locale: str, gettext: GetText) -> str:
    if step.sentence is not None:
        return say(step.sentence, currency=currency, locale=locale, gettext=gettext)
    return gettext(WORDS[step.step]) % {"name": step.label}


def _line(line: QuotedLine) -> QuotedLineAnswer:
    same = {name: getattr(line, name) for name in _SAME}
    return QuotedLineAnswer(
        **same,
        variant_id=format_id(line.variant_id),
        product_id=format_id(line.product_id),
        price_minor=line.list_price_minor,
        source_kind=line.source.kind,
    )


_SAME = [
    name
    for name in QuotedLineAnswer.__struct_fields__
    if name in QuotedLine.__struct_fields__ and name not in ("variant_id", "product_id")
]
