"""The items: one slot each, columns side by side, so that a page of candidates is one fancy index."""

from typing import Any

import numpy as np
import numpy.typing as npt

from miaohui.discovery.interest.arrays import Flags, with_room


class Catalogue:
    """Columns by slot: ids, authors (int64 outside ids), published_at_ms, duration_ms (int64), kinds, alive.

    A slot is never given to another item, since people's histories point at it; an item that comes back
    after its removal gets its old slot.
    """

    def __init__(self) -> None:
        self.slots: dict[int, int] = {}
        self.kind_names: list[str] = []
        self.ids: npt.NDArray[np.int64] = np.zeros(0, dtype=np.int64)
        self.authors: npt.NDArray[np.int64] = np.zeros(0, dtype=np.int64)
        self.published_at_ms: npt.NDArray[np.int64] = np.zeros(0, dtype=np.int64)
        self.duration_ms: npt.NDArray[np.int64] = np.zeros(0, dtype=np.int64)
        self.kinds: npt.NDArray[np.int16] = np.zeros(0, dtype=np.int16)
        self.alive: Flags = np.zeros(0, dtype=bool)

    def __len__(self) -> int:
        """Slots given so far, those of removed items included."""
        return len(self.slots)

    def put(self, *, item_id: int, author_id: int, duration_ms: int, published_at_ms: int, kind: str) -> int:
        """This will write the item's row, new or known, and return its slot."""
        slot = self.slots.setdefault(item_id, len(self.slots))
        self._make_room(slot + 1)
        if kind not in self.kind_names:
            self.kind_names.append(kind)
        self.ids[slot] = item_id
        self.authors[slot] = author_id
        self.published_at_ms[slot] = published_at_ms
        self.duration_ms[slot] = max(duration_ms, 0)
        self.kinds[slot] = self.kind_names.index(kind)
        self.alive[slot] = True
        return slot

    def slot_of(self, item_id: int) -> int | None:
        """The slot of an item that can be served, else None."""
        slot = self.slots.get(item_id)
        return slot if slot is not None and self.alive[slot] else None

    def kind_of(self, slot: int) -> int:
        """The number of the item's kind; kinds are numbered in order of arrival."""
        return int(self.kinds[slot])

    def number_of(self, kind: str) -> int | None:
        """The number of a kind, None where nothing of it has ever arrived."""
        return self.kind_names.index(kind) if kind in self.kind_names else None

    def state(self) -> dict[str, Any]:
        n = len(self)
        return {
            "kind_names": self.kind_names,
            "ids": self.ids[:n],
            "authors": self.authors[:n],
            "published_at_ms": self.published_at_ms[:n],
            "duration_ms": self.duration_ms[:n],
            "kinds": self.kinds[:n],
            "alive": self.alive[:n],
        }

    def restore(self, state: dict[str, Any]) -> None:
        for column, value in state.items():
            setattr(self, column, value)
        self.slots = {item_id: slot for slot, item_id in enumerate(self.ids.tolist())}

    def _make_room(self, rows: int) -> None:
        self.ids = with_room(self.ids, rows)
        self.authors = with_room(self.authors, rows)
        self.published_at_ms = with_room(self.published_at_ms, rows)
        self.duration_ms = with_room(self.duration_ms, rows)
        self.kinds = with_room(self.kinds, rows)
        self.alive = with_room(self.alive, rows)
