"""Mark notices as read."""

import sqlalchemy as sa

from miaohui.kit.db import Tx
from miaohui.kit.errors import NotFound
from miaohui.talk.notifications.events import NoticesChanged
from miaohui.talk.notifications.queries import last_seq
from miaohui.talk.notifications.tables import notice


def mark_all_read(tx: Tx, *, account_id: int, up_to: int) -> None:
    """Mark what somebody has seen as read; what came behind number `up_to` stays unread."""
    seen = sa.and_(notice.c.account_id == account_id, notice.c.seq <= up_to, notice.c.read_at.is_(None))
    if tx.changed(sa.update(notice).where(seen).values(read_at=tx.now)):
        tx.emit(NoticesChanged(account_id=account_id, seq=last_seq(tx, account_id)))


def mark_read(tx: Tx, *, account_id: int, notice_id: int) -> None:
    """Mark one notice as read; again changes nothing. Raises NotFound."""
    mine = sa.and_(notice.c.account_id == account_id, notice.c.id == notice_id)
    if tx.changed(sa.update(notice).where(mine, notice.c.read_at.is_(None)).values(read_at=tx.now)):
        tx.emit(NoticesChanged(account_id=account_id, seq=last_seq(tx, account_id)))
    elif tx.scalar(sa.select(notice.c.id).where(mine)) is None:
        raise NotFound


def mark_read_about(tx: Tx, *, account_id: int, kind: str, subject: str) -> None:
    """Mark what somebody was told about a subject as read, because they have seen it where it is."""
    about = sa.and_(notice.c.account_id == account_id, notice.c.kind == kind, notice.c.subject == subject)
    if tx.changed(sa.update(notice).where(about, notice.c.read_at.is_(None)).values(read_at=tx.now)):
        tx.emit(NoticesChanged(account_id=account_id, seq=last_seq(tx, account_id)))
