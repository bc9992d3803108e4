"""Stores what another domain's event says about a person and an item."""

from datetime import datetime

from miaohui.discovery.feed.signal_log import ReactionKind, Signal, append_signals
from miaohui.kit.db import Tx


def record_reaction(tx: Tx, *, person_id: int, item_id: int, kind: ReactionKind, at: datetime) -> None:
    """Store a like, a comment and so on. Called by handlers, which run once per event, so it needs no key."""
    append_signals(tx, [Signal(person_id=person_id, item_id=item_id, kind=kind, at=min(at, tx.now))])
