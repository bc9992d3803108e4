"""Chances of what somebody will do with an item, and whether they are true.

For each act a of HEADS and a kind of item, over meetings (the first time that a person met an item)

    P(a | person, item) = sigmoid(b_a . f + c_a logit(r_a(item)) + d_a)
    f    the terms of the score, and their roots, since the first neighbour says more than the tenth; log of the item's
         length, the person's habit of dwelling, how well they are known
    r_a  the item's own share of a among its meetings, smoothed towards that of its kind

fitted by ridge-penalised Newton steps on the earlier meetings. On later ones the log-odds are then straightened,
l -> slope l + offset, slope within [0, 1.5], and bent to a curve that rises through the shares of equally filled bins of
the newer half of both (what a town likes has steps that no line has, and drifts); beyond the outermost bins it is flat, since
a town likes nothing more than it likes its best. On the last fifth it is measured how far chance and share lie apart, and what
distance chance alone would make with so few meetings. Then the same is done once more a fifth later, and that serves:
chances that were straightened on what is old were .009 too high where the measured ones were not. An act that was seen
too seldom keeps its share, pulled towards what is usual; nothing is learned from twelve purchases.

Source: logistic regression by iteratively reweighted least squares, McCullagh and Nelder 1989; straightening, Platt
1999; the curve, pool adjacent violators, Ayer et al. 1955; the measure (ECE over ten equally filled bins), Naeini, Cooper and Hauskrecht 2015.
"""

import math
from collections.abc import Mapping

import msgspec
import numpy as np
import numpy.typing as npt

Doubles = npt.NDArray[np.float64]
Singles = npt.NDArray[np.float32]

HEADS = ("finish", "like", "follow", "share", "open", "buy", "not_interested")
USUAL = {
    "finish": 0.35,
    "like": 0.04,
    "follow": 0.005,
    "share": 0.005,
    "open": 0.03,
    "buy": 0.003,
    "not_interested": 0.01,
}
"""Shares in a town that has told nothing yet, of meetings: orders of magnitude, which a few hundred meetings overrule."""
USUAL_MEETINGS = 200.0
"""Imagined meetings that a kind's share begins with; an item's own begin with ITEM_MEETINGS at its kind's share."""
ITEM_MEETINGS = 30.0
LEAST_ACTS = 40
"""Acts without which a head stays at its share."""
RIDGE = 20.0
STRAIGHTEN_RIDGE = 30.0
STEEPEST = 1.5
LEAST_BINS, MOST_BINS, BIN_MEETINGS, BIN_ACTS, IMAGINED = 6, 20, 100, 15, 10.0
"""Of the curve: so many meetings and acts to a bin, and imagined meetings on the line. With fewer bins the line is kept: two
that were flat beyond their middles told a town with two kinds of taste that everybody half likes everything."""
LEAST_MEETINGS = 400
"""Of a kind of item, without which it has no heads."""
FEATURES = (
    "similar", "content", "popular", "fresh",
    "item_item", "transitions", "ease", "session", "low_pass",
    "length", "habit", "acquaintance",
)  # fmt: skip
N_TERMS = 9
"""The first of them are terms of the score."""


class Meetings(msgspec.Struct, frozen=True, eq=False):
    """features: (n, n_features); rates: (n, n_heads) logits of the item's own rates before the meeting; acts: (n,
    n_heads) what followed. In order of time."""

    features: Singles
    rates: Singles
    acts: npt.NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.features)

    def part(self, start: int, stop: int) -> "Meetings":
        return Meetings(self.features[start:stop], self.rates[start:stop], self.acts[start:stop])


