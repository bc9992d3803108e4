"""Why: the parts of a score, by what the person watched and what the clip says.

The score is a sum (scoring.py), so its parts are the explanation: for a watched item j the points a_j s(j, i), for
a token t the points b_t x_i[t]. What a model knows (learned/) is a sum over what was watched as well, and joins the
points of j. Nothing is estimated, and all points add up to the score.
"""

from typing import Literal

import msgspec
import numpy as np

from miaohui.discovery.interest.answers import Interest, Reason
from miaohui.discovery.interest.arrays import Slots
from miaohui.discovery.interest.scoring import Scorer
from miaohui.discovery.interest.taste import Taste


def explain(scorer: Scorer, taste: Taste, slot: int, now_ms: int) -> list[Reason]:
    """This will list every part of the item's score that is not 0, the strongest first."""
    weights = scorer.weights(taste)
    reasons = [
        *_watched_items(scorer, taste, slot),
        *_tokens(scorer, taste, slot, float(weights[1])),
        _plain("popular", float(weights[2] * scorer.popular(_one(slot), now_ms)[0])),
        _plain("fresh", float(weights[3] * scorer.fresh(_one(slot), now_ms)[0])),
    ]
    reasons = sorted((r for r in reasons if r.points != 0), key=lambda r: -abs(r.points))
    whole = sum(abs(r.points) for r in reasons)
    return [msgspec.structs.replace(r, share=r.points / whole) for r in reasons]


def interests_of(scorer: Scorer, taste: Taste, limit: int) -> list[Interest]:
    """This will list the `limit` tokens and authors of greatest weight either way, the strongest first."""
    weights: dict[int, float] = {}
    pull = taste.token_weights * (scorer.content.omega(taste.tokens) > 0)
    for token, weight in zip(taste.tokens.tolist(), pull.tolist(), strict=True):
        weights[token] = weights.get(token, 0.0) + weight
    strongest = sorted(weights.items(), key=lambda item: -abs(item[1]))[:limit]
    found = []
    for token, weight in strongest:
        label = scorer.content.labels[token]
        if isinstance(label, str):
            found.append(Interest(weight=weight, token=label))
        else:
            found.append(Interest(weight=weight, author_id=label))
    return [interest for interest in found if interest.weight != 0]


def _watched_items(scorer: Scorer, taste: Taste, slot: int) -> list[Reason]:
    parts = scorer.parts_of(taste, slot)
    watched = scorer.catalogue.ids[taste.items]
    return [
        Reason(kind="watched_item", points=points, share=0.0, item_id=item_id)
        for item_id, points in zip(watched.tolist(), parts.tolist(), strict=True)
        if points
    ]


def _tokens(scorer: Scorer, taste: Taste, slot: int, weight: float) -> list[Reason]:
    tokens, values = scorer.content.vectors(_one(slot))
    reasons = []
    for token, value in zip(tokens[0].tolist(), values[0].tolist(), strict=True):
        points = weight * value * float(taste.token_weights[taste.tokens == token].sum())
        label = scorer.content.labels[token]
        if isinstance(label, str):
            reasons.append(Reason(kind="token", points=points, share=0.0, token=label))
        else:
            reasons.append(Reason(kind="author", points=points, share=0.0, author_id=label))
    return reasons


def _plain(kind: Literal["popular", "fresh"], points: float) -> Reason:
    return Reason(kind=kind, points=points, share=0.0)


def _one(slot: int) -> Slots:
    return np.array([slot], dtype=np.int32)
