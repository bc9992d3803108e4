"""What another ranking would have earned in the slots that were filled by lot.

A draw took item i from a pool with the chance p_i (../exploration.py). A policy that fills the slot with chances
proportional to f_i over the same pool would have earned

    V(f) = sum over the pool of f_i r_i  /  sum over the pool of f_i

of which only drawn rewards r_i are known, so each side is estimated from the draws. With w_i = f_i / p_i, F the mean of
w over draws, and q(score) the mean reward of draws of a like score:

    IPS    mean of (w / F) r                              F from the other half of the pages
    SNIPS  sum of w r / sum of w
    DR     Q + mean of (w / F) (r - q)                    F, q and Q = mean of (w / F) q from the other half

Halves change roles, so that nothing is judged by itself. `error`: of SNIPS, over pages, by the delta method.
"""

from collections.abc import Callable, Mapping

import msgspec
import numpy as np
import numpy.typing as npt

from miaohui.discovery.interest.models.off_policy import doubly_robust, inverse_propensity, self_normalised

Doubles = npt.NDArray[np.float64]
BINS = 10
LEAST = 20
"""Draws without which nothing is said."""

POLICIES: Mapping[str, Callable[[Doubles], Doubles]] = {
    "by lot": lambda score: np.ones(len(score)),
    "mildly by score": lambda score: np.exp(np.clip(2.0 * score, -20, 20)),
    "by score": lambda score: np.exp(np.clip(8.0 * score, -20, 20)),
}


class Draws(msgspec.Struct, frozen=True, eq=False):
    """page: (n,) ids; reward, chance, score: (n,); chance is what was logged, score what the ranking gave."""

    page: npt.NDArray[np.int64]
    reward: Doubles
    chance: Doubles
    score: Doubles

    def __len__(self) -> int:
        return len(self.page)

    def part(self, taken: npt.NDArray[np.bool_]) -> "Draws":
        return Draws(self.page[taken], self.reward[taken], self.chance[taken], self.score[taken])


class Estimate(msgspec.Struct, frozen=True, kw_only=True):
    """effective: how many equally weighted draws would be as sure (Kish 1965)."""

    policy: str
    ips: float
    snips: float
    dr: float
    error: float
    effective: float


def estimate_policies(draws: Draws) -> list[Estimate]:
    """This will estimate each of POLICIES; nothing where draws are too few."""
    if len(draws) < LEAST:
        return []
    _, number = np.unique(draws.page, return_inverse=True)
    odd = number % 2 == 1
    if not odd.any() or odd.all():
        return []
    return [_estimate(name, f(draws.score) / draws.chance, draws, odd) for name, f in POLICIES.items()]


def _estimate(name: str, weight: Doubles, draws: Draws, odd: npt.NDArray[np.bool_]) -> Estimate:
    ips, dr = [], []
    for here in (odd, ~odd):
        there = ~here
        ratio = weight[here] / max(float(weight[there].mean()), 1e-12)
        edges, means = _rewards_by_score(draws.part(there))
        expected = means[np.searchsorted(edges, draws.score[here])]
        of_policy = self_normalised(means[np.searchsorted(edges, draws.score[there])], weight[there])
        ips.append(inverse_propensity(draws.reward[here], ratio))
        dr.append(doubly_robust(draws.reward[here], ratio, expected, np.full(len(ratio), of_policy)))
    shares = np.array([odd.mean(), 1.0 - odd.mean()])
    snips = self_normalised(draws.reward, weight)
    _, page = np.unique(draws.page, return_inverse=True)
    by_page = np.bincount(page, weight * (draws.reward - snips))
    return Estimate(
        policy=name,
        ips=float(shares @ ips),
        snips=snips,
        dr=float(shares @ dr),
        error=float(np.sqrt((by_page**2).sum()) / weight.sum()),
        effective=float(weight.sum() ** 2 / (weight**2).sum()),
    )


def _rewards_by_score(draws: Draws) -> tuple[Doubles, Doubles]:
    """Edges between BINS equally filled bins, and the mean reward in each, pulled towards the mean of all by 10 draws."""
    edges = np.unique(np.quantile(draws.score, np.linspace(0, 1, BINS + 1)[1:-1]))
    place = np.searchsorted(edges, draws.score)
    counts = np.bincount(place, minlength=len(edges) + 1)
    sums = np.bincount(place, draws.reward, len(edges) + 1)
    return edges, (sums + 10.0 * draws.reward.mean()) / (counts + 10.0)
