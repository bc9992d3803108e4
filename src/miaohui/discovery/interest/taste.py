"""Taste: a person's histories, read at one moment as two weighted lists.

Each horizon's history h (of items, or of tokens times their weights omega) is parted into what speaks for and what
speaks against, h = h+ - h-; each part is brought to length below one, and the horizons are mixed with the shares
c_H of weights.Blend,

    a = sum over H of  c_H ( h+_H / (|h+_H| + prior)  -  dislike * h-_H / (|h-_H| + prior) )

so that how much somebody watches does not decide how personal the page is, only what they watch, and many swipes
do not thin out what was liked; `prior` keeps a first clip small. Tokens are measured with omega = log N for one
clip as the unit, hence prior * log N there.
Stated wishes are added to the tokens, each held within [-1, 1]. Everything later is linear in these weights, which
is what makes explain.py exact.
"""

import math

import msgspec
import numpy as np

from miaohui.discovery.interest.arrays import NO_FLOATS, NO_SLOTS, Floats, Slots
from miaohui.discovery.interest.content import Content
from miaohui.discovery.interest.histories import present
from miaohui.discovery.interest.people import Person
from miaohui.discovery.interest.weights import Blend, Memory


class Taste(msgspec.Struct, frozen=True):
    """items, item_weights: (n,); tokens, token_weights: (m,), a token may stand twice. The blend's weights are in.

    learned: (n, n_learned_terms), the items as the terms of a model read them (learned/model.py); no columns without
    a model. clips: on how many the person has acted.
    """

    items: Slots
    item_weights: Floats
    tokens: Slots
    token_weights: Floats
    learned: Floats
    clips: int = 0


NO_SHARES: Floats = np.zeros((0, 0))
NO_TASTE = Taste(NO_SLOTS, NO_FLOATS, NO_SLOTS, NO_FLOATS, NO_SHARES)


def read_taste(
    person: Person, content: Content, *, now_ms: int, memory: Memory, blend: Blend, shares: Floats = NO_SHARES
) -> Taste:
    """This will weigh the person's histories as they stand at now_ms; nothing is changed.

    shares: (n_horizons, n_learned_terms), how much of each history the terms of a model read.
    """
    left, wishes_left = person.left(memory, now_ms), person.wishes_left(memory, now_ms)
    tokens: Slots = person.tokens["key"]
    in_tokens = present(person.tokens, left) * content.omega(tokens)[:, None]
    token_prior = blend.history_prior * math.log(content.n_items + 2)
    wishes = np.clip(present(person.wishes, wishes_left)[:, 0], -1.0, 1.0)
    in_items = by_horizon(present(person.items, left), prior=blend.history_prior, dislike=blend.dislike)
    return Taste(
        items=person.items["key"],
        item_weights=blend.similar * (in_items * np.array(blend.item_horizons)).sum(axis=1),
        learned=in_items @ shares if len(shares) else np.zeros((len(in_items), 0)),
        clips=person.clips,
        tokens=np.concatenate([tokens, person.wishes["key"]]),
        token_weights=np.concatenate(
            [
                blend.content * mixed(in_tokens, blend.token_horizons, prior=token_prior, dislike=blend.dislike),
                blend.wish * wishes,
            ]
        ),
    )


def mixed(histories: Floats, shares: tuple[float, ...], *, prior: float, dislike: float) -> Floats:
    """a of the formula above for histories of shape (n_keys, n_horizons); returns (n_keys,)."""
    weights: Floats = (by_horizon(histories, prior=prior, dislike=dislike) * np.array(shares)).sum(axis=1)
    return weights


def by_horizon(histories: Floats, *, prior: float, dislike: float) -> Floats:
    """What stands in the formula's brackets, (n_keys, n_horizons)."""
    liked, disliked = np.maximum(histories, 0.0), np.maximum(-histories, 0.0)
    parts: Floats = liked / (_length(liked) + prior) - dislike * disliked / (_length(disliked) + prior)
    return parts


def _length(histories: Floats) -> Floats:
    lengths: Floats = np.sqrt((histories * histories).sum(axis=0))
    return lengths
