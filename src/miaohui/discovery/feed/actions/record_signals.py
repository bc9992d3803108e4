"""Stores what a player reports."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from miaohui.discovery.feed.queries import is_personalised
from miaohui.discovery.feed.signal_log import GoodsKind, LoggedSignal, Signal, WatchKind, append_signals
from miaohui.kit.db import Tx

OLDEST = timedelta(days=7)
"""An act is dated back at most so far: a phone may have been without a network, or may not know the year."""


class Watched(msgspec.Struct, frozen=True, kw_only=True):
    """One report of a player, validated. at: by the player's clock, None for now; dwell, duration: 0 to 24 h."""

    item_id: int
    kind: WatchKind | GoodsKind
    dwell_ms: int | None = None
    duration_ms: int | None = None
    at: datetime | None = None
    client_id: str | None = None
    page_id: int | None = None
    position: int | None = None


def record_signals(tx: Tx, *, person_id: int, watched: Sequence[Watched]) -> list[LoggedSignal]:
    """Store reports and return the rows that are new, in order; one with a known client_id is left out.

    A player's clock is trusted between a week ago and now, and no further: popularity is shared, and an act
    from next year would make everybody's votes look old. Of a person who does not want to be learned from,
    only that the item was met is kept, so that it does not come again.
    """
    learning = is_personalised(tx, person_id=person_id)
    return append_signals(tx, [_signal(person_id, each, tx.now, learning=learning) for each in watched])


def _signal(person_id: int, watched: Watched, now: datetime, *, learning: bool) -> Signal:
    return Signal(
        person_id=person_id,
        item_id=watched.item_id,
        kind=watched.kind,
        dwell_ms=watched.dwell_ms if learning else None,
        duration_ms=watched.duration_ms if learning else None,
        at=min(max(watched.at or now, now - OLDEST), now),
        client_id=watched.client_id,
        page_id=watched.page_id if learning else None,
        position=watched.position if learning else None,
    )
