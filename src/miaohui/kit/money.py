"""Amounts of money: whole minor units and an ISO 4217 currency, never a float."""

from collections.abc import Sequence

import msgspec

BASIS_POINTS = 10_000
"""Rates are whole basis points: 250 is 2.5 %."""


class Money(msgspec.Struct, frozen=True, order=True):
    """An amount in minor units of its currency (fen, cent)."""

    amount_minor: int
    currency: str


def share_out(total: int, weights: Sequence[int]) -> list[int]:
    """Split a whole amount in proportion to weights, by largest remainder; the parts sum to `total` exactly.

    total: >= 0. weights: >= 0, in an order that the caller keeps (ties go to the earlier one). When all
    weights are 0, the first gets everything. Hamilton's method: no part is off by a whole unit.
    """
    if total < 0 or any(weight < 0 for weight in weights):
        raise ValueError("amounts that are shared out are not negative")
    if not weights:
        if total:
            raise ValueError("there is nobody to share with")
        return []
    whole = sum(weights)
    if whole == 0:
        return [total] + [0] * (len(weights) - 1)
    parts = [total * weight // whole for weight in weights]
    remainders = sorted(range(len(weights)), key=lambda index: (-(total * weights[index] % whole), index))
    for index in remainders[: total - sum(parts)]:
        parts[index] += 1
    return parts


def portion(amount: int, basis_points: int) -> int:
    """Return that rate of an amount, half a unit rounded up."""
    return (amount * basis_points * 2 + BASIS_POINTS) // (2 * BASIS_POINTS)
