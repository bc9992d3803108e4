"""Who has how much of a sold line, as a pure function of what of it is kept.

It depends on the kept amount alone, so any sequence of refunds, before or after settlement, ends where one
refund of the same sum would have: no fen is lost or made by rounding on the way.
"""

from collections.abc import Sequence
from itertools import pairwise

import msgspec

from miaohui.kit.money import BASIS_POINTS, portion


class Sale(msgspec.Struct, frozen=True):
    """What the parts of a line are reckoned from.

    total_minor: what buyer and subsidisers paid for it, freight included. goods_minor: the part of it on which
    fee and commission are reckoned. hop_rates_bp: what each hop of the commission chain keeps, from the shop on.
    """

    total_minor: int
    goods_minor: int
    fee_bp: int
    hop_rates_bp: Sequence[int]


class Split(msgspec.Struct, frozen=True):
    """The parts of a line; they sum to what is kept."""

    shop_minor: int
    fee_minor: int
    hop_minor: tuple[int, ...]


def split_sale(sale: Sale, *, kept_minor: int) -> Split:
    """Return the parts of what is kept of a line.

    Of the goods as much is kept as of the whole line, half a unit rounded up. The commission as a whole is its
    rate of the kept goods, rounded once; each hop gets what comes in less what it hands on, so that the nets
    sum to the whole without a remainder to place.
    """
    goods = _kept_goods(sale, kept_minor)
    handed_on = [portion(goods, sum(sale.hop_rates_bp[position:])) for position in range(len(sale.hop_rates_bp) + 1)]
    hops = tuple(came - went for came, went in pairwise(handed_on))
    # Both rounded up, a fee and a commission of half each would exceed a line of one unit.
    fee = min(portion(goods, sale.fee_bp), kept_minor - handed_on[0])
    return Split(shop_minor=kept_minor - handed_on[0] - fee, fee_minor=fee, hop_minor=hops)


def check_sale(sale: Sale) -> None:
    """Raise ValueError for a sale whose parts could exceed it."""
    if not 0 <= sale.goods_minor <= sale.total_minor:
        raise ValueError("the goods of a line are a part of it")
    if min(sale.fee_bp, *sale.hop_rates_bp, 0) < 0 or sale.fee_bp + sum(sale.hop_rates_bp) > BASIS_POINTS:
        raise ValueError("fee and commission are shares of the goods")


def _kept_goods(sale: Sale, kept_minor: int) -> int:
    if sale.total_minor == 0:
        return 0
    return (2 * sale.goods_minor * kept_minor + sale.total_minor) // (2 * sale.total_minor)
