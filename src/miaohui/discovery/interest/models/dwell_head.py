"""Will somebody like what they watched? From the dwell alone.

    features   log(1 + play seconds); the watched share of the clip, log of play time over the middle of its duration
               bucket; play time beside what this person's usually was before; all three as themselves and in steps
               (piecewise constant); the bucket; a curve of play time for each wider bucket, since how long is long
               depends on the clip; and two smooth surfaces (products of hats): play time by duration, and play time
               by what is usual
    usual      u = u + (l - u) / min(t, 8) after the person's t-th row with log play time l: causal, one addition
    lately     this dwell among the person's last 8: rank, mean, spread, the one before, rounds finished or skipped in
               a row; of play time and of watched share, nothing of how many rows there are
    trees      t(x), boosted trees (boosted_trees.py) over play time, bucket, share, beside the usual, and lately
    P(like)    = sigmoid((b . f + t(x)) / 2)        b by ridge-penalised Newton steps (logistic regression)

The regression is smooth where rows are few, the trees see what goes together; half of each is better than either
(docs/decisions/0018-interest-models.md).

The duration enters as a bucket only. Rows may be weighed, so that a person with a hundred answers does not speak a
hundred times as loud as one with two.

Source: logistic regression by iteratively reweighted least squares, McCullagh and Nelder 1989; watch time against
duration, Zhan et al. 2022 (D2Q); products of hats, tensor-product splines of degree 1, Hastie et al. 2009, 5.7.
"""

import math
from collections import deque

import msgspec
import numpy as np
import numpy.typing as npt

from miaohui.discovery.interest.models.boosted_trees import BoostedTrees, fit_boosted_trees

Doubles = npt.NDArray[np.float64]

# Seconds. Narrow where clips are many, wide where they are few; the first is "unknown or zero".
BUCKETS_S = (0.5, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 18, 20, 25, 30, 40, 50, 60, 80, 100, 130, 180, 240, 300)
WIDE_S = (3.0, 8.0, 20.0, 60.0)
N_STEPS = 24
N_HATS = (24, 12)  # of play time by duration
N_USUAL_HATS = (10, 10)  # of play time by what is usual
USUAL_ROWS = 8  # a person's usual forgets what is much older
LATELY_ROWS, N_LATELY = 8, 11
FINISHED_SHARE, SKIPPED_S = 0.95, 3.0


class Watched(msgspec.Struct, frozen=True, eq=False):
    """play_s: (n,) seconds; bucket: (n,) place among BUCKETS_S.

    beside: (n,) of beside_usual, lately: (n, N_LATELY) of among_lately; none where nobody knows what was before.
    """

    play_s: Doubles
    bucket: npt.NDArray[np.int64]
    beside: Doubles | None = None
    lately: Doubles | None = None

    def rows(self, taken: npt.NDArray[np.int64]) -> "Watched":
        return Watched(
            self.play_s[taken],
            self.bucket[taken],
            None if self.beside is None else self.beside[taken],
            None if self.lately is None else self.lately[taken],
        )


class Bends(msgspec.Struct, frozen=True, eq=False):
    """Where the curves bend, by quantiles of the learning rows.

    mean, deviation, steps: of each continuous feature; knots, usual_knots: of the two surfaces, one array a side.
    """

    mean: Doubles
    deviation: Doubles
    steps: tuple[Doubles, ...]
    knots: tuple[Doubles, Doubles]
    usual_knots: tuple[Doubles, Doubles]


class DwellHead(msgspec.Struct, frozen=True, eq=False):
    """weights: b."""

    bends: Bends
    weights: Doubles
    trees: BoostedTrees

    def probabilities(self, watched: Watched) -> Doubles:
        """P(like), (n,), strictly between 0 and 1."""
        return _sigmoid((design(watched, self.bends) @ self.weights + self.trees.logits(tree_features(watched))) / 2)


