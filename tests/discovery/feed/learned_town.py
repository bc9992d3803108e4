"""A town in the database with people of three hidden tastes, whose clips do not say in words which one they serve."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from miaohui.discovery.feed.fitting import fit_if_worth_it
from miaohui.discovery.feed.models import FittedModel
from miaohui.discovery.feed.signal_log import ItemFacts, Signal, append_signals
from miaohui.kit.blobs import FolderBlobs
from miaohui.kit.clock import to_ms
from miaohui.kit.db import Database, Tx

TASTES = 3
CLIPS = 60
FIRST_CLIP, FIRST_GOODS = 1000, 5000
AUTHOR = 7
CLIP_MS = 10_000


def publish(tx: Tx, *, clips: int = CLIPS, goods: int = 0) -> None:
    """Clips 1000 … and goods 5000 …; number n serves taste n % 3."""
    now_ms = to_ms(tx.now)
    append_signals(
        tx,
        [
            Signal(
                person_id=AUTHOR,
                item_id=item_id,
                kind="published",
                at=tx.now,
                facts=ItemFacts(kind=kind, tokens=(f"only{item_id}",), duration_ms=CLIP_MS, published_at_ms=now_ms),
            )
            for first, count, kind in ((FIRST_CLIP, clips, "video"), (FIRST_GOODS, goods, "goods"))
            for item_id in range(first, first + count)
        ],
    )


def watch(tx: Tx, *, people: range, each: int, seed: int, clips: int = CLIPS, goods: int = 0) -> None:
    """Everybody watches in turn: what serves their taste to the end, the rest for a glance; goods are opened likewise."""
    rng = np.random.default_rng(seed)
    signals = []
    started = tx.now - timedelta(seconds=len(people) * each)
    for turn in range(each):
        for person in people:
            at = started + timedelta(seconds=len(signals))
            of_goods = goods > 0 and turn % 4 == 3
            item = int(rng.integers(goods if of_goods else clips))
            liked = item % TASTES == person % TASTES
            if of_goods:
                if liked:
                    signals.append(Signal(person_id=person, item_id=FIRST_GOODS + item, kind="open_product", at=at))
                continue
            dwell_ms = CLIP_MS if liked else 500
            signals.append(
                Signal(
                    person_id=person,
                    item_id=FIRST_CLIP + item,
                    kind="dwell",
                    dwell_ms=dwell_ms,
                    duration_ms=CLIP_MS,
                    at=at,
                )
            )
    append_signals(tx, signals)


class Attempt:
    """What a job is given, without a worker around it."""

    def __init__(self, db: Database, blobs: FolderBlobs) -> None:
        self.db, self.blobs = db, blobs

    def now(self) -> datetime:
        return self.db.clock.now()

    def lost(self) -> bool:
        return False

    def finish(self, action: Callable[..., Any], **kw: Any) -> Any:
        return self.db.write_sync(action, **kw)


def fit(db: Database, blobs: FolderBlobs) -> FittedModel | None:
    """One attempt of the job."""
    return fit_if_worth_it(Attempt(db, blobs))  # type: ignore[arg-type]  # a JobContext but for the worker behind it
