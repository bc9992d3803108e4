"""Stores what people did before this server knew them."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from miaohui.discovery.feed.signal_log import Signal, WatchKind, append_signals
from miaohui.kit.db import Tx


class PastAct(msgspec.Struct, frozen=True, kw_only=True):
    """One act of long ago. client_id: names it, so that telling it twice counts once."""

    person_id: int
    item_id: int
    kind: WatchKind
    dwell_ms: int
    duration_ms: int
    at: datetime
    client_id: str


def record_past(tx: Tx, *, acts: Sequence[PastAct]) -> None:
    """Store acts with the dates that they bear, which no player is trusted to name; the demo town and imports call it.

    Their items must be listed, otherwise the engine passes them over. Call it last in a transaction.
    """
    append_signals(
        tx,
        [
            Signal(
                person_id=act.person_id,
                item_id=act.item_id,
                kind=act.kind,
                dwell_ms=act.dwell_ms,
                duration_ms=act.duration_ms,
                at=min(act.at, tx.now),
                client_id=act.client_id,
            )
            for act in acts
        ],
    )
