"""Say what something costs, with everything in it, and stand by it for a quarter of an hour."""

from collections.abc import Collection, Mapping, Sequence

import msgspec

from miaohui.commerce.cart.queries import cart_lines
from miaohui.commerce.checkout.queries import Address, address_of, addresses_of
from miaohui.commerce.checkout.quotes import Asked, Quote, Wish, store_quote
from miaohui.commerce.checkout.reckoning import CouponUnusable, gather, reckon, same_price
from miaohui.commerce.merchants.queries import shops_worked_in
from miaohui.kit.db import Tx
from miaohui.kit.errors import Refusal
from miaohui.kit.ids import format_id, new_id

MOST_LINES = 60
"""In one trade: as many as a parcel list shows on a page or two."""


class NothingSelected(Refusal):
    """There is nothing to price: no lines were given, and none is selected in the cart."""

    code = "nothing_selected"
    status = 409
    title = "Nothing is selected"


class AddressMissing(Refusal):
    """The buyer has no address yet."""

    code = "address_missing"
    status = 409
    title = "Please say where to send it first"


class OwnGoods(Refusal):
    """The buyer owns the shop or works in it: who pays themselves would make up sales. Data: shop_ids."""

    code = "own_goods"
    status = 409
    title = "You belong to this shop; its owner and staff cannot buy from it"


class QuoteExpired(Refusal):
    """The quote is older than fifteen minutes. Data, over HTTP: quote, a new one of the same."""

    code = "quote_expired"
    status = 409
    title = "The price was reckoned a while ago; please look at it once more"


class QuoteChanged(Refusal):
    """The price is not what the quote shows any more. Data, over HTTP: quote, a new one of the same."""

    code = "quote_changed"
    status = 409
    title = "The price has changed meanwhile; please look at it once more"


def make_quote(
    tx: Tx,
    *,
    buyer_id: int,
    lines: Sequence[Asked] | None = None,
    address_id: int | None = None,
    coupon_ids: Collection[int] | None = None,
    notes: Mapping[int, str] | None = None,
) -> Quote:
    """Return and keep a quote: by shop, with freight, discounts and every step of the way.

    lines: None for what is selected in the cart. address_id: None for the default address. coupon_ids: None for
    the best choice among the buyer's. notes: by shop. Nothing is reserved yet. Raises NothingSelected,
    AddressMissing, NotFound, NotForSale, OwnGoods, MixedCurrencies, NotDelivered, CouponUnusable.
    """
    address = _address(tx, buyer_id, address_id)
    wanted = _from_cart(tx, buyer_id) if lines is None else _merged(lines)
    if not wanted or len(wanted) > MOST_LINES:
        raise NothingSelected(most_lines=MOST_LINES)
    wish = Wish(
        lines=wanted,
        address_id=address.id,
        coupon_ids=None if coupon_ids is None else tuple(coupon_ids),
        notes=dict(notes or {}),
        from_cart=lines is None,
    )
    basis = gather(tx, buyer_id=buyer_id, lines=wish.lines, coupon_ids=wish.coupon_ids)
    _refuse_own(tx, buyer_id, {one.shop_id for one in basis.variants.values()})
    offered = reckon(
        basis,
        quote_id=new_id(),
        line_ids=[new_id() for _ in wish.lines],
        buyer_id=buyer_id,
        wish=wish,
        address=address,
        now=tx.now,
    )
    store_quote(tx, offered)
    return offered


def renew_quote(tx: Tx, *, offered: Quote) -> Quote:
    """Make a new quote of the same wish, with today's best coupons where the buyer had not chosen. As make_quote."""
    return make_quote(
        tx,
        buyer_id=offered.buyer_id,
        lines=None if offered.wish.from_cart else offered.wish.lines,
        address_id=offered.wish.address_id,
        coupon_ids=offered.wish.coupon_ids,
        notes=offered.wish.notes,
    )


def check_quote(tx: Tx, offered: Quote) -> None:
    """Let pass a quote that would be given at the same price now.

    A price is a pure function of what it is reckoned from, so it is reckoned again only where that differs.
    Raises QuoteExpired, QuoteChanged, NotForSale, and OwnGoods where the buyer was hired meanwhile.
    """
    if offered.expires_at <= tx.now:
        raise QuoteExpired
    _refuse_own(tx, offered.buyer_id, {one.shop_id for one in offered.shops})
    try:
        basis = gather(tx, buyer_id=offered.buyer_id, lines=offered.wish.lines, coupon_ids=offered.coupon_ids)
    except CouponUnusable as refusal:
        raise QuoteChanged from refusal
    if basis.digest(offered.coupon_ids) == offered.basis:
        return
    again = reckon(
        basis,
        quote_id=offered.id,
        # In the order of the wish, not in that of the shops.
        line_ids=_line_ids(offered),
        buyer_id=offered.buyer_id,
        wish=offered.wish,
        address=offered.address,
        now=tx.now,
    )
    if not same_price(again, offered):
        raise QuoteChanged


def _refuse_own(tx: Tx, buyer_id: int, shop_ids: Collection[int]) -> None:
    if own := shops_worked_in(tx, account_id=buyer_id, shop_ids=shop_ids):
        raise OwnGoods(shop_ids=[format_id(one) for one in own])


def _line_ids(offered: Quote) -> list[int]:
    by_variant = {line.variant_id: line.line_id for line in offered.lines}
    return [by_variant[asked.variant_id] for asked in offered.wish.lines]


def _address(tx: Tx, buyer_id: int, address_id: int | None) -> Address:
    if address_id is not None:
        return address_of(tx, address_id=address_id, account_id=buyer_id)
    default = addresses_of(tx, account_id=buyer_id)
    if not default:
        raise AddressMissing
    return default[0]


def _from_cart(tx: Tx, buyer_id: int) -> tuple[Asked, ...]:
    selected = cart_lines(tx, account_id=buyer_id, selected_only=True)
    return tuple(Asked(variant_id=one.variant_id, quantity=one.quantity, source=one.source) for one in selected)


def _merged(lines: Sequence[Asked]) -> tuple[Asked, ...]:
    """Return one line for each variant; the first source counts."""
    found: dict[int, Asked] = {}
    for line in lines:
        earlier = found.get(line.variant_id)
        found[line.variant_id] = (
            line if earlier is None else msgspec.structs.replace(earlier, quantity=earlier.quantity + line.quantity)
        )
    return tuple(found.values())
