"""What was served, to whom, from which source, with which chance: the ground of every later estimate.

Rows are collected in memory and written a quarter of a second later, many pages in one transaction, so that
no reader waits for them. A process that is killed loses that quarter second of rows. That is harmless to
estimates from the log, because which rows are lost does not depend on what the person then did.
"""

import asyncio
import logging
from collections.abc import Sequence
from datetime import datetime

import msgspec
import sqlalchemy as sa

from miaohui.discovery.feed.answers import Source
from miaohui.discovery.feed.tables import impression
from miaohui.kit.db import Database, Tx

log = logging.getLogger(__name__)

_DELAY_S = 0.25
_MAX_WAITING = 100_000
"""Rows held while the database does not take any; about 20 MB. Beyond it the oldest are given up, and counted."""


class Impression(msgspec.Struct, frozen=True, kw_only=True):
    """One served item. probability: of being taken by its source, in (0, 1]."""

    page_id: int
    position: int
    person_id: int
    item_id: int
    source: Source
    score: float
    probability: float
    model_version: str
    served_at: datetime


class ImpressionLog:
    """Takes rows at once and writes them soon."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._waiting: list[Impression] = []
        self._in_flight: list[Impression] = []
        self._arrived = asyncio.Event()
        self._stopping = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self.lost = 0
        """Rows given up since the process began; /metrics shows it."""

    def start(self) -> None:
        self._task = asyncio.create_task(self._run(), name="impression log")

    async def stop(self) -> None:
        """Write what is waiting, then end."""
        self._stopping.set()
        self._arrived.set()
        if self._task is not None:
            await self._task

    def add(self, rows: Sequence[Impression]) -> None:
        """Take rows; they are durable within half a second."""
        self._waiting.extend(rows)
        self._arrived.set()
        if (excess := len(self._waiting) - _MAX_WAITING) > 0:
            del self._waiting[:excess]
            self.lost += excess

    def newest_waiting(self, *, person_id: int, item_id: int) -> Impression | None:
        """Return the newest row of this person and item that is not yet written."""
        rows = reversed(self._in_flight + self._waiting)
        return next((row for row in rows if row.item_id == item_id and row.person_id == person_id), None)

    async def flush(self) -> None:
        """Write what is waiting. Rows stay, and the fault is logged, if the database cannot be reached."""
        if not self._waiting:
            return
        self._in_flight, self._waiting = self._waiting, []
        try:
            await self._db.write(insert_impressions, rows=self._in_flight)
        except sa.exc.OperationalError:
            log.exception("%s impressions could not be written; trying again", len(self._in_flight))
            self._waiting[:0] = self._in_flight
            self._arrived.set()
        except sa.exc.SQLAlchemyError:
            # Trying again would refuse the same rows for ever, and with them all later ones.
            log.exception("%s impressions were refused", len(self._in_flight))
            self.lost += len(self._in_flight)
        finally:
            self._in_flight = []

    async def _run(self) -> None:
        while not self._stopping.is_set():
            await self._arrived.wait()
            self._arrived.clear()
            try:
                await asyncio.wait_for(self._stopping.wait(), _DELAY_S)
            except TimeoutError:
                await self.flush()
        await self.flush()


def insert_impressions(tx: Tx, *, rows: Sequence[Impression]) -> None:
    """Write rows of served items."""
    tx.execute(sa.insert(impression), [msgspec.structs.asdict(row) for row in rows])


def newest_impression(tx: Tx, *, person_id: int, item_id: int) -> Impression | None:
    """Return when and how the item was served to the person last."""
    mine = sa.and_(impression.c.person_id == person_id, impression.c.item_id == item_id)
    return tx.one(sa.select(impression).where(mine).order_by(impression.c.page_id.desc()).limit(1), Impression)
