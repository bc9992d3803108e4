"""One person's state: histories of items and of tokens, stated wishes, what was seen, a habit of dwelling.

Plain arrays and numbers, no objects per act. Measured sizes stand in tests/bench/bench_interest.py.
"""

from collections.abc import Callable

import numpy as np

from miaohui.discovery.interest.arrays import NO_SLOTS, Floats, History, Slots, strongest
from miaohui.discovery.interest.histories import (
    Age,
    Units,
    added,
    bounded,
    history_dtype,
    item_history_dtype,
    no_history,
    rescaled,
    units,
)
from miaohui.discovery.interest.weights import Memory

MEDIAN_RANK = 0.5
NOWHERE = -1
LONGEST = -2  # column of the longest history of clips; the wall clock stands last
FAINT = 0.01  # weaker partners would fill neighbour rows and change no score


class Person(Age):
    """items, tokens: histories (histories.py) in the person's own units; wishes: the same with the wish horizon alone.

    seen, hidden: item slots in order of meeting. habit: mean rank of dwell, in [0, 1]. watches: dwells counted.
    last_item: slot of the clip last acted upon; several acts on it are one step of the clock of clips.
    paused: acts are no longer learned from.
    """

    __slots__ = ("habit", "hidden", "items", "last_item", "paused", "seen", "tokens", "watches", "wishes")

    def __init__(self, memory: Memory, at_ms: int) -> None:
        super().__init__(clips=0, base_clips=0, clock_ms=at_ms, base_ms=at_ms)
        horizons = len(memory.half_lives_clips) + 1
        self.items: History = no_history(item_history_dtype(horizons))
        self.tokens: History = no_history(history_dtype(horizons))
        self.wishes: History = no_history(history_dtype(1))
        self.seen: Slots = NO_SLOTS
        self.hidden: Slots = NO_SLOTS
        self.last_item = NOWHERE
        self.habit = MEDIAN_RANK
        self.watches = 0
        self.paused = False

    def meets(self, slot: int, memory: Memory) -> bool:
        """This will mark the item as seen and tell whether it was the first time."""
        if (self.seen == slot).any():
            return False
        if len(self.seen) >= memory.seen_per_person:
            self.seen = self.seen[memory.seen_per_person // 4 :]
        self.seen = np.append(self.seen, np.int32(slot))
        return True

    def hides(self, slot: int) -> None:
        if not (self.hidden == slot).any():
            self.hidden = np.append(self.hidden, np.int32(slot))

    def steps_to(self, slot: int, at_ms: int, memory: Memory) -> Units:
        """This will bring both clocks to an act on `slot` at `at_ms` and return the units to count it in."""
        self.clock_ms = max(self.clock_ms, at_ms)
        if slot != self.last_item:
            self.clips += 1
            self.last_item = slot
        if self.is_far(memory):
            left = self.left(memory, self.clock_ms)
            rescaled(self.items, left)
            rescaled(self.tokens, left)
            rescaled(self.wishes, self.wishes_left(memory, self.clock_ms))
            self.base_clips, self.base_ms = self.clips, self.clock_ms
        return units(self.left(memory, self.clock_ms))

    def said_of(self, slot: int, now: Units) -> float:
        """What this person's acts on the item add up to at present, in the longest history of clips."""
        row = (self.items["key"] == slot).nonzero()[0]
        return float(self.items["h"][row[0], LONGEST] * now.left[LONGEST]) if len(row) else 0.0

    def votes_for(self, slot: int, amount: float) -> float:
        """This will count up to `amount` in [0, 1] as this person's vote and return what was not counted before.

        The item must have its row already.
        """
        row = (self.items["key"] == slot).nonzero()[0][0]
        counted = float(self.items["vote"][row])
        self.items["vote"][row] = min(counted + amount, 1.0)
        return float(self.items["vote"][row]) - counted

    def remembers_item(self, slot: int, amount: float, now: Units, memory: Memory) -> None:
        key = np.array([slot], dtype=np.int32)
        self.items = added(self.items, keys=key, amounts=np.array([amount]), growing=now.growing)
        if len(self.items) > memory.items_per_person:
            self.items = bounded(self.items, rows=memory.items_per_person, left=now.left, protected=key)

    def remembers_tokens(
        self, tokens: Slots, amounts: Floats, now: Units, memory: Memory, importance_of: Callable[[Slots], Floats]
    ) -> None:
        """This will add amounts (n,) to the distinct tokens (n,); importance helps to decide what is kept when full."""
        self.tokens = added(self.tokens, keys=tokens, amounts=amounts, growing=now.growing)
        if len(self.tokens) > memory.tokens_per_person:
            self.tokens = bounded(
                self.tokens,
                rows=memory.tokens_per_person,
                left=now.left,
                protected=tokens,
                importance=importance_of(self.tokens["key"]),
            )

    def wishes_for(self, tokens: Slots, amounts: Floats, memory: Memory) -> None:
        now = units(self.wishes_left(memory, self.clock_ms))
        self.wishes = added(self.wishes, keys=tokens, amounts=amounts, growing=now.growing)
        if len(self.wishes) > memory.wishes_per_person:
            self.wishes = bounded(self.wishes, rows=memory.wishes_per_person, left=now.left, protected=tokens)

    def partners_of(self, slot: int, now: Units, memory: Memory) -> tuple[Slots, Floats]:
        """The earlier clips that a vote for `slot` is paired with, and their present weights in (0, 1]."""
        horizon = memory.pair_horizon
        strengths: Floats = np.minimum(self.items["h"][:, horizon] * now.left[horizon], 1.0)
        strengths[self.items["key"] == slot] = 0.0
        best = strongest(strengths, memory.pair_partners)
        best = best[strengths[best] > FAINT]
        return self.items["key"][best], strengths[best]
