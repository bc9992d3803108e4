"""Popularity: what carries a newcomer and a feed without a person.

Each first meeting of a person with item i is an exposure, each vote (people.py, at most one per person) a success.
Both fade with half-life H by the wall clock, and the rate is shrunk towards none,

    r_i = P_i / (E_i + kappa)                                                in [0, 1)

so that one friend's like does not outrank a hundred strangers' attention. Stored in shrinking units as in
histories.py. Smoothed rates for click data: Agarwal, Chen, "Statistical Methods for Recommender Systems", 2016, ch. 3.

Sorting the catalogue per request is too dear, so a board of bounded size holds what may be on top: whatever is
touched enters, and at twice its size the lower half leaves. Untouched items only fade, hence cannot rise past it
by more than the fading of kappa. Each kind of item has a board of its own: one that is served a hundredth as often
would never stay on a common one.
"""

from typing import Any

import numpy as np

from miaohui.discovery.interest.arrays import NO_SLOTS, Flags, Floats, Slots, strongest, with_room
from miaohui.discovery.interest.histories import REBASE_AT_HALF_LIVES
from miaohui.discovery.interest.weights import Memory


class Popularity:
    """successes P, exposures E: shape (n_items,) in units of base_ms. clock_ms never goes back.

    boards: by number of the kind (catalogue.py), slots in order of arrival.
    """

    def __init__(self, memory: Memory) -> None:
        self.memory = memory
        self.clock_ms = 0
        self.base_ms = 0
        self.successes: Floats = np.zeros(0)
        self.exposures: Floats = np.zeros(0)
        self.on_board: Flags = np.zeros(0, dtype=bool)
        self.boards: list[Slots] = []

    def make_room(self, n_items: int) -> None:
        self.successes = with_room(self.successes, n_items)
        self.exposures = with_room(self.exposures, n_items)
        self.on_board = with_room(self.on_board, n_items)

    def expose(self, slot: int, at_ms: int, kind: int = 0) -> None:
        self.exposures[slot] += self._growth(at_ms)
        self._touch(slot, kind)

    def succeed(self, slot: int, credit: float, at_ms: int, kind: int = 0) -> None:
        self.successes[slot] += credit * self._growth(at_ms)
        self._touch(slot, kind)

    def drop(self, slot: int) -> None:
        self.successes[slot] = self.exposures[slot] = 0
        self.on_board[slot] = False
        self.boards = [board[board != slot] for board in self.boards]

    def board(self, kind: int = 0) -> Slots:
        """What of the kind may be on top, unsorted."""
        return self.boards[kind] if kind < len(self.boards) else NO_SLOTS

    def rates(self, slots: Slots, now_ms: int) -> Floats:
        """r of items (n,), each in [0, 1]."""
        left = 2.0 ** -((max(now_ms, self.clock_ms) - self.base_ms) / self.memory.popularity_half_life_ms)
        rates: Floats = self.successes[slots] * left
        rates /= self.exposures[slots] * left + self.memory.popularity_prior_meetings
        return rates

    def present(self, slots: Slots, now_ms: int) -> tuple[Floats, Floats]:
        """Successes and exposures of items (n,), as far as they have not faded."""
        left = 2.0 ** -((max(now_ms, self.clock_ms) - self.base_ms) / self.memory.popularity_half_life_ms)
        return self.successes[slots] * left, self.exposures[slots] * left

    def state(self, n_items: int) -> dict[str, Any]:
        return {
            "clock_ms": self.clock_ms,
            "base_ms": self.base_ms,
            "successes": self.successes[:n_items],
            "exposures": self.exposures[:n_items],
            "on_board": self.on_board[:n_items],
            "boards": self.boards,
        }

    def restore(self, state: dict[str, Any]) -> None:
        for name, value in state.items():
            setattr(self, name, value)

    def _growth(self, at_ms: int) -> float:
        """2^(half-lives since the base), the base moved on when far behind; the very first act sets it."""
        if self.clock_ms == 0:
            self.base_ms = at_ms
        self.clock_ms = max(self.clock_ms, at_ms)
        half_lives = (self.clock_ms - self.base_ms) / self.memory.popularity_half_life_ms
        if half_lives >= REBASE_AT_HALF_LIVES:
            self.successes *= 2.0**-half_lives
            self.exposures *= 2.0**-half_lives
            self.base_ms = self.clock_ms
            return 1.0
        return float(2.0**half_lives)

    def _touch(self, slot: int, kind: int) -> None:
        if self.on_board[slot]:
            return
        self.on_board[slot] = True
        while len(self.boards) <= kind:
            self.boards.append(NO_SLOTS)
        board: Slots = np.append(self.boards[kind], np.int32(slot))
        if len(board) >= 2 * self.memory.board_size:
            keep = np.sort(strongest(self.rates(board, self.clock_ms), self.memory.board_size))
            self.on_board[board] = False
            board = board[keep]
            self.on_board[board] = True
        self.boards[kind] = board
