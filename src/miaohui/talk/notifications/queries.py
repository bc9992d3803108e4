"""Reads of notices. Whoever is blocked is left out when somebody reads, not when the notice is written."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from miaohui.kit.db import Prepared, Tx
from miaohui.people.graph.queries import hidden_accounts
from miaohui.talk.notifications.kinds import CHANNELS, Channel, NoticeKind, registered_kinds
from miaohui.talk.notifications.tables import (
    digest_letter,
    notice,
    notice_acknowledgement,
    notice_counter,
    notice_person,
    notice_setting,
    notice_switch,
    push_subscription,
)

MOST_COUNTED = 100
"""More unread ones than anybody counts are shown as “99+”."""
SHOWN_PEOPLE = 3


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """A notice as it stands in the database."""

    id: int
    account_id: int
    seq: int
    kind: str
    personal: bool
    listed: bool
    times: int
    data: dict[str, str | int]
    link: str
    created_at: datetime
    changed_at: datetime
    read_at: datetime | None


class Doers(msgspec.Struct, frozen=True):
    """Who did what a notice tells of: the latest of them, and how many they are in all."""

    ids: tuple[int, ...]
    count: int


class NoticeSettings(msgspec.Struct, frozen=True, kw_only=True):
    """When somebody wants to be told, and how much may be said where others look on.

    quiet_from, quiet_until: minutes after midnight in `time_zone`. details: whether pushes say who and
    what. digest: whether a letter a day tells what was not seen.
    """

    quiet_from: int | None = None
    quiet_until: int | None = None
    time_zone: str = "Asia/Shanghai"
    details: bool = False
    digest: bool = True


class Subscription(msgspec.Struct, frozen=True, kw_only=True):
    """A browser that can be pushed to."""

    id: int
    account_id: int
    device_id: int
    endpoint: str
    public_key: str
    secret: str
    pushed_seq: int
    failures: int


_COLUMNS = tuple(notice.c[field] for field in Notice.__struct_fields__)
# Built once: making the statement anew takes longer than SQLite takes to answer it.
_SWITCHED = Prepared(
    sa.select(notice_switch.c.channel, notice_switch.c.on).where(
        notice_switch.c.account_id == sa.bindparam("account_id"), notice_switch.c.kind == sa.bindparam("kind")
    )
)
_CAN_BE_PUSHED_TO = Prepared(
    sa.select(push_subscription.c.id).where(push_subscription.c.account_id == sa.bindparam("account_id")).limit(1)
)
_LAST_SEQ = Prepared(
    sa.select(notice_counter.c.last_seq).where(notice_counter.c.account_id == sa.bindparam("account_id"))
)
_PUSHABLE = Prepared(
    sa.select(push_subscription.c.account_id.distinct()).where(
        push_subscription.c.account_id.in_(sa.bindparam("account_ids", expanding=True))
    )
)


def channels_of(tx: Tx, *, account_id: int, kind: NoticeKind) -> frozenset[Channel]:
    """Return on which channels somebody wants to be told of a kind."""
    switched = dict(tx.rows(_SWITCHED, account_id=account_id, kind=kind.name))
    return frozenset(channel for channel in CHANNELS if switched.get(channel, channel in kind.channels))


def kinds_on(tx: Tx, *, account_id: int, channel: Channel) -> frozenset[str]:
    """Return the names of the kinds that somebody wants to be told of on a channel."""
    here = sa.and_(notice_switch.c.account_id == account_id, notice_switch.c.channel == channel)
    switched = dict(tx.execute(sa.select(notice_switch.c.kind, notice_switch.c.on).where(here)).tuples().all())
    kinds = registered_kinds().values()
    return frozenset(kind.name for kind in kinds if switched.get(kind.name, channel in kind.channels))


def settings_of(tx: Tx, account_id: int) -> NoticeSettings:
    """Return when and how somebody wants to be told."""
    columns = [notice_setting.c[name] for name in NoticeSettings.__struct_fields__]
    mine = sa.select(*columns).where(notice_setting.c.account_id == account_id)
    return tx.one(mine, NoticeSettings) or NoticeSettings()


def can_be_pushed_to(tx: Tx, account_id: int) -> bool:
    """Return whether any browser of an account can be pushed to."""
    return tx.scalar(_CAN_BE_PUSHED_TO, account_id=account_id) is not None


def pushable_among(tx: Tx, account_ids: Sequence[int]) -> list[int]:
    """Return which of these accounts have a browser that can be pushed to."""
    if not account_ids:
        return []
    return sorted(tx.scalars(_PUSHABLE, account_ids=account_ids))


def last_seq(tx: Tx, account_id: int) -> int:
    """Return the number of an account's newest notice, 0 if there never was one."""
    return tx.scalar(_LAST_SEQ, account_id=account_id) or 0