def bucket_of(duration_s: Doubles) -> npt.NDArray[np.int64]:
    """A clip of zero length is in bucket 0; so is a length that is not a number."""
    return np.searchsorted(BUCKETS_S, np.nan_to_num(duration_s, nan=0.0, posinf=0.0), side="right")


def middle_s(bucket: npt.NDArray[np.int64]) -> Doubles:
    """Seconds that stand for the bucket."""
    bounds = np.array([0.5, *BUCKETS_S, 400.0])
    middles: Doubles = (bounds[:-1] + bounds[1:]) / 2
    return middles[bucket]


def beside_usual(people: npt.NDArray[np.int64], play_s: Doubles) -> Doubles:
    """Log play time less the person's usual before it, (n,); rows in order of time, 0 for a person's first."""
    beside = np.zeros(len(people))
    usual: dict[int, tuple[float, int]] = {}
    for row, (person, logged) in enumerate(zip(people.tolist(), _log_play(play_s).tolist(), strict=True)):
        mean, count = usual.get(person, (logged, 0))
        beside[row] = logged - mean
        count += 1
        usual[person] = (mean + (logged - mean) / min(count, USUAL_ROWS), count)
    return beside


def among_lately(people: npt.NDArray[np.int64], play_s: Doubles, bucket: npt.NDArray[np.int64]) -> Doubles:
    """Each dwell among the person's last LATELY_ROWS before it, (n, N_LATELY); rows in order of time.

    A person's first dwell is said to be like itself: what stands there must not tell that it is the first.
    """
    plain = Watched(play_s, bucket)
    play, share, _ = continuous(plain).T
    finished = (play_s >= FINISHED_SHARE * middle_s(bucket)) & (bucket > 0)
    rows = []
    last: deque[tuple[float, float, float]] = deque(maxlen=LATELY_ROWS)
    whose = None
    finished_run = skipped_run = 0
    for person, own, own_share, whole in zip(
        people.tolist(), play.tolist(), share.tolist(), finished.tolist(), strict=True
    ):
        if person != whose:
            whose, finished_run, skipped_run = person, 0, 0
            last.clear()
        rows.append(_among(last, own, own_share, finished_run, skipped_run))
        last.append((own, own_share, float(whole)))
        finished_run = min(finished_run + 1, 10) if whole else 0
        skipped_run = min(skipped_run + 1, 10) if own < math.log1p(SKIPPED_S) else 0
    return np.array(rows, dtype=np.float64).reshape(-1, N_LATELY)


def _among(
    last: deque[tuple[float, float, float]], own: float, own_share: float, finished_run: int, skipped_run: int
) -> tuple[float, ...]:
    count = len(last)
    if count == 0:
        return (0.5, own, 1.0, own, own_share, 0.5, own_share, 0.5, 0.0, 0.0, 0.0)
    plays, shares, wholes = zip(*last, strict=True)
    mean, mean_share = sum(plays) / count, sum(shares) / count
    return (
        (sum(play < own for play in plays) + 0.5 * sum(play == own for play in plays)) / count,
        mean,
        math.sqrt(sum((play - mean) ** 2 for play in plays) / count) if count > 1 else 1.0,
        plays[-1],
        shares[-1],
        sum(other < own_share for other in shares) / count,
        mean_share,
        sum(wholes) / count,
        own_share - mean_share,
        float(finished_run),
        float(skipped_run),
    )


def tree_features(watched: Watched) -> Doubles:
    """x, (n, 4 + N_LATELY)."""
    play, share, beside = continuous(watched).T
    middle = middle_s(watched.bucket)
    if watched.lately is None:
        nobody = np.arange(len(play))
        lately = among_lately(nobody, watched.play_s, watched.bucket)
    else:
        lately = watched.lately
    return np.column_stack([play, middle, share, beside, np.nan_to_num(lately)])


def continuous(watched: Watched) -> Doubles:
    """Log play time, log watched share, and log play time beside the usual, (n, 3)."""
    play = _log_play(watched.play_s)
    share = np.where(watched.bucket == 0, 0.0, play - np.log1p(middle_s(watched.bucket)))
    beside = np.zeros(len(play)) if watched.beside is None else np.nan_to_num(watched.beside)
    return np.stack([play, share, beside], axis=1)


