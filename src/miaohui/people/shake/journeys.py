"""Where somebody has been shaking from: limits that a traveller never meets and a forger always does.

Kept for a day, in memory only, as cells.
"""

import math
import threading
from abc import ABC, abstractmethod
from collections import OrderedDict
from typing import Literal

import msgspec

from miaohui.kit.errors import TooManyRequests
from miaohui.kit.geo import PUBLISHED, distance_m

FASTEST_M_PER_MS = 300_000 / 3_600_000
"""300 km/h; a flight with a connection on board does not shake."""
CELL_SLACK_M = 1_500
"""Two neighbouring points may lie in cells whose middles are so far apart."""
CLOSED_MS = 30 * 60_000
_HOUR_MS = 3_600_000
_DAY_MS = 24 * _HOUR_MS
SHAKES = ((10, 600_000), (60, _DAY_MS))
CELLS = ((3, _HOUR_MS), (10, _DAY_MS))
"""At most so many within so long."""
Act = Literal["shake", "look"]


class TooManyShakes(TooManyRequests):
    """The person shook more often than anybody who wants to meet somebody."""

    code = "too_many_shakes"
    title = "That was a lot of shaking. Have a rest"


class TooManyPlaces(TooManyRequests):
    """The person was in more cells than a walk leads through."""

    code = "too_many_places"
    title = "You have been in many places already. Stay a while"


class NearbyClosed(TooManyRequests):
    """Between two accepted points lies a way that nobody takes so fast."""

    code = "nearby_closed"
    title = "Your location jumped, so meeting near by is closed for half an hour"


class Stay(msgspec.Struct, frozen=True, array_like=True):
    """One accepted act. cell: None at a venue."""

    at_ms: int
    cell: int | None
    act: Act


class Journey(msgspec.Struct, frozen=True):
    """A person's accepted acts of the last day, oldest first."""

    stays: tuple[Stay, ...] = ()
    closed_until_ms: int = 0


def go_on(journey: Journey, *, cell: int | None, act: Act, now_ms: int) -> Journey:
    """Return the journey with this act on it; what is refused is not on it, but may close it.

    Raises NearbyClosed, TooManyShakes, TooManyPlaces.
    """
    if journey.closed_until_ms > now_ms:
        raise NearbyClosed(retry_after_s=_seconds(journey.closed_until_ms - now_ms))
    stays = [stay for stay in journey.stays if stay.at_ms > now_ms - _DAY_MS]
    if cell is not None and _jumps(stays, cell, now_ms):
        return Journey(tuple(stays), now_ms + CLOSED_MS)
    if act == "shake":
        for most, within_ms in SHAKES:
            lately = [stay for stay in stays if stay.act == "shake" and stay.at_ms > now_ms - within_ms]
            if len(lately) >= most:
                raise TooManyShakes(retry_after_s=_seconds(lately[-most].at_ms + within_ms - now_ms))
    for most, within_ms in CELLS if cell is not None else ():
        since = {stay.cell: stay.at_ms for stay in stays if stay.cell is not None and stay.at_ms > now_ms - within_ms}
        if cell not in since and len(since) >= most:
            raise TooManyPlaces(retry_after_s=_seconds(min(since.values()) + within_ms - now_ms))
    return Journey((*stays, Stay(now_ms, cell, act)), 0)


def _jumps(stays: list[Stay], cell: int, now_ms: int) -> bool:
    last = next((stay for stay in reversed(stays) if stay.cell is not None), None)
    if last is None or last.cell is None:
        return False
    way_m = distance_m(PUBLISHED.centre(last.cell), PUBLISHED.centre(cell)) - CELL_SLACK_M
    return way_m > (now_ms - last.at_ms) * FASTEST_M_PER_MS


def _seconds(ms: int) -> int:
    return max(math.ceil(ms / 1000), 1)


class Journeys(ABC):
    """Everybody's journeys of the last day."""

    @abstractmethod
    def go_on(self, person_id: int, *, cell: int | None, act: Act, now_ms: int) -> None:
        """Note one act of a person. Raises NearbyClosed, TooManyShakes, TooManyPlaces."""


class InProcessJourneys(Journeys):
    """Right for one web process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._of: OrderedDict[int, tuple[int, Journey]] = OrderedDict()

    def go_on(self, person_id: int, *, cell: int | None, act: Act, now_ms: int) -> None:
        with self._lock:
            for _ in range(2):
                if self._of and next(iter(self._of.values()))[0] < now_ms - _DAY_MS:
                    self._of.popitem(last=False)
            _, journey = self._of.get(person_id, (0, Journey()))
            further = go_on(journey, cell=cell, act=act, now_ms=now_ms)
            self._of[person_id] = (now_ms, further)
            self._of.move_to_end(person_id)
        refuse_if_closed(further, now_ms)


def refuse_if_closed(journey: Journey, now_ms: int) -> None:
    """Raise NearbyClosed if the act that led to this journey closed it."""
    if journey.closed_until_ms > now_ms:
        raise NearbyClosed(retry_after_s=_seconds(journey.closed_until_ms - now_ms))