class Heads(msgspec.Struct, frozen=True, kw_only=True):
    """mean, deviation: of the features and roots. weights: by head, over those, then the item's rate, then 1.

    curves: by head, log-odds of the line and what they are bent to; empty where acts are few.

    shares: of the kind, by head. ranks: the weighted sum of chances put later meetings into a better order than the
    score alone did, so pages may be ranked by it. centre, spread: of that sum; score_centre, score_spread: of the
    score, over the same meetings: they bring one to the scale of the other.
    """

    mean: tuple[float, ...]
    deviation: tuple[float, ...]
    weights: tuple[tuple[float, ...], ...]
    curves: tuple[tuple[tuple[float, ...], tuple[float, ...]], ...]
    shares: tuple[float, ...]
    ranks: bool = False
    centre: float = 0.0
    spread: float = 1.0
    score_centre: float = 0.0
    score_spread: float = 1.0

    def chances(self, features: Singles, rates: Singles) -> Doubles:
        """P of each head, (n, n_heads), strictly between 0 and 1. features: (n, n_features); rates: (n, n_heads)."""
        weights = np.array(self.weights)
        known = (_with_roots(features) - self.mean) / self.deviation
        line = np.einsum("ij,kj->ik", np.clip(known, -6, 6), weights[:, :-2])
        log_odds = line + rates * weights[:, -2] + weights[:, -1]
        for head, (at, to) in enumerate(self.curves):
            log_odds[:, head] = _bent(log_odds[:, head], np.array(at), np.array(to))
        return _sigmoid(log_odds)

    def share_logits(self) -> Doubles:
        """What stands for the own rates of an item that the model does not know."""
        return _logit(np.array(self.shares))

    def value(self, chances: Doubles, worth: Mapping[str, float]) -> Doubles:
        """The weighted sum of chances, on the scale of the score; (n,)."""
        worths = np.array([worth[name] for name in HEADS])
        value: Doubles = (chances @ worths - self.centre) * (self.score_spread / self.spread) + self.score_centre
        return value


class Chances(msgspec.Struct, frozen=True, eq=False):
    """heads: of the kind; chances: (n, n_heads) of items in the order asked."""

    heads: Heads
    chances: Doubles

    def value(self, worth: Mapping[str, float]) -> Doubles:
        """The weighted sum, on the scale of the score; (n,)."""
        return self.heads.value(self.chances, worth)


def smoothed_logits(acts: Doubles, meetings: Doubles, shares: Doubles) -> Singles:
    """Logits of items' own rates, (n, n_heads). acts: (n, n_heads); meetings: (n,); shares: (n_heads,)."""
    rates = (acts + ITEM_MEETINGS * shares) / (meetings + ITEM_MEETINGS)[:, None]
    return _logit(np.clip(rates, 1e-6, 1 - 1e-6)).astype(np.float32)


def kind_shares(acts: Doubles, meetings: float) -> Doubles:
    """Shares of the heads, (n_heads,), pulled towards the usual. acts: (n_heads,)."""
    usual = np.array([USUAL[name] for name in HEADS])
    shares: Doubles = (acts + USUAL_MEETINGS * usual) / (meetings + USUAL_MEETINGS)
    return np.clip(shares, 1e-6, 1 - 1e-6)


