"""The feed of one web process: the folded log, kept up to the newest row, and the log of what is served."""

import asyncio
import logging
from collections.abc import Sequence

import sqlalchemy as sa

from miaohui.discovery.feed.folded import FoldedInterest
from miaohui.discovery.feed.impression_log import ImpressionLog
from miaohui.discovery.feed.models import newest_model, open_fitted
from miaohui.discovery.feed.signal_log import LoggedSignal, erased_after, last_seq, signals_after
from miaohui.discovery.feed.snapshots import newest_state, replay
from miaohui.discovery.feed.weights import WEIGHTS, FeedWeights
from miaohui.kit.blobs import Blobs
from miaohui.kit.clock import Clock
from miaohui.kit.db import Database
from miaohui.kit.signing import Signer

log = logging.getLogger(__name__)

TAIL_CHUNK = 500
"""Rows folded in one go; about 50 ms, then others have their turn in the loop."""
_TAIL_EVERY_S = 1.0
"""A request folds what is new by itself; this keeps a process that nobody asks from falling behind."""


class LiveFeed:
    """Owns the process's engine. Lives in the event loop: nothing here may be called from another thread."""

    def __init__(
        self, *, db: Database, blobs: Blobs, clock: Clock, signer: Signer, weights: FeedWeights = WEIGHTS
    ) -> None:
        self.db = db
        self.clock = clock
        self.signer = signer
        self.weights = weights
        self.folded = FoldedInterest()
        self.impressions = ImpressionLog(db)
        self._blobs = blobs
        self._stopping = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._model_id = 0
        """Of the newest model that was looked at, whether or not it could be read."""

    @property
    def model_version(self) -> str:
        """What produces a score: logged with every served item."""
        engine = self.folded.engine
        learned = f"+{engine.learned_version}" if engine.learned_version else ""
        return f"{engine.version}+feed-{self.weights.version}{learned}"

    async def start(self) -> None:
        """Bring back the state: the newest snapshot, then every later row of the log."""
        self.folded = await asyncio.to_thread(self._restored)
        await self.take_up_newest_model()
        self.impressions.start()
        self._task = asyncio.create_task(self._keep_up(), name="feed tail")

    async def stop(self) -> None:
        """Write the impressions that wait. The engine needs no saving: the log has it all."""
        self._stopping.set()
        if self._task is not None:
            await self._task
        await self.impressions.stop()

    async def catch_up(self) -> None:
        """Fold every row that has been committed before this call."""
        while len(rows := await self.db.read(signals_after, seq=self.folded.seq, limit=TAIL_CHUNK)) > 0:
            self.folded.fold(rows)
            if len(rows) < TAIL_CHUNK:
                return
            await asyncio.sleep(0)

    async def fold_appended(self, rows: Sequence[LoggedSignal]) -> None:
        """Fold rows that this process has just committed, and whatever was committed before them."""
        numbers = [row.seq for row in rows]
        follows_at_once = numbers == list(range(self.folded.seq + 1, self.folded.seq + 1 + len(rows)))
        if follows_at_once:
            self.folded.fold(rows)
        else:
            await self.catch_up()

    async def take_up_newest_model(self) -> None:
        """Score with the newest model from now on, if there is one that is not known yet.

        The file is mapped and checked in a thread; binding it to the engine takes 10 ms for 100,000 items. A page
        that is under way is made in one piece, so it is of one model or of the other.
        """
        fitted = await self.db.read(newest_model)
        if fitted is None or fitted.id == self._model_id:
            return
        self._model_id = fitted.id
        model = await asyncio.to_thread(open_fitted, self._blobs, fitted)
        if model is not None:
            self.folded.engine.adopt(model, erased=await self.db.read(erased_after, seq=fitted.up_to))

    async def _keep_up(self) -> None:
        while not self._stopping.is_set():
            try:
                await self.catch_up()
                await self.take_up_newest_model()
            except sa.exc.SQLAlchemyError:
                log.exception("the signal log could not be read; trying again")
            try:
                await asyncio.wait_for(self._stopping.wait(), _TAIL_EVERY_S)
            except TimeoutError:
                continue

    def _restored(self) -> FoldedInterest:
        folded = newest_state(self._blobs, last_seq=self.db.read_sync(last_seq))
        snapshot_seq = folded.seq
        replayed = replay(folded, self.db)
        log.info(
            "the feed knows %s clips: snapshot %s, %s rows replayed",
            len(folded.catalogue.items),
            snapshot_seq,
            replayed,
        )
        return folded
