"""Tells the sockets of this process what has been written to anybody's log, by whichever process."""

import asyncio
import logging
from collections import OrderedDict

import sqlalchemy as sa

from miaohui.kit.bell import Bell
from miaohui.kit.db import Database, Tx, change_mark
from miaohui.kit.outbox import Subscriptions
from miaohui.kit.realtime import LogEntry, Realtime
from miaohui.talk.messaging.inbox import entries_by_id, inbox_topic, last_entry_id, new_entries
from miaohui.talk.messaging.person_log import NEWS

log = logging.getLogger(__name__)

_POLL_S = 0.15
"""How often to look for what another process has committed; costs one PRAGMA when nothing has."""
_AT_ONCE = 500
_LOOKBACK = 500
"""On PostgreSQL a lower id may commit after a higher one; so many are looked at again."""


class LiveInboxes:
    """Follows the logs of all people and hands what is new to those who listen here."""

    def __init__(self, db: Database, realtime: Realtime, subscriptions: Subscriptions) -> None:
        self._db = db
        self._realtime = realtime
        self._subscriptions = subscriptions
        self._after_id = 0
        self._handed: OrderedDict[int, None] = OrderedDict()
        # One writer gives ids in the order of the commits; several do not.
        self._lookback = 0 if db.engine.dialect.name == "sqlite" else _LOOKBACK
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin at what is newest: devices that connect fetch by themselves what came before."""
        self._after_id = await self._db.read(last_entry_id)
        bell = Bell()
        self._subscriptions.on_news(NEWS, bell.ring)
        self._task = asyncio.create_task(self._run(bell), name="live inboxes")

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self, bell: Bell) -> None:
        mark = None
        woken = True
        while True:
            try:
                # What another process has written shows only in the mark.
                new_mark = mark if woken else await self._db.read(change_mark)
                if woken or new_mark != mark:
                    mark = new_mark
                    while await self.hand_on():
                        pass
            except sa.exc.SQLAlchemyError:
                log.exception("the logs could not be read; trying again")
                mark = None
            woken = await bell.wait(at_most_s=_POLL_S)

    async def hand_on(self) -> bool:
        """Publish what is new to who listens; return whether there may be more."""
        after_id = max(self._after_id - self._lookback, 0)
        ids, heard = await self._db.read(self._read, after_id)
        for event_id in ids:
            self._after_id = max(self._after_id, event_id)
            if self._lookback:
                self._handed[event_id] = None
        while len(self._handed) > 2 * _LOOKBACK:
            self._handed.popitem(last=False)
        for person_id, entry in heard:
            self._realtime.publish_logged(inbox_topic(person_id), entry)
        return len(ids) >= _AT_ONCE

    def _read(self, tx: Tx, after_id: int) -> tuple[list[int], list[tuple[int, LogEntry]]]:
        found = new_entries(tx, after_id=after_id, limit=_AT_ONCE + self._lookback)
        new = [(event_id, person_id) for event_id, person_id in found if event_id not in self._handed]
        heard = [event_id for event_id, person_id in new if self._realtime.is_heard(inbox_topic(person_id))]
        return [event_id for event_id, _ in new], entries_by_id(tx, heard) if heard else []
