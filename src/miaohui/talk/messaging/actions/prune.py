"""Forget what no device needs any more."""

from datetime import timedelta

import sqlalchemy as sa

from miaohui.kit.db import Tx
from miaohui.talk.messaging.actions.keep_attachment import drop_unused
from miaohui.talk.messaging.person_log import KEPT
from miaohui.talk.messaging.tables import attachment, device_cursor, person_event, person_log

_AT_ONCE = 2000
_UNUSED_KEPT = timedelta(days=1)
_CURSOR_KEPT = timedelta(days=60)


def prune_logs(tx: Tx) -> bool:
    """Delete a batch of log entries older than seven days; return whether there are more.

    A cursor that stood among them cannot be continued: the person's log remembers up to where it is gone.
    """
    old = (
        sa.select(person_event.c.id, person_event.c.person_id, person_event.c.seq)
        .where(person_event.c.at < tx.now - KEPT)
        .order_by(person_event.c.at)
        .limit(_AT_ONCE)
    )
    gone: dict[int, int] = {}
    ids = []
    for row in tx.execute(old):
        ids.append(row.id)
        gone[row.person_id] = max(row.seq, gone.get(row.person_id, 0))
    for person_id, seq in sorted(gone.items()):
        behind = sa.and_(person_log.c.person_id == person_id, person_log.c.pruned_seq < seq)
        tx.execute(sa.update(person_log).where(behind).values(pruned_seq=seq))
    if ids:
        tx.execute(sa.delete(person_event).where(person_event.c.id.in_(ids)))
    return len(ids) == _AT_ONCE


def prune_leftovers(tx: Tx) -> None:
    """Remove files that no message has named, and the cursors of devices that are long gone."""
    unused = sa.and_(attachment.c.message_id.is_(None), attachment.c.created_at < tx.now - _UNUSED_KEPT)
    for attachment_id in tx.scalars(sa.select(attachment.c.id).where(unused).limit(_AT_ONCE)):
        drop_unused(tx, attachment_id=attachment_id)
    tx.execute(sa.delete(device_cursor).where(device_cursor.c.acknowledged_at < tx.now - _CURSOR_KEPT))
