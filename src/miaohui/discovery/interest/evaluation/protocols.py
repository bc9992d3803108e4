"""Which part of a set is shown to a model, and which is asked.

Leave one out: a person's last item is the test, the one before it the validation. Three views of the same file:

    learn     everything before the validation item    models are fitted on it, weights are chosen by asking it
    known     everything before the test item          models are fitted again on it, with the weights chosen
    wanted    the asked items

Whoever has fewer than three events is learnt from and not asked (three: one to know, one to choose by, one to ask).
"""

import msgspec
import numpy as np

from miaohui.discovery.interest.evaluation.formats import Split
from miaohui.discovery.interest.models.sequences import Ints, Sequences, sequences_of

LEAST_EVENTS = 3


class Question(msgspec.Struct, frozen=True, eq=False):
    """fit: what models are fitted on. shown: the pasts that are asked, (n people). wanted: (n,) the next item of each."""

    fit: Sequences
    shown: Sequences
    wanted: Ints


class LeaveOneOut(msgspec.Struct, frozen=True, eq=False):
    validation: Question
    test: Question


def leave_one_out(whole: Sequences) -> LeaveOneOut:
    """This will hold out everybody's last item, and the one before it for validation."""
    return LeaveOneOut(validation=_question(whole, held=2), test=_question(whole, held=1))


def _question(whole: Sequences, held: int) -> Question:
    asked = [past for past in whole if len(past) >= LEAST_EVENTS]
    return Question(
        fit=sequences_of((past[:-held] if len(past) >= LEAST_EVENTS else past for past in whole), whole.n_items),
        shown=sequences_of((past[:-held] for past in asked), whole.n_items),
        wanted=np.array([past[-held] for past in asked], dtype=np.int32),
    )


def carved(train: Sequences, *, part: float, seed: int) -> Split:
    """This will carve a random `part` of each person's train items out for validation; the rest is to learn from."""
    rng = np.random.default_rng(seed)
    kept, held = [], []
    for past in train:
        away = rng.random(len(past)) < part
        kept.append(past[~away])
        held.append(past[away])
    return Split(sequences_of(kept, train.n_items), sequences_of(held, train.n_items))