def bends_of(watched: Watched) -> Bends:
    """This will place the bends where the rows are."""
    values, middle = continuous(watched), np.log(middle_s(watched.bucket))
    within = np.linspace(0, 1, N_STEPS + 1)[1:-1]
    return Bends(
        mean=values.mean(axis=0),
        deviation=values.std(axis=0) + 1e-9,
        steps=tuple(np.unique(np.quantile(column, within)) for column in values.T),
        knots=(_knots(values[:, 0], N_HATS[0]), _knots(middle, N_HATS[1])),
        usual_knots=(_knots(values[:, 0], N_USUAL_HATS[0]), _knots(values[:, 2], N_USUAL_HATS[1])),
    )


def design(watched: Watched, bends: Bends) -> Doubles:
    """f, (n, n_features)."""
    values, middle = continuous(watched), middle_s(watched.bucket)
    steps = [np.searchsorted(edges, column) for edges, column in zip(bends.steps, values.T, strict=True)]
    width = len(bends.steps[0]) + 1
    return np.concatenate(
        [
            np.ones((len(values), 1)),
            (values - bends.mean) / bends.deviation,
            *(_one_of(step, len(edges) + 1) for step, edges in zip(steps, bends.steps, strict=True)),
            _one_of(watched.bucket, len(BUCKETS_S) + 1),
            _one_of(np.searchsorted(WIDE_S, middle) * width + steps[0], (len(WIDE_S) + 1) * width),
            _surface(values[:, 0], np.log(middle), bends.knots),
            _surface(values[:, 0], values[:, 2], bends.usual_knots),
        ],
        axis=1,
    )


def fit_dwell_head(
    watched: Watched, liked: npt.NDArray[np.bool_], *, weights: Doubles, penalty: float = 30.0, steps: int = 6
) -> DwellHead:
    """This will fit b and the trees. weights: (n,) of the rows, mean 1. penalty: lambda of |b|^2 / 2, in rows."""
    bends = bends_of(watched)
    features = design(watched, bends)
    goal = liked.astype(np.float64)
    b = np.zeros(features.shape[1])
    shrink = np.full(len(b), penalty)
    shrink[0] = 1e-3
    for _ in range(steps):
        p = _sigmoid(features @ b)
        slope = features.T @ (weights * (goal - p)) - shrink * b
        curve = (features * (weights * p * (1 - p))[:, None]).T @ features
        curve[np.diag_indices(len(b))] += shrink
        b += np.linalg.solve(curve, slope)
    return DwellHead(bends, b, fit_boosted_trees(tree_features(watched), liked, weights=weights))


def _sigmoid(logits: Doubles) -> Doubles:
    return 1.0 / (1.0 + np.exp(-np.clip(logits, -30, 30)))


def _one_of(numbers: npt.NDArray[np.int64], width: int) -> Doubles:
    return np.eye(width)[numbers]


def _log_play(play_s: Doubles) -> Doubles:
    """Absurd dwell times are brought within an hour."""
    return np.log1p(np.clip(np.nan_to_num(play_s), 0.0, 3600.0))


def _knots(values: Doubles, count: int) -> Doubles:
    return np.unique(np.quantile(values, np.linspace(0.005, 0.995, count)))


def _surface(first: Doubles, second: Doubles, knots: tuple[Doubles, Doubles]) -> Doubles:
    """Products of the hats of both, (n, n_knots of the one times n_knots of the other)."""
    hats = _hats(first, knots[0])[:, :, None] * _hats(second, knots[1])[:, None, :]
    return hats.reshape(len(first), -1)


def _hats(values: Doubles, knots: Doubles) -> Doubles:
    """Piecewise linear functions, 1 at their knot and 0 at all others, (n, n_knots); flat beyond the ends."""
    return np.stack([np.interp(values, knots, one) for one in np.eye(len(knots))], axis=1)
