"""Reads of notices."""

import sqlalchemy as sa

from miaohui.kit.db import Tx
from miaohui.talk.notifications.kinds import CHANNELS, Channel, NoticeKind
from miaohui.talk.notifications.tables import notice_switch

# Built once: making the statement anew takes longer than SQLite takes to answer it.
_SWITCHED = sa.select(notice_switch.c.channel, notice_switch.c.on).where(
    notice_switch.c.account_id == sa.bindparam("account_id"), notice_switch.c.kind == sa.bindparam("kind")
)


def channels_of(tx: Tx, *, account_id: int, kind: NoticeKind) -> frozenset[Channel]:
    """Return on which channels somebody wants to be told of a kind."""
    switched = dict(tx.execute(_SWITCHED, {"account_id": account_id, "kind": kind.name}).tuples().all())
    return frozenset(channel for channel in CHANNELS if switched.get(channel, channel in kind.channels))
