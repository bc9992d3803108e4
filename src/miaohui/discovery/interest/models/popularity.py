"""What everybody takes.

    s(i) = number of people who took i

The floor under every other model, and the answer to a person of whom nothing is known.
"""

import msgspec
import numpy as np

from miaohui.discovery.interest.models.sequences import Sequences, Singles


class Popularity(msgspec.Struct, frozen=True, eq=False):
    """counts: (n_items,)."""

    counts: Singles

    def scores(self, shown: Sequences) -> Singles:
        return np.tile(self.counts, (len(shown), 1))


def fit_popularity(events: Sequences) -> Popularity:
    return Popularity(np.bincount(events.items, minlength=events.n_items).astype(np.float32))
