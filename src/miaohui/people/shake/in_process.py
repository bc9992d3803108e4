"""The pool of one process: plain dictionaries over cubes of metres.

Each ticket stands in one cube per radius that it may come to reach (`_here`), and in one for the radius
that it reaches now (`_reaching`). Who arrives asks in `_reaching` who reaches them; who takes a step asks
in `_here` whom they reach now. Who has come to the last step stands in `_liking`, by each of their interests: they
are few, since no two of them are for each other. A cube is twice as wide as its radius, so a question touches at most eight.
Cubes, not squares of longitude and latitude, so that there is neither pole nor date line.
"""

import heapq
import threading
from collections import OrderedDict, defaultdict
from collections.abc import Iterable, Iterator
from itertools import count, product
from math import floor

import msgspec

from miaohui.kit.geo import cartesian_m, chord_m, distance_m
from miaohui.people.shake.pool import CROWD_MS, SPENT_MS, Found, Pool, Progress, Ticket
from miaohui.people.shake.reach import LADDER, REACHES, SAME_MOMENT_MS, TOLERANCE_M

Key = tuple[object, ...]
Index = dict[Key, dict[str, "_Waiting"]]
_REACHED_M = tuple(chord_m(metres + TOLERANCE_M) for metres in REACHES)
_SQUARED = {metres: chord_m(metres + TOLERANCE_M) ** 2 for metres in REACHES}
_LEVELS = range(len(REACHES))
_CITY = len(REACHES) - 1
_ANYWHERE = len(LADDER) - 1


class _Waiting:
    """A live ticket, where it stands, and how far it reaches now."""

    __slots__ = ("keys", "last_level", "level", "ticket", "x", "y", "z")

    def __init__(self, ticket: Ticket) -> None:
        self.ticket = ticket
        self.level = 0
        self.last_level = 0
        self.x = self.y = self.z = 0.0
        if ticket.place is not None:
            self.last_level = max(level for level, (_, metres) in enumerate(LADDER) if metres <= ticket.widest_m)
            self.x, self.y, self.z = cartesian_m(ticket.place)
        self.keys: list[Key] = []


