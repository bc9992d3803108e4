"""One person's state: histories of items and of tokens, stated wishes, what was seen, a habit of dwelling.

Plain arrays and numbers, no objects per act; and everybody's, of which few are awake at a time: the others are bytes
(packing.py), which become arrays when somebody acts or asks for a page. Sizes are measured by tests/bench/bench_learned.py.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterator

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
from miaohui.discovery.interest.packing import (
    HEAD,
    SHELF,
    Numbers,
    packed_history,
    packed_slots,
    unpacked_history,
    unpacked_slots,
)
from miaohui.discovery.interest.weights import Memory

MEDIAN_RANK = 0.5
NOWHERE = -1
LONGEST = -2  # column of the longest history of clips; the wall clock stands last
FAINT = 0.01  # weaker partners would fill neighbour rows and change no score
VOTES = 255  # steps of a vote
RECENT = 32  # slots seen that wait for a shelf: sorting each in by itself would cost its whole shelf
AWAKE = 512  # people as arrays, about 10 KiB each; a town's evening acts in turns


class Person(Age):
    """items, tokens: histories (histories.py) in the person's own units; wishes: the same with the wish horizon alone.

    shelves: item slots that were seen, a quarter of Memory.seen_per_person on each, oldest shelf first, sorted on it;
    recent: those seen last, in order of meeting. hidden: item slots in order of hiding. habit: mean rank of dwell, in [0, 1]. watches: dwells counted.
    last_item: slot of the clip last acted upon; several acts on it are one step of the clock of clips.
    paused: acts are no longer learned from.
    """

    __slots__ = (
        "habit",
        "hidden",
        "items",
        "last_item",
        "paused",
        "recent",
        "shelves",
        "tokens",
        "watches",
        "wishes",
    )

    def __init__(self, memory: Memory, at_ms: int) -> None:
        super().__init__(clips=0, base_clips=0, clock_ms=at_ms, base_ms=at_ms)
        horizons = len(memory.half_lives_clips) + 1
        self.items: History = no_history(item_history_dtype(horizons))
        self.tokens: History = no_history(history_dtype(horizons))
        self.wishes: History = no_history(history_dtype(1))
        self.shelves: tuple[Slots, ...] = ()
        self.recent: Slots = NO_SLOTS
        self.hidden: Slots = NO_SLOTS
        self.last_item = NOWHERE
        self.habit = MEDIAN_RANK
        self.watches = 0
        self.paused = False

    @property
    def seen(self) -> Slots:
        """Item slots, the newest last, though sorted within each shelf."""
        return np.concatenate([*self.shelves, self.recent]) if self.shelves else self.recent

    def meets(self, slot: int, memory: Memory) -> bool:
        """This will mark the item as seen and tell whether it was the first time."""
        if (self.recent == slot).any() or any(_holds(shelf, slot) for shelf in self.shelves):
            return False
        if len(self.recent) + sum(map(len, self.shelves)) >= memory.seen_per_person:
            self.shelves = self.shelves[1:]
        self.recent = np.append(self.recent, np.int32(slot))
        quarter = max(memory.seen_per_person // 4, 1)
        newest = self.shelves[-1] if self.shelves and len(self.shelves[-1]) < quarter else NO_SLOTS
        if len(self.recent) >= min(RECENT, quarter - len(newest)):
            full = self.shelves[:-1] if len(newest) else self.shelves
            self.shelves = (*full, np.sort(np.concatenate([newest, self.recent])))
            self.recent = NO_SLOTS
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
        counted = int(self.items["vote"][row])
        now = min(counted + round(amount * VOTES), VOTES)
        self.items["vote"][row] = now
        return (now - counted) / VOTES

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

    def packed(self) -> bytes:
        """The person as bytes, whole; equal people give equal bytes."""
        shelves = [packed_slots(shelf) for shelf in self.shelves]
        numbers = Numbers(
            clock_ms=self.clock_ms,
            base_ms=self.base_ms,
            habit=self.habit,
            clips=self.clips,
            base_clips=self.base_clips,
            last_item=self.last_item,
            watches=self.watches,
            hidden=len(self.hidden),
            items=len(self.items),
            tokens=len(self.tokens),
            wishes=len(self.wishes),
            recent=len(self.recent),
            shelves=len(shelves),
            paused=self.paused,
        )
        return b"".join(
            [
                HEAD.pack(*numbers),
                *(packed_history(history) for history in (self.items, self.tokens, self.wishes)),
                *(SHELF.pack(len(shelf), len(data)) for shelf, data in zip(self.shelves, shelves, strict=True)),
                *shelves,
                self.recent.tobytes(),
                self.hidden.tobytes(),
            ]
        )

    @classmethod
    def unpacked(cls, data: bytes, memory: Memory) -> "Person":
        """What `packed` returned."""
        numbers, at = Numbers(*HEAD.unpack_from(data)), HEAD.size
        person = cls(memory, 0)
        person.clock_ms, person.base_ms, person.habit = numbers.clock_ms, numbers.base_ms, numbers.habit
        person.clips, person.base_clips, person.last_item = numbers.clips, numbers.base_clips, numbers.last_item
        person.watches, person.paused = numbers.watches, numbers.paused
        person.items, at = unpacked_history(data, at, numbers.items, person.items.dtype, person.items)
        person.tokens, at = unpacked_history(data, at, numbers.tokens, person.tokens.dtype, person.tokens)
        person.wishes, at = unpacked_history(data, at, numbers.wishes, person.wishes.dtype, person.wishes)
        sizes = [SHELF.unpack_from(data, at + number * SHELF.size)[1] for number in range(numbers.shelves)]
        at += numbers.shelves * SHELF.size
        shelves = []
        for size in sizes:
            shelves.append(unpacked_slots(data, at, size))
            at += size
        person.shelves = tuple(shelves)
        person.recent = np.frombuffer(data, np.int32, numbers.recent, at)
        person.hidden = np.frombuffer(data, np.int32, numbers.hidden, at + 4 * numbers.recent)
        return person


class People:
    """Everybody by id, in order of arrival. A person that was returned may be changed until the next is asked for.

    Who has not acted for a while is put to rest as bytes; that changes nothing that anybody could observe.
    """

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._states: dict[int, bytes | Person] = {}
        self._awake: OrderedDict[int, None] = OrderedDict()

    def __len__(self) -> int:
        return len(self._states)

    def __contains__(self, person_id: object) -> bool:
        return person_id in self._states

    def __getitem__(self, person_id: int) -> Person:
        person = self.get(person_id)
        if person is None:
            raise KeyError(person_id)
        return person

    def __setitem__(self, person_id: int, person: Person) -> None:
        self._states[person_id] = person
        self._stays_awake(person_id)

    def get(self, person_id: int) -> Person | None:
        state = self._states.get(person_id)
        if state is None:
            return None
        if isinstance(state, bytes):
            state = self._states[person_id] = Person.unpacked(state, self._memory)
        self._stays_awake(person_id)
        return state

    def pop(self, person_id: int) -> Person | None:
        person = self.get(person_id)
        if person is not None:
            del self._states[person_id], self._awake[person_id]
        return person

    def packed(self) -> Iterator[tuple[int, bytes]]:
        """Everybody as bytes, in order of arrival."""
        for person_id, state in self._states.items():
            yield person_id, state if isinstance(state, bytes) else state.packed()

    def bring_back(self, person_id: int, data: bytes) -> None:
        """This will take somebody in as `packed` gave them."""
        self._states[person_id] = data

    def _stays_awake(self, person_id: int) -> None:
        self._awake[person_id] = None
        self._awake.move_to_end(person_id)
        if len(self._awake) > AWAKE:
            other_id, _ = self._awake.popitem(last=False)
            other = self._states[other_id]
            if isinstance(other, Person):
                self._states[other_id] = other.packed()


def _holds(shelf: Slots, slot: int) -> bool:
    place = int(shelf.searchsorted(slot))
    return place < len(shelf) and int(shelf[place]) == slot
