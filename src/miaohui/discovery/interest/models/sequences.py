"""What people did, as the batch models read it: one long array of item slots, cut into people.

    items   = [ 3 1 4 | 1 5 | 9 2 6 5 ]      (n_events,)
    offsets = [ 0       3     5        9 ]   (n_people + 1,)

Each person's items stand in time order. Slots run from 0 to n_items - 1; nothing is computed from an outside id.
"""

from collections.abc import Iterable, Iterator

import msgspec
import numpy as np
import numpy.typing as npt
from scipy import sparse

Ints = npt.NDArray[np.int32]
Singles = npt.NDArray[np.float32]


class Sequences(msgspec.Struct, frozen=True, eq=False):
    """items: (n_events,), grouped by person, in time order. offsets: (n_people + 1,). n_items: width of the catalogue."""

    items: Ints
    offsets: npt.NDArray[np.int64]
    n_items: int

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def __getitem__(self, person: int) -> Ints:
        return self.items[self.offsets[person] : self.offsets[person + 1]]

    def __iter__(self) -> Iterator[Ints]:
        return (self[person] for person in range(len(self)))

    def part(self, start: int, stop: int) -> "Sequences":
        """People start to stop - 1."""
        offsets = self.offsets[start : stop + 1]
        return Sequences(self.items[offsets[0] : offsets[-1]], offsets - offsets[0], self.n_items)

    def without_last(self, count: int) -> "Sequences":
        """Everybody's past before the last `count` events."""
        return sequences_of((past[: max(len(past) - count, 0)] for past in self), self.n_items)

    def lengths(self) -> npt.NDArray[np.int64]:
        return np.diff(self.offsets)

    def people(self) -> Ints:
        """The person of each event, (n_events,)."""
        return np.repeat(np.arange(len(self), dtype=np.int32), self.lengths())

    def matrix(self) -> sparse.csr_matrix:
        """R (n_people, n_items): 1 where the person met the item at least once."""
        matrix = sparse.csr_matrix(
            (np.ones(len(self.items), dtype=np.float32), (self.people(), self.items)), shape=(len(self), self.n_items)
        )
        matrix.sum_duplicates()
        matrix.data[:] = 1.0
        return matrix


def sequences_of(pasts: Iterable[npt.ArrayLike], n_items: int) -> Sequences:
    """This will lay the pasts end to end. Each is a list of slots below n_items, oldest first; it may be empty."""
    arrays = [np.asarray(past, dtype=np.int32) for past in pasts]
    offsets = np.concatenate([[0], np.cumsum([len(array) for array in arrays])]).astype(np.int64)
    items = np.concatenate(arrays) if arrays else np.zeros(0, dtype=np.int32)
    return Sequences(items, offsets, n_items)
