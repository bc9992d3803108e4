"""Conditional logit: which of several things somebody takes, from features of each.

    P(j | moment) = exp(b . f_j + o_j)  /  sum over the moment's candidates c of  exp(b . f_c + o_c)
    b = argmax  mean log P(taken)  -  (penalty / 2) |b|^2            by Newton's method: concave, some ten steps

o_j is the log of how many things candidate j stands for: 1 for itself, n / m for each of m drawn out of n, so that a
sample of the catalogue estimates the sum over all of it.

Source: McFadden 1974; sampled alternatives, Bengio and Senecal 2008 (importance sampling).
"""

import msgspec
import numpy as np
import numpy.typing as npt

from miaohui.discovery.interest.models.sequences import Singles

Doubles = npt.NDArray[np.float64]


class Moment(msgspec.Struct, frozen=True, eq=False):
    """features: (n_candidates, n_features); offset: (n_candidates,); candidate 0 was taken."""

    features: Singles
    offset: Singles


def fit_choice(moments: list[Moment], *, penalty: float = 1e-3, steps: int = 25) -> Singles:
    """This will find b, (n_features,). Deterministic. A step that would lower the likelihood is halved."""
    b = np.zeros(moments[0].features.shape[1])
    value, slope, curve = _likelihood(moments, b, penalty)
    for _ in range(steps):
        step = np.linalg.solve(curve, slope)
        for _ in range(20):
            tried = _likelihood(moments, b + step, penalty)
            if tried[0] >= value:
                break
            step /= 2
        gained = tried[0] - value
        if gained <= 0:
            break
        b += step
        value, slope, curve = tried
        if gained < 1e-6:
            break
    return b.astype(np.float32)


def _likelihood(moments: list[Moment], b: Doubles, penalty: float) -> tuple[float, Doubles, Doubles]:
    """The aim, its gradient, and minus its Hessian."""
    value, slope, curve = -penalty / 2 * float(b @ b), -penalty * b, penalty * np.eye(len(b))
    for moment in moments:
        logits = moment.features @ b + moment.offset
        top = logits.max()
        p = np.exp(logits - top)
        total = p.sum()
        p /= total
        expected = p @ moment.features
        value += float(logits[0] - top - np.log(total)) / len(moments)
        slope = slope + (moment.features[0] - expected) / len(moments)
        curve += ((moment.features * p[:, None]).T @ moment.features - np.outer(expected, expected)) / len(moments)
    return value, slope, curve
