"""Reads of what the feed keeps."""

from datetime import datetime

import msgspec
import sqlalchemy as sa

from miaohui.discovery.feed.tables import interest_setting, signal
from miaohui.kit.db import Tx


class InterestSetting(msgspec.Struct, frozen=True, kw_only=True):
    """A person's choice. personalised: learn from what I do and use it; reset_at: when I last began anew."""

    personalised: bool = True
    reset_at: datetime | None = None


def interest_setting_of(tx: Tx, *, person_id: int) -> InterestSetting:
    """Return a person's choice, or what holds for somebody who has not chosen."""
    columns = (interest_setting.c.personalised, interest_setting.c.reset_at)
    return tx.one(sa.select(*columns).where(interest_setting.c.person_id == person_id), InterestSetting) or (
        InterestSetting()
    )


# Built once: making the statement anew takes longer than SQLite takes to answer it.
_PERSONALISED = sa.select(interest_setting.c.personalised).where(
    interest_setting.c.person_id == sa.bindparam("person_id")
)


def is_personalised(tx: Tx, *, person_id: int) -> bool:
    """Return whether the feed may learn from the person."""
    chosen = tx.execute(_PERSONALISED, {"person_id": person_id}).scalar()
    return True if chosen is None else bool(chosen)


def last_acts(tx: Tx, *, person_id: int, limit: int) -> dict[int, int]:
    """Return, for each item among the person's newest `limit` signals, the number of the last one."""
    newest = (
        sa.select(signal.c.item_id, signal.c.seq)
        .where(signal.c.person_id == person_id, signal.c.item_id.is_not(None))
        .order_by(signal.c.seq.desc())
        .limit(limit)
    )
    acts: dict[int, int] = {}
    for item_id, seq in tx.execute(newest).tuples():
        acts.setdefault(item_id, seq)
    return acts


def newest_items_acted_on(tx: Tx, *, person_id: int, limit: int) -> list[int]:
    """Return the items of the person's newest `limit` signals, newest first, each once."""
    return list(last_acts(tx, person_id=person_id, limit=limit))


def is_listed(tx: Tx, *, item_id: int, author_id: int) -> bool:
    """Return whether an item has ever been made known to the feed."""
    mine = sa.and_(signal.c.person_id == author_id, signal.c.item_id == item_id, signal.c.kind == "published")
    return tx.scalar(sa.select(signal.c.seq).where(mine).limit(1)) is not None
