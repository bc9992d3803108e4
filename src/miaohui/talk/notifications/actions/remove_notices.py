"""Take notices back."""

from datetime import timedelta

import sqlalchemy as sa

from miaohui.kit.db import Tx
from miaohui.kit.errors import NotFound
from miaohui.talk.notifications.events import NoticesChanged
from miaohui.talk.notifications.queries import last_seq
from miaohui.talk.notifications.tables import (
    digest_letter,
    notice,
    notice_acknowledgement,
    notice_counter,
    notice_person,
    notice_setting,
    notice_switch,
    notice_told,
    push_subscription,
)

KEPT = timedelta(days=90)
_OWNED = (
    push_subscription,
    notice_acknowledgement,
    notice_switch,
    notice_setting,
    notice_told,
    digest_letter,
    notice_counter,
)


def remove_notice(tx: Tx, *, account_id: int, notice_id: int) -> None:
    """Remove an entry from somebody's own list. Raises NotFound."""
    if tx.changed(sa.delete(notice).where(notice.c.account_id == account_id, notice.c.id == notice_id)) == 0:
        raise NotFound
    tx.emit(NoticesChanged(account_id=account_id, seq=last_seq(tx, account_id)))


def withdraw(tx: Tx, *, to_id: int, kind: str, subject: str, about_id: int | None = None) -> None:
    """Take back what somebody was told, because it is no longer so.

    about_id: only what this person did; the notice goes when nobody else is left in it.
    """
    about = sa.and_(notice.c.account_id == to_id, notice.c.kind == kind, notice.c.subject == subject)
    told = sa.select(notice.c.id).where(about)
    if about_id is not None:
        did = sa.and_(notice_person.c.person_id == about_id, notice_person.c.notice_id.in_(told))
        if tx.changed(sa.delete(notice_person).where(did)) == 0:
            return
        about = sa.and_(about, ~sa.exists().where(notice_person.c.notice_id == notice.c.id))
    tx.execute(sa.delete(notice).where(about))
    tx.emit(NoticesChanged(account_id=to_id, seq=last_seq(tx, to_id)))


def withdraw_from_all(tx: Tx, *, kind: str, subject: str) -> None:
    """Take back what anybody was told about a subject."""
    about = sa.and_(notice.c.kind == kind, notice.c.subject == subject)
    told = set(tx.scalars(sa.select(notice.c.account_id).where(about)))
    tx.execute(sa.delete(notice).where(about))
    for account_id in sorted(told):
        tx.emit(NoticesChanged(account_id=account_id, seq=last_seq(tx, account_id)))


def erase_notices(tx: Tx, *, account_id: int) -> None:
    """Delete all that notifications hold of a deleted account, in others' lists too."""
    tx.execute(sa.delete(notice).where(notice.c.account_id == account_id))
    tx.execute(sa.delete(notice_person).where(notice_person.c.person_id == account_id))
    _drop_empty(tx)
    for table in _OWNED:
        tx.execute(sa.delete(table).where(table.c.account_id == account_id))
    # What others were told once of this person is marked by a key that ends with the account.
    tx.execute(sa.delete(notice_told).where(notice_told.c.key.endswith(f":{account_id}")))


def prune_notices(tx: Tx) -> None:
    """Forget what people were told more than 90 days ago."""
    tx.execute(sa.delete(notice).where(notice.c.changed_at < tx.now - KEPT))
    tx.execute(sa.delete(notice_told).where(notice_told.c.told_at < tx.now - KEPT))


def _drop_empty(tx: Tx) -> None:
    nobody = ~sa.exists().where(notice_person.c.notice_id == notice.c.id)
    tx.execute(sa.delete(notice).where(notice.c.personal, nobody))
