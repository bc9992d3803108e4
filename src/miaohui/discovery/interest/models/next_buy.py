"""What somebody buys next, out of what they looked at, put into the cart and bought.

A person's acts of all kinds make one sequence; an act counts as often as it says (looked, then carted, then bought
is three events of one thing), so the models of sequences need no weights for kinds. What was ever looked at is left
out by the caller: the question is which new thing is bought. One answer is added to those models:

    s(j) = log(1 + buys of j + carts of j / 2)         things that get bought, not only looked at
"""

import msgspec
import numpy as np

from miaohui.discovery.interest.models.sequences import Ints, Sequences, Singles


class Bought(msgspec.Struct, frozen=True, eq=False):
    """logs: (n_items,)."""

    logs: Singles

    def scores(self, shown: Sequences) -> Singles:
        return np.tile(self.logs, (len(shown), 1))


def count_bought(bought: Ints, carted: Ints, n_items: int) -> Bought:
    """bought, carted: the item of each such event, (n,)."""
    counts = np.bincount(bought, minlength=n_items) + np.bincount(carted, minlength=n_items) / 2
    return Bought(np.log1p(counts).astype(np.float32))
