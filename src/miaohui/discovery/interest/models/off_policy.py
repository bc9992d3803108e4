"""Off-policy estimators: what a policy would earn, from what another one logged.

    r: reward of each logged impression; w = pi(shown) / p(shown): how much likelier the asked policy was to show it

    IPS    = mean of w r                                  unbiased; wild where p is small
    SNIPS  = sum of w r / sum of w                        little bias, much calmer; within the range of r
    DR     = mean of  q(pi) + w (r - q(shown))            unbiased if either w or the reward model q is right

Source: Horvitz and Thompson 1952; Swaminathan and Joachims 2015 (SNIPS); Dudik, Langford and Li 2011 (DR).
"""

import numpy as np
import numpy.typing as npt

Doubles = npt.NDArray[np.float64]


def inverse_propensity(reward: Doubles, ratio: Doubles) -> float:
    return float((ratio * reward).mean())


def self_normalised(reward: Doubles, ratio: Doubles) -> float:
    total = float(ratio.sum())
    return float((ratio * reward).sum() / total) if total > 0 else float("nan")


def doubly_robust(reward: Doubles, ratio: Doubles, expected_of_shown: Doubles, expected_of_policy: Doubles) -> float:
    """expected_of_shown: q of what was shown; expected_of_policy: mean q under the asked policy; (n,) each."""
    return float((expected_of_policy + ratio * (reward - expected_of_shown)).mean())
