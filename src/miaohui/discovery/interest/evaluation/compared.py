"""What others use, beside ours in the same run: implicit's ALS with its own recommend call, and plain NumPy.

ALS: Hu, Koren and Volinsky 2008, as the library fits it out of the box (15 rounds, regularisation .01). It is a
library of the developers' extras; where it is not installed its rows are left out.

Brute force: cosine of every item with every other, dense, and every request adds the rows of the whole past.
"""

from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt
from scipy import sparse

from miaohui.discovery.interest.evaluation.measured import Cost, note_peak, time_requests, timed
from miaohui.discovery.interest.evaluation.metrics import Doubles
from miaohui.discovery.interest.evaluation.protocols import Question
from miaohui.discovery.interest.evaluation.report import Figures, Row
from miaohui.discovery.interest.models.sequences import Ints, Sequences, Singles

ALS_FACTORS = (16, 128)
SEED = 5

Rows = npt.NDArray[np.int64]


class Als(msgspec.Struct, frozen=True, eq=False):
    """model: implicit's; taken: (n_people, n_items), what it was fitted on and leaves out."""

    model: Any
    taken: sparse.csr_matrix

    def top(self, people: Rows, k: int, *, again: bool = False) -> Ints:
        """The k best, best first, (n, k); -1 where there are not so many. again: also of what each has taken."""
        k = min(k, self.taken.shape[1])
        found, _ = self.model.recommend(people, self.taken[people], N=k, filter_already_liked_items=not again)
        return np.asarray(found, dtype=np.int32)


def time_als(fitted: Als, people: Rows, k: int, cost: Cost) -> None:
    """Percentiles of one recommend call for one person."""
    time_requests(lambda person: fitted.top(people[person : person + 1], k), len(people), cost)
    note_peak(cost)


def fit_als(events: Sequences, *, factors: int) -> Als | None:
    """None where implicit is not installed."""
    try:
        from implicit.cpu.als import AlternatingLeastSquares  # type: ignore[import-untyped]  # ships no types
    except ImportError:
        return None
    taken = events.matrix()
    model = AlternatingLeastSquares(factors=factors, random_state=SEED)
    model.fit(taken, show_progress=False)
    return Als(model, taken)


def als_rows(
    name: str,
    protocol: str,
    question: Question,
    rows: Rows,
    figures_of: Callable[[Doubles], Figures],
    *,
    k: int = 10,
    again: bool = False,
) -> Iterator[Row]:
    """rows: of question.fit, the person of each asked past; what implicit recommends to it is what is judged."""
    for factors in ALS_FACTORS:
        cost = Cost()
        with timed(cost):
            fitted = fit_als(question.fit, factors=factors)
        if fitted is None:
            return
        places = [
            places_of(fitted.top(rows[start : start + 1000], k, again=again), question.wanted[start : start + 1000])
            for start in range(0, len(rows), 1000)
        ]
        time_als(fitted, rows, k, cost)
        yield Row(name, f"implicit ALS {factors}", protocol, figures_of(np.concatenate(places)), cost)


class BruteForce(msgspec.Struct, frozen=True, eq=False):
    """cosines: (n_items, n_items), 0 on the diagonal."""

    cosines: Singles

    def scores(self, shown: Sequences) -> Singles:
        return np.stack([self.cosines[np.unique(past)].sum(axis=0) for past in shown])


def fit_brute_force(events: Sequences) -> BruteForce:
    matrix = events.matrix()
    per_item = np.maximum(np.asarray(matrix.sum(axis=0)).ravel(), 1.0)
    unit = (matrix @ sparse.diags((per_item**-0.5).astype(np.float32))).tocsr()
    cosines: Singles = np.asarray((unit.T @ unit).toarray(), dtype=np.float32)
    np.fill_diagonal(cosines, 0.0)
    return BruteForce(cosines)


def places_of(tops: Ints, wanted: Ints) -> Doubles:
    """Where each row's wanted item stands among its tops, counted from 0; infinity where it does not."""
    hits = tops == wanted[:, None]
    return np.where(hits.any(axis=1), hits.argmax(axis=1), np.inf)
