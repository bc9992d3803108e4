"""How much of a line goes back, to whom: pure functions of what was frozen and of what went back before."""

import msgspec

from miaohui.commerce.orders.queries import OrderLine


class Refundable(msgspec.Struct, frozen=True, kw_only=True):
    """What giving up some units of a line is worth. paid_minor: to the buyer, freight_minor of it for the freight.

    platform_minor, ad_minor: what goes back to those who had put it in. most_minor: all that is left of what
    the buyer paid for the line, the most that any refund may give.
    """

    paid_minor: int
    platform_minor: int
    ad_minor: int
    freight_minor: int
    most_minor: int


def refundable_of(line: OrderLine, quantity: int) -> Refundable:
    """Return what giving up so many more units of a line is worth.

    Each unit has its part of the goods' price; the last one has what is left, so that all units together are
    worth what was paid, to the fen. The freight's part goes back only with what was never sent.
    """
    before, after = line.refunded_quantity, min(line.refunded_quantity + quantity, line.quantity)
    goods = _between(line.goods_minor - line.discount_minor, before, after, line.quantity)
    freight = _between(line.freight_minor, before, after, line.quantity) if line.shipped == 0 else 0
    most = line.payable_minor - line.refunded_minor
    paid = min(goods + freight, most)
    platform, ad = subsidies_of(line, paid_minor=paid, quantity=quantity)
    return Refundable(
        paid_minor=paid,
        platform_minor=platform,
        ad_minor=ad,
        freight_minor=min(freight, paid),
        most_minor=most,
    )


def subsidies_of(line: OrderLine, *, paid_minor: int, quantity: int) -> tuple[int, int]:
    """Return what goes back to platform and advertiser when so much goes back to the buyer.

    In proportion to what the buyer has back of what they paid, or, where they paid nothing, to the units: with
    the last fen of the one goes the last fen of the other.
    """
    if line.payable_minor:
        whole, before = line.payable_minor, line.refunded_minor
        after = before + paid_minor
    else:
        whole, before = line.quantity, line.refunded_quantity
        after = min(before + quantity, whole)
    return (
        _between(line.platform_subsidy_minor, before, after, whole),
        _between(line.ad_subsidy_minor, before, after, whole),
    )


def _between(amount: int, before: int, after: int, whole: int) -> int:
    return amount * after // whole - amount * before // whole
