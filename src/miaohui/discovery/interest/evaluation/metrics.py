"""Metrics, as the literature names them; every function takes ranks counted from 0.

HR@k      share of people whose held-out item stands among the first k
NDCG@k    mean of 1 / log2(rank + 2) within k; for several relevant items, DCG over the best DCG possible
Recall@k  relevant items found within k, over relevant items (LightGCN: over all of them, not over min(k, …))
AUC       chance that a random positive scores above a random negative (Fawcett 2006), ties count one half
"""

import numpy as np
import numpy.typing as npt

from miaohui.discovery.interest.models.sequences import Ints, Sequences, Singles

Doubles = npt.NDArray[np.float64]


def rank_of(scores: Singles, wanted: Ints, seen: Sequences | None = None) -> Doubles:
    """Where each row's wanted item stands, (n,), 0 is first; seen items are left out; equal scores share the middle.

    A score that is not a number stands last: a model gains nothing by failing.
    """
    scores = np.where(np.isfinite(scores), scores, -np.inf)
    row = np.arange(len(wanted))
    own = scores[row, wanted]
    if seen is not None:
        scores[seen.people(), seen.items] = -np.inf
    own = np.maximum(own, np.finfo(np.float32).min)
    above = (scores > own[:, None]).sum(axis=1)
    scores[row, wanted] = -np.inf
    level = (scores == own[:, None]).sum(axis=1)
    ranks: Doubles = above + level / 2
    return ranks


def hit_rate(ranks: Doubles, k: int) -> float:
    return float((ranks < k).mean())


def ndcg_of_one(ranks: Doubles, k: int) -> float:
    return float(np.where(ranks < k, 1.0 / np.log2(ranks + 2.0), 0.0).mean())


def recall_and_ndcg(top: Ints, wanted: Sequences) -> tuple[float, float]:
    """Recall@k and NDCG@k with k = top.shape[1]; people without wanted items are left out, as LightGCN does."""
    k = top.shape[1]
    discounts = 1.0 / np.log2(np.arange(k) + 2.0)
    recalls, gains = [], []
    for row, relevant in zip(top, wanted, strict=True):
        if len(relevant) == 0:
            continue
        hits = np.isin(row, relevant)
        recalls.append(hits.sum() / len(relevant))
        gains.append((discounts * hits).sum() / discounts[: len(relevant)].sum())
    return float(np.mean(recalls)), float(np.mean(gains))


def area_under_curve(scores: Doubles, positive: npt.NDArray[np.bool_]) -> float:
    """AUC by the rank sum (Mann and Whitney)."""
    order = np.argsort(scores, kind="stable")
    _, inverse, counts = np.unique(scores[order], return_inverse=True, return_counts=True)
    middle = np.cumsum(counts) - (counts - 1) / 2
    ranks = np.empty(len(scores))
    ranks[order] = middle[inverse]
    n, m = int(positive.sum()), int((~positive).sum())
    return float((ranks[positive].sum() - n * (n + 1) / 2) / (n * m)) if n and m else float("nan")


def pair_accuracy(liked: Doubles, hated: Doubles) -> float:
    """Share of pairs, one like and one hate of the same person, that are in the right order; ties count one half."""
    return float(((liked > hated) + 0.5 * (liked == hated)).mean())


def calibration_error(probabilities: Doubles, happened: npt.NDArray[np.bool_], bins: int = 10) -> float:
    """Expected calibration error (Naeini 2015), over bins of equal count: mean |predicted - observed|."""
    parts = np.array_split(np.argsort(probabilities, kind="stable"), bins)
    gaps = [abs(probabilities[part].mean() - happened[part].mean()) * len(part) for part in parts if len(part)]
    return float(np.sum(gaps) / len(probabilities))
