"""What a quote holds: everything that an order will freeze, and the words for every step of its price."""

from datetime import datetime, timedelta
from typing import Literal

import msgspec
import sqlalchemy as sa

from miaohui.commerce.cart.sources import Source
from miaohui.commerce.checkout.queries import Address
from miaohui.commerce.checkout.tables import quote
from miaohui.commerce.promotions.pricing.sentences import Sentence
from miaohui.kit.db import Prepared, Tx
from miaohui.kit.errors import NotFound

VALID_FOR = timedelta(minutes=15)
"""Long enough to find one's glasses, short enough that prices seldom change meanwhile."""


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that somebody wants to buy, and where it was found."""

    variant_id: int
    quantity: int
    source: Source = Source()


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """What a quote is asked for: the same wish again gives a new quote. coupon_ids: None for the best choice."""

    lines: tuple[Asked, ...]
    address_id: int
    coupon_ids: tuple[int, ...] | None = None
    notes: dict[int, str] = {}
    """By shop."""
    from_cart: bool = False


class QuotedShare(msgspec.Struct, frozen=True, kw_only=True):
    """A line's part of one discount, and who bears it."""

    step: str
    label: str
    ref: str
    amount_minor: int
    shop_minor: int
    platform_minor: int
    ad_minor: int
    ad_account: str | None


class QuotedLine(msgspec.Struct, frozen=True, kw_only=True):
    """A line with all that an order freezes. line_id: the order line's id, should it become one."""

    line_id: int
    shop_id: int
    variant_id: int
    product_id: int
    category_id: int
    title: str
    options: dict[str, str]
    picture: str | None
    weight_g: int
    quantity: int
    list_price_minor: int
    goods_minor: int
    discount_minor: int
    freight_minor: int
    payable_minor: int
    platform_subsidy_minor: int
    ad_subsidy_minor: int
    ad_account: str | None
    pool_kind: Literal["shelf", "flash", "room"]
    pool_ref: str
    fee_bp: int
    commission_bp: int
    promoter_id: int | None
    return_days: int
    insured: bool
    source: Source
    shares: tuple[QuotedShare, ...]


class QuotedShop(msgspec.Struct, frozen=True, kw_only=True):
    """What one shop asks: it becomes one order."""

    shop_id: int
    name: str
    lines: tuple[QuotedLine, ...]
    goods_minor: int
    discount_minor: int
    freight_minor: int
    payable_minor: int
    insured: bool
    note: str


class QuotedStep(msgspec.Struct, frozen=True, kw_only=True):
    """One step of the price. amount_minor: what it adds, below 0 for what it takes off. label: shop or offer.

    step: goods, freight_fee, freight_free, insurance, or one of the price pipeline's; those have a sentence.
    """

    step: str
    label: str
    amount_minor: int
    shop_id: int | None = None
    sentence: Sentence | None = None


class Quote(msgspec.Struct, frozen=True, kw_only=True):
    """A price with everything in it, for a while. basis: a digest of all that it was reckoned from."""

    id: int
    buyer_id: int
    wish: Wish
    address: Address
    shops: tuple[QuotedShop, ...]
    steps: tuple[QuotedStep, ...]
    coupon_ids: tuple[int, ...]
    """Which coupons it uses."""
    goods_minor: int
    discount_minor: int
    freight_minor: int
    total_minor: int
    currency: str
    quoted_at: datetime
    expires_at: datetime
    basis: str

    @property
    def lines(self) -> list[QuotedLine]:
        return [line for shop in self.shops for line in shop.lines]


def store_quote(tx: Tx, offered: Quote) -> None:
    """Keep a quote as it is shown."""
    tx.insert(
        quote,
        {
            "id": offered.id,
            "buyer_id": offered.buyer_id,
            "body": msgspec.json.encode(offered).decode(),
            "total_minor": offered.total_minor,
            "currency": offered.currency,
            "quoted_at": offered.quoted_at,
            "expires_at": offered.expires_at,
        },
    )


def quote_of(tx: Tx, *, quote_id: int, buyer_id: int) -> Quote:
    """Return a quote to who asked for it. Raises NotFound to everybody else, and once it is forgotten."""
    body = tx.scalar(_BODY, quote_id=quote_id, buyer=buyer_id)
    if body is None:
        raise NotFound
    return _decoder.decode(body)


def prune_quotes(tx: Tx, *, before: datetime) -> int:
    """Forget quotes that expired before that moment; return how many. Orders have frozen what they need."""
    return tx.changed(sa.delete(quote).where(quote.c.expires_at < before))


_BODY = Prepared(
    sa.select(quote.c.body).where(quote.c.id == sa.bindparam("quote_id"), quote.c.buyer_id == sa.bindparam("buyer"))
)
_decoder = msgspec.json.Decoder(Quote)
