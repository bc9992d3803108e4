"""Tell somebody of something."""

from collections.abc import Collection
from datetime import datetime, timedelta

import sqlalchemy as sa

from miaohui.kit.db import Prepared, Tx, insert_if_absent, insert_or_update, prepared_insert_or_update
from miaohui.kit.ids import new_id
from miaohui.kit.jobs import stage_job
from miaohui.people.graph.queries import blocked_either_way, muted_by
from miaohui.talk.notifications.events import NoticesChanged
from miaohui.talk.notifications.kinds import Data, NoticeKind, kind_of
from miaohui.talk.notifications.queries import can_be_pushed_to, channels_of
from miaohui.talk.notifications.tables import notice, notice_counter, notice_person, notice_told

PUSH_AFTER = timedelta(seconds=10)
"""A device with the page open has shown and acknowledged a notice by then."""
_LONGEST_WORDS = 160
"""Of what a notice quotes; the whole stands where it leads."""


def notify(
    tx: Tx,
    *,
    to_id: int,
    kind: str,
    link: str,
    data: Data | None = None,
    about_id: int | None = None,
    dedupe: str | None = None,
    subject: str | None = None,
) -> int | None:
    """Tell `to_id` of something, on those channels that they left on; return the notice's id, if there is one.

    about_id: who did it. Nobody is told of their own acts, nor of those of people whom they must not meet
    or do not want to hear. link: the page where it leads, beginning with `/`. subject: unread notices of
    one kind about one subject are one entry (“Mei and 3 others …”); the link, if it is not given.
    dedupe: who was told under this key within the last 90 days is not told again.

    Raises LookupError for a kind that nobody has declared, ValueError where `data` leaves blanks.
    """
    declared = _declared(kind, data or {}, about_id, link)
    if about_id is not None and not _may_hear_of(tx, to_id=to_id, about_id=about_id):
        return None
    channels = channels_of(tx, account_id=to_id, kind=declared)
    if not channels or not _first_time(tx, to_id=to_id, kind=kind, dedupe=dedupe):
        return None
    seq = next_seq(tx, account_id=to_id)
    notice_id = _write_down(
        tx,
        to_id=to_id,
        kind=declared,
        subject=(subject or link)[:_LONGEST_WORDS],
        seq=seq,
        listed="list" in channels,
        data={name: _shortened(value) for name, value in (data or {}).items()},
        link=link,
    )
    if about_id is not None:
        did = {"notice_id": notice_id, "person_id": about_id, "did_at": tx.now}
        insert_or_update(tx, notice_person, did, key=["notice_id", "person_id"], changes={"did_at": tx.now})
    if "push" in channels and can_be_pushed_to(tx, to_id):
        if declared.urgent:
            stage_urgent_push(tx, account_id=to_id, notice_id=notice_id)
        else:
            stage_push(tx, account_id=to_id)
    tx.emit(NoticesChanged(account_id=to_id, seq=seq))
    return notice_id


def next_seq(tx: Tx, *, account_id: int) -> int:
    """Return the next number of an account's notices; until the commit nobody else gets one of theirs."""
    seq: int = tx.scalar(_COUNT_UP, account_id=account_id, last_seq=1)
    return seq


def stage_push(tx: Tx, *, account_id: int) -> None:
    """See to it that the devices of an account are pushed to, unless that is seen to already."""
    key = f"notifications.push:{account_id}"
    stage_job(tx, "notifications.push", unique_key=key, run_at=tx.now + PUSH_AFTER, account_id=account_id)


def stage_urgent_push(
    tx: Tx, *, account_id: int, notice_id: int, run_at: datetime | None = None, left: Collection[int] | None = None
) -> None:
    """Have one notice pushed at once to the devices of an account, or to those whose subscriptions are `left`."""
    stage_job(
        tx,
        "notifications.push_urgent",
        run_at=run_at,
        priority=10,
        account_id=account_id,
        notice_id=notice_id,
        left=None if left is None else sorted(left),
    )


def _declared(kind: str, data: Data, about_id: int | None, link: str) -> NoticeKind:
    declared = kind_of(kind)
    if declared is None:
        raise LookupError(f"nobody has declared notices called {kind!r}")
    if missing := declared.missing(data):
        raise ValueError(f"{kind} needs {', '.join(sorted(missing))}")
    if declared.personal and about_id is None:
        raise ValueError(f"{kind} tells of a person")
    if not link.startswith("/") or link.startswith("//"):
        raise ValueError("a notice leads to a page of ours")
    return declared


def _may_hear_of(tx: Tx, *, to_id: int, about_id: int) -> bool:
    if about_id == to_id:
        return False
    return not blocked_either_way(tx, to_id, about_id) and about_id not in muted_by(tx, to_id)


def _first_time(tx: Tx, *, to_id: int, kind: str, dedupe: str | None) -> bool:
    if dedupe is None:
        return True
    return insert_if_absent(tx, notice_told, {"account_id": to_id, "key": f"{kind}:{dedupe}", "told_at": tx.now})


def _write_down(
    tx: Tx, *, to_id: int, kind: NoticeKind, subject: str, seq: int, listed: bool, data: Data, link: str
) -> int:
    """Join the unread notice about the same, or begin one. The counter's row makes us the only one here."""
    same = {"whose": to_id, "of_kind": kind.name, "about": subject}
    now = {"seq": seq, "data": data, "link": link, "listed": listed, "changed_at": tx.now}
    joined: int | None = tx.scalar(_JOIN, **same, **now)
    if joined is not None:
        return joined
    begun = new_id()
    row = {
        "id": begun,
        "account_id": to_id,
        "kind": kind.name,
        "subject": subject,
        "personal": kind.personal,
        "times": 1,
        "created_at": tx.now,
        **now,
    }
    tx.insert(notice, row)
    return begun


_COUNT_UP = prepared_insert_or_update(
    notice_counter,
    key=["account_id"],
    changes={"last_seq": notice_counter.c.last_seq + 1},
    returning=[notice_counter.c.last_seq],
)
_SAME = sa.and_(
    notice.c.account_id == sa.bindparam("whose"),
    notice.c.kind == sa.bindparam("of_kind"),
    notice.c.subject == sa.bindparam("about"),
    notice.c.read_at.is_(None),
)
_CHANGES = ("seq", "data", "link", "listed", "changed_at")
_JOIN = Prepared(
    sa.update(notice)
    .where(_SAME)
    .values(times=notice.c.times + 1, **{name: sa.bindparam(name) for name in _CHANGES})
    .returning(notice.c.id)
)


def _shortened(value: str | int) -> str | int:
    if isinstance(value, int) or len(value) <= _LONGEST_WORDS:
        return value
    return value[: _LONGEST_WORDS - 1] + "…"
