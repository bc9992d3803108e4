"""Gradient-boosted trees for a yes or no, over a handful of numbers.

    P(yes) = sigmoid(a + sum over trees m of  leaf_m(x))          a: the log odds of all rows
    g = w (y - p)      h = w p (1 - p)                           of each row, under the trees so far
    leaf = rate G / (H + l2)                                     G, H: sums of g and h over the rows of the leaf
    gain of a cut = G_l^2 / (H_l + l2) + G_r^2 / (H_r + l2) - G^2 / (H + l2)

Every tree is cut `depth` times, each node of a level where it gains most, so that a tree is three arrays. Cuts are
sought between quantiles, from sums per quantile and node: one pass over the rows for each feature and level. Where
no cut gains or a side would weigh less than `least` (in h), all rows go left.

Source: Friedman 2001 (gradient boosting); Chen and Guestrin 2016 (second order, the gain above); Ke et al. 2017
(histograms). Deterministic: no rows or features are drawn.
"""

import msgspec
import numpy as np
import numpy.typing as npt

Doubles = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]

QUANTILES = 64
ROWS_AT_ONCE = 4096


class BoostedTrees(msgspec.Struct, frozen=True, eq=False):
    """feature, threshold: (n_trees, 2^depth - 1) of the nodes, level by level; leaves: (n_trees, 2^depth); start: a."""

    feature: Places
    threshold: Doubles
    leaves: Doubles
    start: float

    def logits(self, features: Doubles) -> Doubles:
        """features: (n, n_features), all finite. (n,)."""
        parts = [self._logits(features[at : at + ROWS_AT_ONCE]) for at in range(0, len(features), ROWS_AT_ONCE)]
        return np.concatenate(parts) if parts else np.zeros(0)

    def _logits(self, features: Doubles) -> Doubles:
        tree, row = np.arange(len(self.leaves)), np.arange(len(features))[:, None]
        node = np.zeros((len(features), len(tree)), dtype=np.int64)
        for level in range((self.feature.shape[1] + 1).bit_length() - 1):
            place = node + (2**level - 1)
            node = 2 * node + (features[row, self.feature[tree, place]] > self.threshold[tree, place])
        return np.asarray(self.start + self.leaves[tree, node].sum(axis=1))


def fit_boosted_trees(
    features: Doubles,
    yes: npt.NDArray[np.bool_],
    *,
    weights: Doubles,
    trees: int = 300,
    depth: int = 4,
    rate: float = 0.04,
    l2: float = 10.0,
    least: float = 8.0,
) -> BoostedTrees:
    """This will add one tree after the other. features: (n, n_features), all finite; weights: (n,), mean 1."""
    edges = [np.unique(np.quantile(column, np.linspace(0, 1, QUANTILES + 1)[1:-1])) for column in features.T]
    codes = np.stack([np.searchsorted(cut, column) for cut, column in zip(edges, features.T, strict=True)])
    share = float(np.clip((weights * yes).sum() / weights.sum(), 1e-6, 1 - 1e-6))
    start = float(np.log(share / (1 - share)))
    logits = np.full(len(features), start)
    feature = np.zeros((trees, 2**depth - 1), dtype=np.int64)
    threshold = np.full(feature.shape, np.inf)
    leaves = np.zeros((trees, 2**depth))
    row = np.arange(len(features))
    for tree in range(trees):
        p = 1.0 / (1.0 + np.exp(-logits))
        g, h = weights * (yes - p), weights * p * (1 - p)
        node = np.zeros(len(features), dtype=np.int64)
        for level in range(depth):
            gain, column, cut = _best_cuts(codes, node, g, h, n_nodes=2**level, l2=l2, least=least)
            cut[gain <= 0] = QUANTILES
            for one in np.flatnonzero(gain > 0).tolist():
                place = 2**level - 1 + one
                feature[tree, place], threshold[tree, place] = column[one], edges[column[one]][cut[one]]
            node = 2 * node + (codes[column[node], row] > cut[node])
        total_g, total_h = np.bincount(node, g, 2**depth), np.bincount(node, h, 2**depth)
        leaves[tree] = rate * total_g / (total_h + l2)
        logits += leaves[tree][node]
    return BoostedTrees(feature, threshold, leaves, start)


def _best_cuts(
    codes: Places, node: Places, g: Doubles, h: Doubles, *, n_nodes: int, l2: float, least: float
) -> tuple[Doubles, Places, Places]:
    """Of each node: the gain of its best cut, the feature, and the last quantile that goes left, (n_nodes,)."""
    best = np.zeros(n_nodes)
    feature = np.zeros(n_nodes, dtype=np.int64)
    cut = np.zeros(n_nodes, dtype=np.int64)
    shape = (n_nodes, QUANTILES)
    for number, code in enumerate(codes):
        key = node * QUANTILES + code
        left_g = np.bincount(key, g, n_nodes * QUANTILES).reshape(shape).cumsum(axis=1)
        left_h = np.bincount(key, h, n_nodes * QUANTILES).reshape(shape).cumsum(axis=1)
        total_g, total_h = left_g[:, -1:], left_h[:, -1:]
        right_g, right_h = total_g - left_g, total_h - left_h
        gains = left_g**2 / (left_h + l2) + right_g**2 / (right_h + l2) - total_g**2 / (total_h + l2)
        gains[(left_h < least) | (right_h < least)] = 0.0
        place = gains.argmax(axis=1)
        value = gains[np.arange(n_nodes), place]
        better = value > best
        best[better], feature[better], cut[better] = value[better], number, place[better]
    return best, feature, cut
