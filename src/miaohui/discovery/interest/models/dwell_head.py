"""Will somebody like what they watched? From the dwell alone.

    features   log(1 + play seconds); the watched share of the clip, log of play time over the middle of its duration
               bucket; both as themselves and in steps (piecewise constant); the bucket; and a curve of play time for
               each wider bucket, since how long is long depends on the clip
    P(like)    = sigmoid(b . f)        b by ridge-penalised Newton steps (logistic regression)

The duration enters as a bucket only. Rows may be weighed, so that a person with a hundred answers does not speak a
hundred times as loud as one with two.

Source: logistic regression by iteratively reweighted least squares, McCullagh and Nelder 1989; watch time against
duration, Zhan et al. 2022 (D2Q).
"""

import msgspec
import numpy as np
import numpy.typing as npt

Doubles = npt.NDArray[np.float64]

# Seconds. Narrow where clips are many, wide where they are few; the first is "unknown or zero".
BUCKETS_S = (0.5, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 18, 20, 25, 30, 40, 50, 60, 80, 100, 130, 180, 240, 300)
WIDE_S = (3.0, 8.0, 20.0, 60.0)
N_STEPS = 24


class Watched(msgspec.Struct, frozen=True, eq=False):
    """play_s: (n,) seconds; bucket: (n,) place among BUCKETS_S."""

    play_s: Doubles
    bucket: npt.NDArray[np.int64]

    def rows(self, taken: npt.NDArray[np.int64]) -> "Watched":
        return Watched(self.play_s[taken], self.bucket[taken])


class DwellHead(msgspec.Struct, frozen=True, eq=False):
    """edges: of the steps, one array per continuous feature; mean, deviation: of those; weights: b."""

    edges: tuple[Doubles, ...]
    mean: Doubles
    deviation: Doubles
    weights: Doubles

    def probabilities(self, watched: Watched) -> Doubles:
        """P(like), (n,), strictly between 0 and 1."""
        features = design(watched, self.edges, self.mean, self.deviation)
        return _sigmoid(features @ self.weights)


def bucket_of(duration_s: Doubles) -> npt.NDArray[np.int64]:
    """A clip of zero length is in bucket 0; so is a length that is not a number."""
    return np.searchsorted(BUCKETS_S, np.nan_to_num(duration_s, nan=0.0, posinf=0.0), side="right")


def middle_s(bucket: npt.NDArray[np.int64]) -> Doubles:
    """Seconds that stand for the bucket."""
    bounds = np.array([0.5, *BUCKETS_S, 400.0])
    middles: Doubles = (bounds[:-1] + bounds[1:]) / 2
    return middles[bucket]


def continuous(watched: Watched) -> Doubles:
    """Log play time and log watched share, (n, 2). Absurd dwell times are brought within an hour."""
    play = np.log1p(np.clip(np.nan_to_num(watched.play_s), 0.0, 3600.0))
    share = np.where(watched.bucket == 0, 0.0, play - np.log1p(middle_s(watched.bucket)))
    return np.stack([play, share], axis=1)


def design(watched: Watched, edges: tuple[Doubles, ...], mean: Doubles, deviation: Doubles) -> Doubles:
    """f, (n, n_features)."""
    values = continuous(watched)
    wide = np.searchsorted(WIDE_S, middle_s(watched.bucket))
    steps = [np.searchsorted(bounds, values[:, place]) for place, bounds in enumerate(edges)]
    width = len(edges[0]) + 1
    return np.concatenate(
        [
            np.ones((len(values), 1)),
            (values - mean) / deviation,
            *(_one_of(step, len(bounds) + 1) for step, bounds in zip(steps, edges, strict=True)),
            _one_of(watched.bucket, len(BUCKETS_S) + 1),
            _one_of(wide * width + steps[0], (len(WIDE_S) + 1) * width),
        ],
        axis=1,
    )


def fit_dwell_head(
    watched: Watched, liked: npt.NDArray[np.bool_], *, weights: Doubles, penalty: float = 10.0, steps: int = 6
) -> DwellHead:
    """This will fit b. weights: (n,) of the rows, mean 1. penalty: lambda of |b|^2 / 2, in rows."""
    values = continuous(watched)
    mean, deviation = values.mean(axis=0), values.std(axis=0) + 1e-9
    quantiles = np.linspace(0, 1, N_STEPS + 1)[1:-1]
    edges = tuple(np.unique(np.quantile(values[:, place], quantiles)) for place in range(2))
    features = design(watched, edges, mean, deviation)
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
    return DwellHead(edges, mean, deviation, b)


def _sigmoid(logits: Doubles) -> Doubles:
    return 1.0 / (1.0 + np.exp(-np.clip(logits, -30, 30)))


def _one_of(numbers: npt.NDArray[np.int64], width: int) -> Doubles:
    return np.eye(width)[numbers]
