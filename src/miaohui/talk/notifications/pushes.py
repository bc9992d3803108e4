"""Tells the open pages of a person that there is news."""

import msgspec

from miaohui.kit.db import Database
from miaohui.kit.realtime import Realtime
from miaohui.talk.notifications.answers import read_unread
from miaohui.talk.notifications.events import NoticesChanged

NOTICES_TOPIC = "people:{person_id}:notices"


async def push_unread(event: NoticesChanged, *, realtime: Realtime, db: Database) -> None:
    """Send what the bell says now, whatever became of it since the event."""
    topic = NOTICES_TOPIC.format(person_id=event.account_id)
    if realtime.is_awaited(topic):
        realtime.publish(topic, "unread", msgspec.to_builtins(await db.read(read_unread, event.account_id)))
