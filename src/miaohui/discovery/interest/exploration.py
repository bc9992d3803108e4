"""Exploration: a new clip's right to be seen, and the true chance with which it was.

Every clip is promised a budget of first meetings. While it lasts, the clip is in the pool; a slot of the page kept
for exploration is filled by drawing from the newest of the pool, nearer to the person's interest with more weight,

    w_i = exp(beta * content score of i) * (theta_i + floor)                 always > 0
    theta_i ~ Beta(a + P_i, b + E_i - P_i)

P_i and E_i are the successes and exposures of popularity.py: a guess of how many will stay, drawn from what its first
viewers have left open (Thompson sampling). A clip that nobody has met may be anything; one that ten people threw away
hardly gets an eleventh, though its budget is not spent.

For later estimates from the log (inverse propensity: Horvitz, Thompson, 1952) the probability of each drawn clip
must be exact. Drawing one after another without replacement has no closed form for it, systematic sampling has:
lay the clips end to end as lengths pi_i on a line, and put down a comb of spacing 1 at a random start; each tooth
takes the clip that it hits, and clip i is hit with probability

    pi_i = min(1, c w_i),   c such that the sum is k

given the thetas of this draw. That is the chance to log: E[1(i drawn) / pi_i | theta] = 1 for every theta, so an
estimate that divides by it is unbiased, although the chance over all thetas has no closed form.

(Madow, Annals of Mathematical Statistics 20(3), 1949; Thompson, Biometrika 25, 1933). Clips are shuffled first, so that neighbours in age do not
exclude each other.
"""

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from miaohui.discovery.interest.arrays import NO_SLOTS, Flags, Floats, Slots, with_room

BLOCK = 8192
STAY_PRIOR, LEAVE_PRIOR = 1.0, 2.0
"""Before anybody has met a clip a third stays, and every share is possible."""
THETA_FLOOR = 0.2
"""No clip has less than a sixth of the chance of another that is as near to the person: with 0.02, one viewer of a clip
that was guessed low outweighed a hundred others in an estimate."""


class FreshPool:
    """met: people who met the item so far, shape (n_items,), saturating far above any budget."""

    def __init__(self, budget: int) -> None:
        self.budget = budget
        self.met: npt.NDArray[np.int32] = np.zeros(0, dtype=np.int32)

    def make_room(self, n_items: int) -> None:
        self.met = with_room(self.met, n_items)

    def spend(self, slot: int) -> None:
        self.met[slot] += 1

    def newest(self, servable: Flags, count: int) -> Slots:
        """The `count` newest servable items with budget left, newest first. servable: (n_items,)."""
        found: list[npt.NDArray[np.intp]] = []
        missing = count
        # From the end in blocks: the pool lies there, and most of a large catalogue has spent its budget.
        for end in range(len(servable), 0, -BLOCK):
            start = max(end - BLOCK, 0)
            fresh = np.flatnonzero(servable[start:end] & (self.met[start:end] < self.budget))[::-1][:missing]
            found.append(fresh + start)
            missing -= len(fresh)
            if missing == 0:
                break
        return np.concatenate(found).astype(np.int32) if found else NO_SLOTS

    def state(self, n_items: int) -> dict[str, Any]:
        return {"met": self.met[:n_items]}

    def restore(self, state: dict[str, Any]) -> None:
        self.met = state["met"]


def inclusion_probabilities(weights: Floats, count: int) -> Floats:
    """pi of n items with positive weights (n,) when `count` are drawn: proportional to weight, at most 1, sum count."""
    if count >= len(weights):
        return np.ones(len(weights))
    probabilities = np.zeros(len(weights))
    certain = np.zeros(len(weights), dtype=bool)
    # Each round fixes at least one item at 1, so it ends; usually after the first.
    while True:
        rest = count - int(certain.sum())
        share = weights * ~certain
        probabilities = np.where(certain, 1.0, rest * share / share.sum())
        above = (probabilities >= 1.0) & ~certain
        if rest == 0 or not above.any():
            return np.minimum(probabilities, 1.0)
        certain |= above


def systematic_sample(weights: Floats, count: int, rng: np.random.Generator) -> tuple[npt.NDArray[np.intp], Floats]:
    """This will draw `count` distinct positions of `weights` (n,) and return them with their inclusion probabilities.

    All positions with probability 1 when count >= n. The draw uses `rng` alone, so a seed repeats it.
    """
    if len(weights) == 0 or count <= 0:
        return np.zeros(0, dtype=np.intp), np.zeros(0)
    probabilities = inclusion_probabilities(weights, count)
    order = rng.permutation(len(weights))
    ends = np.cumsum(probabilities[order])
    # The sum is a whole number but for rounding; set it, lest the last tooth fall beside the line.
    ends[-1] = min(count, len(weights))
    teeth = rng.random() + np.arange(ends[-1])
    chosen = order[np.searchsorted(ends, teeth, side="right")]
    return chosen, probabilities[chosen]


def staying(successes: Floats, exposures: Floats, rng: np.random.Generator) -> Floats:
    """theta + floor of items, (n,), in (0, 1 + floor)."""
    failures = np.maximum(exposures - successes, 0.0)
    drawn: Floats = rng.beta(STAY_PRIOR + successes, LEAVE_PRIOR + failures)
    return np.nan_to_num(drawn, nan=0.0) + THETA_FLOOR


def focused(content: Floats, focus: float) -> Floats:
    """w of items by their content scores (n,); bounded, so that no score can starve the others or overflow."""
    return np.exp(np.clip(focus * content, -math.log(1e3), math.log(1e3)))
