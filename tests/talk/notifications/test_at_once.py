"""Many who do the same at one moment, and a page that hears of it."""

import asyncio
from functools import partial
from typing import Any

import msgspec
import sqlalchemy as sa

from miaohui.kit.db import Database
from miaohui.talk.notifications.actions.mark_read import mark_all_read
from miaohui.talk.notifications.actions.notify import notify
from miaohui.talk.notifications.answers import read_unread
from miaohui.talk.notifications.events import NoticesChanged
from miaohui.talk.notifications.pushes import push_unread
from miaohui.talk.notifications.tables import notice, notice_person
from tests.at_once import at_once
from tests.cast import Cast
from tests.emitted import emitted

CROWD = 8


def follow(db: Database, who: int, to: int) -> None:
    db.write_sync(notify, to_id=to, kind="graph.followed", about_id=who, link="/me")


def test_a_crowd_at_once_is_one_entry_with_everybody_in_it(db: Database, cast: Cast) -> None:
    crowd = cast.crowd(CROWD)
    mei = cast.mei
    assert at_once([partial(follow, db, who, mei) for who in crowd]) == [None] * CROWD
    (row,) = db.read_sync(lambda tx: tx.execute(sa.select(notice)).all())
    assert (row.times, row.seq) == (CROWD, CROWD)
    assert set(db.read_sync(lambda tx: tx.scalars(sa.select(notice_person.c.person_id)))) == set(crowd)


def test_what_is_pushed_to_a_page_is_what_it_would_load(db: Database, cast: Cast) -> None:
    heard: list[tuple[str, str, Any]] = []

    class Socket:
        def is_awaited(self, topic: str) -> bool:
            return topic == f"people:{cast.mei}:notices"

        def publish(self, topic: str, event: str, data: Any) -> None:
            heard.append((topic, event, data))

    follow(db, cast.bo, cast.mei)
    db.write_sync(mark_all_read, account_id=cast.mei, up_to=1)
    follow(db, cast.lan, cast.mei)
    for event in emitted(db, NoticesChanged):
        asyncio.run(push_unread(event, realtime=Socket(), db=db))  # type: ignore[arg-type]
    loaded = msgspec.to_builtins(db.read_sync(read_unread, cast.mei))
    assert [len(heard), heard[-1]] == [3, (f"people:{cast.mei}:notices", "unread", loaded)]
    assert loaded == {"unread": 1, "seq": 2}
