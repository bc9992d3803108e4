"""Erases what the feed holds of a person."""

import sqlalchemy as sa

from miaohui.discovery.feed.signal_log import Signal, append_signals
from miaohui.discovery.feed.tables import impression, interest_setting, signal
from miaohui.kit.db import Tx
from miaohui.kit.jobs import stage_job


def erase_person(tx: Tx, *, person_id: int) -> None:
    """Delete a person's signals, impressions and choice, and have the engine and its snapshots forget them.

    The rows that list items stay until their domain says that those are gone. What remains is one row with
    the number of nobody: it tells engines that were restored from before to forget as well.
    """
    acts = sa.and_(signal.c.person_id == person_id, signal.c.facts.is_(None), signal.c.kind != "removed")
    tx.execute(sa.delete(signal).where(acts))
    tx.execute(sa.delete(impression).where(impression.c.person_id == person_id))
    tx.execute(sa.delete(interest_setting).where(interest_setting.c.person_id == person_id))
    stage_job(tx, "feed.save_snapshot", unique_key="feed.save_snapshot:alone", alone=True)
    append_signals(tx, [Signal(person_id=person_id, kind="erase", at=tx.now)])