def fit_heads(met: Meetings) -> tuple[Heads, dict[str, float]]:
    """This will fit on the first three fifths, straighten on the next, measure on the last; return heads and figures.

    figures: `ece_…` by head, on the last fifth, and `noise_…`, what it would be for chances that are true.
    """
    last = len(met) * 4 // 5
    heads = heads_of(met.part(0, last), straighten_from=len(met) * 3 // 5)
    late = met.part(last, len(met))
    chances = heads.chances(late.features, late.rates)
    figures = {}
    for head, name in enumerate(HEADS):
        figures[f"ece_{name}"] = calibration_error(chances[:, head], late.acts[:, head])
        figures[f"noise_{name}"] = calibration_noise(chances[:, head])
    return heads, figures


def heads_to_serve(met: Meetings) -> Heads:
    """This will do as `fit_heads` did, a fifth later; nothing is left to measure them on."""
    return heads_of(met, straighten_from=len(met) * 4 // 5)


def heads_of(met: Meetings, *, straighten_from: int) -> Heads:
    """This will fit on the meetings before `straighten_from`, straighten on the rest, bend on the newer half of all."""
    early, middle = met.part(0, straighten_from), met.part(straighten_from, len(met))
    wide = _with_roots(early.features)
    mean, deviation = wide.mean(axis=0), wide.std(axis=0)
    deviation = np.where(deviation > 1e-9, deviation, 1.0)
    shares = kind_shares(early.acts.sum(axis=0).astype(np.float64), len(early))
    rows, curves = [], []
    newer = met.part(len(met) // 2, len(met))
    for head in range(len(HEADS)):
        design = _design(early, head, mean, deviation)
        row = np.zeros(design.shape[1])
        row[-1] = _logit(shares[head])
        if early.acts[:, head].sum() >= LEAST_ACTS:
            ridge = np.full(len(row), RIDGE)
            ridge[-1] = 1e-3
            row = logistic(design, early.acts[:, head].astype(np.float64), ridge=ridge, towards=np.zeros(len(row)))
        # The last straightening, offset alone where acts are few: a town's habits drift while it grows.
        log_odds = _design(middle, head, mean, deviation) @ row
        slope, offset = _straightened(log_odds, middle.acts[:, head].astype(np.float64))
        row = row * slope
        row[-1] += offset
        rows.append(tuple(row.tolist()))
        curves.append(_curve(_design(newer, head, mean, deviation) @ row, newer.acts[:, head].astype(np.float64)))
    return Heads(
        mean=tuple(mean.tolist()),
        deviation=tuple(deviation.tolist()),
        weights=tuple(rows),
        curves=tuple(curves),
        shares=tuple(shares.tolist()),
    )


def carried_over(heads: Heads, before: Meetings, after: Meetings) -> Heads:
    """This will return heads that read the features `after` as `heads` read `before`: the same pairs of person and item,
    by two models.

    Terms of a model that was fitted on more are larger, or other. Each feature is brought to the middle and the spread
    that it had, so that what is strong among these pairs is as strong as it was.
    """
    old, new = _with_roots(before.features), _with_roots(after.features)
    spread = np.array(old.std(axis=0))
    ratio = np.where(spread > 1e-9, new.std(axis=0) / np.maximum(spread, 1e-9), 1.0)
    ratio = np.where(ratio > 1e-9, ratio, 1.0)
    mean = new.mean(axis=0) + (np.array(heads.mean) - old.mean(axis=0)) * ratio
    return msgspec.structs.replace(
        heads, mean=tuple(mean.tolist()), deviation=tuple((np.array(heads.deviation) * ratio).tolist())
    )


def scaled_to_score(heads: Heads, met: Meetings, scores: Doubles, worth: Mapping[str, float]) -> Heads:
    """The heads with their value on the scale of the score; scores: (n,) of the same meetings."""
    worths = np.array([worth[name] for name in HEADS])
    values = heads.chances(met.features, met.rates) @ worths
    return msgspec.structs.replace(
        heads,
        centre=float(values.mean()),
        spread=max(float(values.std()), 1e-9),
        score_centre=float(scores.mean()),
        score_spread=float(scores.std()),
    )


def calibration_error(chances: Doubles, acts: npt.NDArray[np.bool_], *, bins: int = 10) -> float:
    """Mean distance of chance and share over equally filled bins; 0 for no meetings."""
    if len(chances) == 0:
        return 0.0
    order = np.argsort(chances, kind="stable")
    parts = np.array_split(order, min(bins, len(order)))
    return float(sum(len(part) * abs(chances[part].mean() - acts[part].mean()) for part in parts) / len(order))


def calibration_noise(chances: Doubles, *, bins: int = 10) -> float:
    """What `calibration_error` comes to on average if the chances (n,) are true: of each bin the mean distance of its
    share from its chance, as of a normal variable."""
    if len(chances) == 0:
        return 0.0
    parts = np.array_split(np.sort(chances), min(bins, len(chances)))
    spread = [math.sqrt(2 / math.pi * float((part * (1 - part)).sum())) for part in parts]
    return sum(spread) / len(chances)


def logistic(design: Doubles, goal: Doubles, *, ridge: Doubles, towards: Doubles, steps: int = 12) -> Doubles:
    """Weights (n_features,) by Newton's method with halving; `towards`: where the ridge pulls."""
    b = towards.copy()
    best = _loss(design, goal, b, ridge, towards)
    for _ in range(steps):
        p = _sigmoid(design @ b)
        slope = design.T @ (goal - p) - ridge * (b - towards)
        curve = (design * (p * (1 - p))[:, None]).T @ design
        curve[np.diag_indices(len(b))] += ridge + 1e-9
        step = np.linalg.solve(curve, slope)
        for _ in range(12):
            loss = _loss(design, goal, b + step, ridge, towards)
            if loss <= best:
                break
            step /= 2
        else:
            return b
        b, gained, best = b + step, best - loss, loss
        if gained < 1e-9 * max(abs(best), 1.0):
            break
    return b


def _with_roots(features: Singles) -> Doubles:
    """Features (n, n_features), then the signed roots of the terms among them."""
    plain = np.nan_to_num(features.astype(np.float64), nan=0.0, posinf=0.0, neginf=0.0)
    terms = plain[:, :N_TERMS]
    return np.concatenate([plain, np.sign(terms) * np.sqrt(np.abs(terms))], axis=1)


def _design(met: Meetings, head: int, mean: Doubles, deviation: Doubles) -> Doubles:
    known = np.clip((_with_roots(met.features) - mean) / deviation, -6, 6)
    return np.concatenate([known, met.rates[:, [head]].astype(np.float64), np.ones((len(met), 1))], axis=1)


def _straightened(log_odds: Doubles, goal: Doubles) -> tuple[float, float]:
    if len(goal) == 0:
        return 1.0, 0.0
    ridge = np.array([STRAIGHTEN_RIDGE, STRAIGHTEN_RIDGE / 10])
    design = np.stack([log_odds, np.ones(len(goal))], axis=1)
    slope, offset = logistic(design, goal, ridge=ridge, towards=np.array([1.0, 0.0])).tolist()
    if not 0.0 <= slope <= STEEPEST:
        slope = min(max(slope, 0.0), STEEPEST)
        # The offset that goes with the slope that was allowed.
        offset = _offset(slope * log_odds, goal)
    return slope, offset


def _curve(log_odds: Doubles, goal: Doubles) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Where bins of equally many meetings lie, and what they say, rising; each is pulled to the line by IMAGINED."""
    bins = min(MOST_BINS, len(goal) // BIN_MEETINGS, int(goal.sum()) // BIN_ACTS)
    if bins < LEAST_BINS:
        return (), ()
    parts = np.array_split(np.argsort(log_odds, kind="stable"), bins)
    at = [float(log_odds[part].mean()) for part in parts]
    line = [float(_sigmoid(log_odds[part]).mean()) for part in parts]
    shares = [
        (float(goal[part].sum()) + IMAGINED * p) / (len(part) + IMAGINED) for part, p in zip(parts, line, strict=True)
    ]
    pools: list[tuple[float, int]] = []
    for share in shares:
        pool, size = share, 1
        while pools and pools[-1][0] > pool:
            before, count = pools.pop()
            pool, size = (before * count + pool * size) / (count + size), count + size
        pools.append((pool, size))
    rising = np.repeat([pool for pool, _ in pools], [size for _, size in pools])
    return tuple(at), tuple(_logit(np.clip(rising, 1e-6, 1 - 1e-6)).tolist())


def _bent(log_odds: Doubles, at: Doubles, to: Doubles) -> Doubles:
    """Through the points, flat beyond the ends; a twentieth of the line keeps the order within a pool."""
    if len(at) == 0:
        return log_odds
    within = np.clip(log_odds, at[0], at[-1])
    # Beyond the ends the order is kept by a hundredth.
    bent: Doubles = 0.95 * np.interp(within, at, to) + 0.05 * within + 0.01 * (log_odds - within)
    return bent


def _offset(log_odds: Doubles, goal: Doubles) -> float:
    offset = 0.0
    for _ in range(20):
        p = _sigmoid(log_odds + offset)
        offset += float((goal - p).sum() - offset) / (float((p * (1 - p)).sum()) + 1.0)
        offset = min(max(offset, -8.0), 8.0)
    return offset


def _loss(design: Doubles, goal: Doubles, b: Doubles, ridge: Doubles, towards: Doubles) -> float:
    logits = design @ b
    return float(np.logaddexp(0, logits).sum() - goal @ logits + (ridge * (b - towards) ** 2).sum() / 2)


def _sigmoid(logits: Doubles) -> Doubles:
    p: Doubles = 1.0 / (1.0 + np.exp(-np.clip(logits, -30, 30)))
    return p


def _logit(p: Doubles) -> Doubles:
    logits: Doubles = np.log(p) - np.log1p(-p)
    return logits