class InProcessPool(Pool):
    """Right for one web process. Every method holds the lock for some microseconds."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._live: dict[str, _Waiting] = {}
        self._of_person: dict[int, str] = {}
        self._here: Index = defaultdict(dict)
        self._reaching: Index = defaultdict(dict)
        self._reaching_at = [0] * len(REACHES)
        self._liking: Index = defaultdict(dict)
        self._due: list[tuple[int, int, str]] = []
        self._number = count()
        self._spent: OrderedDict[str, int] = OrderedDict()
        self._crowds: dict[int, OrderedDict[int, int]] = {}

    def shake(self, ticket: Ticket, *, now_ms: int) -> Found | None:
        with self._lock:
            self._forget_spent(now_ms)
            if ticket.id in self._live or ticket.id in self._spent:
                return None
            if (earlier := self._of_person.get(ticket.person_id)) is not None:
                self._remove(earlier, now_ms)
            return self._enter(ticket, now_ms)

    def advance(self, *, now_ms: int) -> Progress:
        found: list[Found] = []
        expired: list[Ticket] = []
        with self._lock:
            while self._due and self._due[0][0] <= now_ms:
                due_ms, _, ticket_id = heapq.heappop(self._due)
                waiting = self._live.get(ticket_id)
                if waiting is None:
                    continue
                if waiting.ticket.until_ms <= due_ms:
                    expired.append(waiting.ticket)
                    self._remove(ticket_id, now_ms)
                elif (claimed := self._step(waiting, now_ms=due_ms)) is not None:
                    found.append(claimed)
        return Progress(tuple(found), tuple(expired))

    def part(self, one_id: int, other_id: int) -> None:
        with self._lock:
            for person_id, unwanted in ((one_id, other_id), (other_id, one_id)):
                if (ticket_id := self._of_person.get(person_id)) is not None:
                    waiting = self._live[ticket_id]
                    waiting.ticket = _without(waiting.ticket, unwanted)

    def unclaim(self, found: Found, *, now_ms: int) -> list[Found]:
        again = []
        with self._lock:
            for ticket, unwanted in ((found.one, found.other), (found.other, found.one)):
                self._spent.pop(ticket.id, None)
                if ticket.person_id in self._of_person:  # who has shaken anew meanwhile
                    continue
                if ticket.until_ms <= now_ms:  # the next step ends it, as it ends everybody's
                    self._insert(_Waiting(ticket))
                elif (claimed := self._enter(_without(ticket, unwanted.person_id), now_ms)) is not None:
                    again.append(claimed)
        return again

    def extend(self, ticket_id: str, *, until_ms: int) -> bool:
        with self._lock:
            waiting = self._live.get(ticket_id)
            if waiting is None:
                return False
            waiting.ticket = msgspec.structs.replace(waiting.ticket, until_ms=until_ms)
            self._schedule(waiting)
            return True

    def withdraw(self, person_id: int) -> bool:
        with self._lock:
            ticket_id = self._of_person.get(person_id)
            if ticket_id is None:
                return False
            waiting = self._live[ticket_id]
            self._remove(ticket_id, waiting.ticket.until_ms)
            return True

    def waiting(self) -> int:
        return len(self._live)

    def note_in_crowd(self, district: int, person_id: int, *, now_ms: int) -> None:
        with self._lock:
            people = self._crowds.setdefault(district, OrderedDict())
            people[person_id] = now_ms
            people.move_to_end(person_id)

    def crowd(self, district: int, *, now_ms: int, without: int) -> int:
        with self._lock:
            people = self._crowds.get(district)
            if people is None:
                return 0
            while people and next(iter(people.values())) <= now_ms - CROWD_MS:
                people.popitem(last=False)
            if not people:
                del self._crowds[district]
            return len(people) - (without in people)

    # --- under the lock

    def _enter(self, ticket: Ticket, now_ms: int) -> Found | None:
        arriving = _Waiting(ticket)
        while arriving.level < arriving.last_level and LADDER[arriving.level + 1][0] <= now_ms - ticket.at_ms:
            arriving.level += 1
        near = self._at_venue(arriving) if ticket.place is None else self._in_reach(arriving)
        best = _best(ticket, near)
        if best is None and arriving.level == _ANYWHERE:
            best = _best(ticket, self._alike(ticket))
        if best is not None:
            return self._claim(ticket, best, now_ms)
        self._insert(arriving)
        return None

    def _step(self, waiting: _Waiting, *, now_ms: int) -> Found | None:
        """Let a ticket reach further, if it is time for that, and meet whom it reaches now."""
        if waiting.level == waiting.last_level or LADDER[waiting.level + 1][0] > now_ms - waiting.ticket.at_ms:
            self._schedule(waiting)
            return None
        self._unreach(waiting)
        waiting.level += 1
        far = waiting.level == _ANYWHERE
        best = _best(waiting.ticket, self._alike(waiting.ticket) if far else self._reached_by(waiting))
        if best is not None:
            self._remove(waiting.ticket.id, now_ms)
            return self._claim(waiting.ticket, best, now_ms)
        self._reach(waiting)
        self._schedule(waiting)
        return None

    def _claim(self, ticket: Ticket, best: _Waiting, now_ms: int) -> Found:
        self._remove(best.ticket.id, now_ms)
        self._spent[ticket.id] = now_ms + SPENT_MS
        both = (best.ticket, ticket)
        apart_m = 0.0 if ticket.place is None or both[0].place is None else distance_m(both[0].place, ticket.place)
        return Found(one=both[0], other=ticket, apart_m=apart_m, at_ms=now_ms)

    def _in_reach(self, arriving: _Waiting) -> Iterator[_Waiting]:
        """Yield who reaches somebody who arrives, and whom they reach themselves."""
        for level in _LEVELS:
            if self._reaching_at[level]:
                yield from self._near(self._reaching, arriving, level)
        # Only somebody who comes back from a claim reaches further than the first step.
        yield from self._reached_by(arriving) if arriving.level else ()

    def _reached_by(self, waiting: _Waiting) -> Iterator[_Waiting]:
        return self._near(self._here, waiting, min(waiting.level, _CITY))

    def _near(self, index: Index, around: _Waiting, level: int) -> Iterator[_Waiting]:
        """Yield who stands in the index within the radius of `level`, and within both consents."""
        me = around.ticket
        x, y, z = around.x, around.y, around.z
        for key in _cubes(level, x, y, z):
            for other in index.get(key, _NOBODY).values():
                theirs = other.ticket
                apart = (other.x - x) ** 2 + (other.y - y) ** 2 + (other.z - z) ** 2
                if (
                    apart <= _SQUARED[min(REACHES[level], me.widest_m, theirs.widest_m)]
                    and theirs.band == me.band
                    and theirs.person_id != me.person_id
                    and theirs.person_id not in me.never
                    and me.person_id not in theirs.never
                ):
                    yield other

    def _at_venue(self, arriving: _Waiting) -> Iterator[_Waiting]:
        here = self._here.get(("venue", arriving.ticket.venue_id), _NOBODY)
        return (other for other in here.values() if _may_meet(arriving.ticket, other.ticket))

    def _alike(self, me: Ticket) -> Iterator[_Waiting]:
        """Yield who looks anywhere and shares an interest."""
        alike = {}
        for interest in me.interests:
            alike.update(self._liking.get((interest,), _NOBODY))
        return (other for other in alike.values() if _may_meet(me, other.ticket))

    def _insert(self, waiting: _Waiting) -> None:
        ticket = waiting.ticket
        self._live[ticket.id] = waiting
        self._of_person[ticket.person_id] = ticket.id
        if ticket.place is None:
            waiting.keys = [("venue", ticket.venue_id)]
        else:
            waiting.keys = [_cube(level, waiting) for level in range(min(waiting.last_level, _CITY) + 1)]
        for key in waiting.keys:
            self._here[key][ticket.id] = waiting
        self._reach(waiting)
        self._schedule(waiting)

    def _remove(self, ticket_id: str, now_ms: int) -> None:
        waiting = self._live.pop(ticket_id)
        if self._of_person.get(waiting.ticket.person_id) == ticket_id:
            del self._of_person[waiting.ticket.person_id]
        for key in waiting.keys:
            _take_out(self._here, key, ticket_id)
        self._unreach(waiting)
        self._spent[ticket_id] = now_ms + SPENT_MS

    def _reach(self, waiting: _Waiting) -> None:
        if waiting.ticket.place is None:
            return
        level = min(waiting.level, _CITY)
        self._reaching[waiting.keys[level]][waiting.ticket.id] = waiting
        self._reaching_at[level] += 1
        if waiting.level == _ANYWHERE:
            for interest in waiting.ticket.interests:
                self._liking[interest,][waiting.ticket.id] = waiting

    def _unreach(self, waiting: _Waiting) -> None:
        if waiting.ticket.place is None:
            return
        level = min(waiting.level, _CITY)
        if _take_out(self._reaching, waiting.keys[level], waiting.ticket.id):
            self._reaching_at[level] -= 1
        if waiting.level == _ANYWHERE:
            for interest in waiting.ticket.interests:
                _take_out(self._liking, (interest,), waiting.ticket.id)

    def _schedule(self, waiting: _Waiting) -> None:
        due_ms = waiting.ticket.until_ms
        if waiting.level < waiting.last_level:
            due_ms = min(due_ms, waiting.ticket.at_ms + LADDER[waiting.level + 1][0])
        heapq.heappush(self._due, (due_ms, next(self._number), waiting.ticket.id))

    def _forget_spent(self, now_ms: int) -> None:
        for _ in range(2):
            if not self._spent or next(iter(self._spent.values())) > now_ms:
                return
            self._spent.popitem(last=False)


_NOBODY: dict[str, _Waiting] = {}


def _may_meet(one: Ticket, other: Ticket) -> bool:
    return (
        other.band == one.band
        and other.person_id != one.person_id
        and other.person_id not in one.never
        and one.person_id not in other.never
    )


def _best(ticket: Ticket, candidates: Iterable[_Waiting]) -> _Waiting | None:
    def rank(waiting: _Waiting) -> tuple[int, bool, int, int, int, str]:
        other = waiting.ticket
        apart_ms = abs(other.at_ms - ticket.at_ms)
        shared = len(other.interests & ticket.interests)
        return (other.reports, apart_ms > SAME_MOMENT_MS, other.at_ms // 1000, -shared, other.at_ms, other.id)

    return min(candidates, key=rank, default=None)


def _without(ticket: Ticket, unwanted: int) -> Ticket:
    return msgspec.structs.replace(ticket, never=ticket.never | {unwanted})


def _cube(level: int, waiting: _Waiting) -> Key:
    side = 2 * _REACHED_M[level]
    return (level, floor(waiting.x / side), floor(waiting.y / side), floor(waiting.z / side))


def _cubes(level: int, x: float, y: float, z: float) -> Iterator[Key]:
    reached = _REACHED_M[level]
    side = 2 * reached
    spans = (range(floor((v - reached) / side), floor((v + reached) / side) + 1) for v in (x, y, z))
    return ((level, *place) for place in product(*spans))


def _take_out(index: Index, key: Key, ticket_id: str) -> bool:
    held = index.get(key)
    if held is None or held.pop(ticket_id, None) is None:
        return False
    if not held:
        del index[key]
    return True
