"""What freight insurance costs: pure arithmetic, no database.

Premium = cover × expected return rate × (1 + loading), as COMMERCE.md §6 has it. A rate that is counted
from few orders says little, so each is drawn towards what is known more broadly (Bühlmann's credibility
with fixed weights; the mean of a beta distribution): the category towards the platform's prior, the shop
towards its category.
"""

from fractions import Fraction

import msgspec

from miaohui.kit.money import BASIS_POINTS

PRIOR_BP = 500
"""One order in twenty comes back: what is assumed where nothing is known."""
CATEGORY_WEIGHT = 200
"""So many orders of a category count as much as the prior."""
SHOP_WEIGHT = 50
"""So many orders of a shop count as much as its category."""
LOADING_BP = 2_000
"""For what the pool must hold beyond the mean, and for the work."""
COVER_MINOR = 800
"""What a return within the country costs to send, in fen; claims pay exactly this."""
LEAST_MINOR, MOST_MINOR = 20, 240
"""A premium is never below the work of it, and never above three tenths of the cover."""


class Returns(msgspec.Struct, frozen=True):
    """How many orders left, and how many of them came back, wholly or in part."""

    sent: int
    returned: int


class Premium(msgspec.Struct, frozen=True, kw_only=True):
    """What a cover costs, and the return rate that it was reckoned with, in basis points."""

    cover_minor: int
    premium_minor: int
    return_rate_bp: int


def expected_rate_bp(*, shop: Returns, category: Returns) -> int:
    """Return the share of a shop's orders in a category that will come back, in basis points.

    category: of all shops together, this one included.
    """
    prior = Fraction(PRIOR_BP, BASIS_POINTS)
    of_category = _drawn(category, prior, CATEGORY_WEIGHT)
    return round(_drawn(shop, of_category, SHOP_WEIGHT) * BASIS_POINTS)


def premium_for(*, shop: Returns, category: Returns) -> Premium:
    """Return what one order's cover costs this shop in this category; parts of a unit count for the pool."""
    rate_bp = expected_rate_bp(shop=shop, category=category)
    exact = Fraction(COVER_MINOR * rate_bp * (BASIS_POINTS + LOADING_BP), BASIS_POINTS * BASIS_POINTS)
    premium = min(max(-(-exact.numerator // exact.denominator), LEAST_MINOR), MOST_MINOR)
    return Premium(cover_minor=COVER_MINOR, premium_minor=premium, return_rate_bp=rate_bp)


def _drawn(seen: Returns, towards: Fraction, weight: int) -> Fraction:
    # An order may be counted as returned before it is counted as sent; no more came back than left.
    returned = min(seen.returned, seen.sent)
    return (returned + weight * towards) / (seen.sent + weight)