def notices_of(tx: Tx, *, account_id: int, before: int | None, limit: int) -> list[Notice]:
    """Return what stands in somebody's list, newest first."""
    statement = sa.select(*_COLUMNS).where(_shown_to(account_id))
    if before is not None:
        statement = statement.where(notice.c.seq < before)
    return tx.all(statement.order_by(notice.c.seq.desc()).limit(limit), Notice)


def unread_after(tx: Tx, *, account_id: int, seq: int, limit: int) -> list[Notice]:
    """Return what somebody has not read of the notices behind `seq`, listed or not, oldest first."""
    statement = sa.select(*_COLUMNS).where(_may_be_read_by(account_id), notice.c.read_at.is_(None), notice.c.seq > seq)
    return tx.all(statement.order_by(notice.c.seq).limit(limit), Notice)


def unread_by_id(tx: Tx, *, account_id: int, notice_id: int) -> Notice | None:
    """Return a notice of somebody's, listed or not, that they have not read."""
    mine = sa.and_(_may_be_read_by(account_id), notice.c.read_at.is_(None), notice.c.id == notice_id)
    return tx.one(sa.select(*_COLUMNS).where(mine), Notice)


def count_unread(tx: Tx, account_id: int) -> int:
    """Return how many entries of somebody's list are unread; 100 stands for as many or more."""
    unread = sa.select(notice.c.id).where(_shown_to(account_id), notice.c.read_at.is_(None)).limit(MOST_COUNTED)
    count: int = tx.scalar(sa.select(sa.func.count()).select_from(unread.subquery()))
    return count


def doers_of(tx: Tx, notice_ids: Iterable[int], *, viewer_id: int) -> dict[int, Doers]:
    """Return who did what these notices tell of, without those whom the viewer must not meet."""
    each = notice_person.c
    visible = sa.select(
        each.notice_id,
        each.person_id,
        sa.func.row_number()
        .over(partition_by=each.notice_id, order_by=(each.did_at.desc(), each.person_id))
        .label("place"),
        sa.func.count().over(partition_by=each.notice_id).label("people"),
    ).where(each.notice_id.in_(set(notice_ids)), each.person_id.not_in(hidden_accounts(viewer_id)))
    ranked = visible.subquery()
    latest = sa.select(ranked).where(ranked.c.place <= SHOWN_PEOPLE).order_by(ranked.c.notice_id, ranked.c.place)
    found: dict[int, Doers] = {}
    for row in tx.execute(latest):
        before = found.get(row.notice_id)
        found[row.notice_id] = Doers((*(before.ids if before else ()), row.person_id), row.people)
    return found


def subscriptions_of(tx: Tx, account_id: int) -> list[Subscription]:
    """Return the browsers of an account that can be pushed to."""
    columns = [push_subscription.c[name] for name in Subscription.__struct_fields__]
    mine = push_subscription.c.account_id == account_id
    return tx.all(sa.select(*columns).where(mine).order_by(push_subscription.c.id), Subscription)


def acknowledged_by(tx: Tx, account_id: int) -> dict[int, int]:
    """Return up to which notice each device of an account has shown them, by device."""
    mine = notice_acknowledgement.c.account_id == account_id
    columns = (notice_acknowledgement.c.device_id, notice_acknowledgement.c.seq)
    return dict(tx.execute(sa.select(*columns).where(mine)).tuples().all())


def last_letter_seq(tx: Tx, account_id: int) -> int:
    """Return up to which notice somebody's last letter told, 0 if none was sent."""
    return tx.scalar(sa.select(digest_letter.c.seq).where(digest_letter.c.account_id == account_id)) or 0


def _shown_to(account_id: int) -> sa.ColumnElement[bool]:
    return sa.and_(_may_be_read_by(account_id), notice.c.listed)


def _may_be_read_by(account_id: int) -> sa.ColumnElement[bool]:
    somebody: Any = sa.exists().where(
        notice_person.c.notice_id == notice.c.id, notice_person.c.person_id.not_in(hidden_accounts(account_id))
    )
    return sa.and_(notice.c.account_id == account_id, sa.or_(sa.not_(notice.c.personal), somebody))
