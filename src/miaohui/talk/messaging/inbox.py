"""A person's log as their devices read it: entries become what they mean at this moment."""

from collections.abc import Collection, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa

from miaohui.kit.db import Prepared, Tx
from miaohui.kit.ids import format_id
from miaohui.kit.realtime import LogEntry
from miaohui.people.graph.tables import block
from miaohui.talk.messaging.answers import MessageAnswer, describe_conversation, describe_for_all, dressed, is_for_all
from miaohui.talk.messaging.queries import messages_by_id
from miaohui.talk.messaging.tables import person_event, person_log

INBOX_TOPIC = "people:{person_id}:inbox"
LIVE_TOPIC = "conversations:{conversation_id}:live"

_encode = msgspec.json.Encoder().encode
_ROW = (
    person_event.c.person_id,
    person_event.c.seq,
    person_event.c.event,
    person_event.c.conversation_id,
    person_event.c.message_id,
    person_event.c.data,
)
_NOW = sa.bindparam("now", type_=person_event.c.at.type)
_meets = sa.or_(
    person_event.c.about_id.is_(None),
    ~sa.exists().where(
        sa.or_(
            sa.and_(block.c.blocker_id == person_event.c.person_id, block.c.blocked_id == person_event.c.about_id),
            sa.and_(block.c.blocked_id == person_event.c.person_id, block.c.blocker_id == person_event.c.about_id),
        )
    ),
)
_fresh = sa.or_(person_event.c.expires_at.is_(None), person_event.c.expires_at > _NOW)
# Built once: making a statement anew takes longer than SQLite takes to answer it.
_SINCE = Prepared(
    sa.select(*_ROW)
    .where(
        person_event.c.person_id == sa.bindparam("person_id", type_=sa.BigInteger),
        person_event.c.seq > sa.bindparam("after", type_=sa.BigInteger),
        _meets,
        _fresh,
    )
    .order_by(person_event.c.seq)
    .limit(sa.bindparam("limit", type_=sa.Integer))
)
_NEW = Prepared(
    sa.select(person_event.c.id, person_event.c.person_id)
    .where(person_event.c.id > sa.bindparam("after", type_=sa.BigInteger))
    .order_by(person_event.c.id)
    .limit(sa.bindparam("limit", type_=sa.Integer))
)
_BY_ID = Prepared(
    sa.select(*_ROW)
    .where(person_event.c.id.in_(sa.bindparam("event_ids", expanding=True)), _meets, _fresh)
    .order_by(person_event.c.person_id, person_event.c.seq)
)
_HEAD = Prepared(
    sa.select(person_log.c.epoch, person_log.c.last_seq, person_log.c.pruned_seq).where(
        person_log.c.person_id == sa.bindparam("person_id", type_=sa.BigInteger)
    )
)
NO_EPOCH = "0"
"""Of somebody of whom nothing has been written yet."""


class Inbox:
    """The log of the topics `people:{person_id}:inbox`, for kit.realtime."""

    def head(self, tx: Tx, /, *, person_id: int) -> tuple[str, int]:
        """Return the epoch and the number of the newest entry."""
        found = tx.rows(_HEAD, person_id=person_id)
        return (found[0].epoch, found[0].last_seq) if found else (NO_EPOCH, 0)

    def since(self, tx: Tx, /, *, after: int, limit: int, person_id: int) -> Sequence[LogEntry] | None:
        """Return what a person's devices have to hear after entry `after`; None if some of it is pruned."""
        heads = tx.rows(_HEAD, person_id=person_id)
        if not heads:
            return [] if after == 0 else None
        [row] = heads
        if not row.pruned_seq <= after <= row.last_seq:
            return None
        found = tx.rows(_SINCE, person_id=person_id, after=after, limit=limit, now=tx.now)
        return [entry for _, entry in describe_entries(tx, found)]


def new_entries(tx: Tx, *, after_id: int, limit: int) -> list[tuple[int, int]]:
    """Return (id, person) of all people's entries with a higher id, oldest first."""
    return [(row.id, row.person_id) for row in tx.rows(_NEW, after=after_id, limit=limit)]


def last_entry_id(tx: Tx) -> int:
    """Return the id of the newest entry of anybody, 0 for none."""
    return int(tx.scalar(sa.select(sa.func.max(person_event.c.id))) or 0)


def entries_by_id(tx: Tx, event_ids: Collection[int]) -> list[tuple[int, LogEntry]]:
    """Return (person, entry) for these entries, without what must not or need not be delivered any more."""
    return describe_entries(tx, tx.rows(_BY_ID, event_ids=sorted(event_ids), now=tx.now))


def describe_entries(tx: Tx, rows: Sequence[Any]) -> list[tuple[int, LogEntry]]:
    """Return entries with what they show to their person now; what is gone for them is left out."""
    found = messages_by_id(tx, {row.message_id for row in rows if row.message_id is not None})
    messages = {int(one.id): one for one in describe_for_all(tx, list(found.values()))}
    # What does not differ from person to person is encoded once for all of them.
    shared: dict[int, msgspec.Raw] = {}
    described = []
    for row in rows:
        data: Any = row.data
        if row.message_id is not None:
            one = messages.get(row.message_id)
            if one is None:
                continue
            data = _message(tx, one, shared, viewer_id=row.person_id)
        elif row.event == "conversation":
            shown = describe_conversation(tx, row.conversation_id, viewer_id=row.person_id)
            if shown is None:
                continue
            data = {"conversation": shown}
        described.append((row.person_id, LogEntry(row.seq, row.event, data)))
    return described


def _message(tx: Tx, one: MessageAnswer, shared: dict[int, msgspec.Raw], *, viewer_id: int) -> Any:
    if not is_for_all(one):
        return {"message": dressed(tx, one, viewer_id=viewer_id)}
    key = int(one.id)
    if key not in shared:
        shared[key] = msgspec.Raw(_encode({"message": one}))
    return shared[key]


def inbox_topic(person_id: int) -> str:
    """Return the topic that a person's devices follow."""
    return f"people:{format_id(person_id)}:inbox"
