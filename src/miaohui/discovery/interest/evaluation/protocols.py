"""Which part of a set is shown to a model, and which is asked.

Leave one out: the last item that is new to a person is the test, the one before it the validation. What comes again
is known, but never asked for, since everything seen is masked. Three views of the same file:

    learn     everything before the validation item    models are fitted on it, weights are chosen by asking it
    known     everything before the test item          models are fitted again on it, with the weights chosen
    wanted    the asked items

Whoever met fewer than three items is learnt from and not asked (three: one to know, one to choose by, one to ask).
"""

import msgspec
import numpy as np
import numpy.typing as npt

from miaohui.discovery.interest.evaluation.formats import Split
from miaohui.discovery.interest.models.sequences import Ints, Sequences, sequences_of

LEAST_ITEMS = 3


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


def asked_people(whole: Sequences) -> npt.NDArray[np.int64]:
    """Slots of those who are asked, in the order of the questions."""
    return np.array([person for person, past in enumerate(whole) if len(_new_at(past)) >= LEAST_ITEMS], dtype=np.int64)


def _question(whole: Sequences, held: int) -> Question:
    known, asked, wanted = [], [], []
    for past in whole:
        new = _new_at(past)
        if len(new) < LEAST_ITEMS:
            known.append(past)
            continue
        place = new[-held]
        known.append(past[:place])
        asked.append(past[:place])
        wanted.append(past[place])
    return Question(
        fit=sequences_of(known, whole.n_items),
        shown=sequences_of(asked, whole.n_items),
        wanted=np.array(wanted, dtype=np.int32),
    )


def _new_at(past: Ints) -> npt.NDArray[np.int64]:
    """Where a past meets something for the first time."""
    return np.sort(np.unique(past, return_index=True)[1])


def carved(train: Sequences, *, part: float, seed: int) -> Split:
    """This will carve a random `part` of each person's train items out for validation; the rest is to learn from."""
    rng = np.random.default_rng(seed)
    kept, held = [], []
    for past in train:
        away = rng.random(len(past)) < part
        kept.append(past[~away])
        held.append(past[away])
    return Split(sequences_of(kept, train.n_items), sequences_of(held, train.n_items))
