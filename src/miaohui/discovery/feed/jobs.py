"""Work of the feed that no request waits for."""

from datetime import timedelta

import sqlalchemy as sa

from miaohui.discovery.feed.fitting import fit_if_worth_it
from miaohui.discovery.feed.own_export import choice_for_export, impressions_for_export, signals_for_export
from miaohui.discovery.feed.signal_log import last_seq
from miaohui.discovery.feed.snapshots import newest_state, replay, save_snapshot
from miaohui.discovery.feed.tables import impression, signal
from miaohui.kit.db import Tx
from miaohui.kit.jobs import JobContext, job
from miaohui.people.accounts.export import contribute

KEPT_FOR = timedelta(days=400)
"""Signals and impressions of people: a year and a season to compare with, then they go."""
_PRUNED_AT_ONCE = 5000

contribute("watching", rows=signals_for_export)
contribute("served", rows=impressions_for_export)
contribute("interest_choice", rows=choice_for_export)


@job("feed.save_snapshot", max_attempts=3, lease_s=120)
def save_snapshot_of_interests(context: JobContext, *, alone: bool = False) -> None:
    """Bring the newest snapshot up to the end of the log and store it.

    alone: keep no older one, because somebody must be forgotten in all of them.
    """
    end = context.db.read_sync(last_seq)
    folded = newest_state(context.blobs, last_seq=end)
    if folded.seq == end:
        return
    replay(folded, context.db)
    save_snapshot(folded, context.blobs, kept=1 if alone else 2)


@job("feed.fit_models", lane="heavy", max_attempts=3, lease_s=120, priority=200)
def fit_models(context: JobContext) -> None:
    """Fit the models of the feed from the log, if enough of it is new, and put them into use."""
    fit_if_worth_it(context)


@job("feed.prune", max_attempts=3)
def prune_feed(context: JobContext) -> None:
    """Delete what is too old to be learned from. Rows that list items stay: without them the log is no whole."""
    while not context.lost() and context.write(prune_old_rows) > 0:
        pass


def prune_old_rows(tx: Tx) -> int:
    """Delete some impressions and acts older than KEPT_FOR; return how many."""
    before = tx.now - KEPT_FOR
    of_people = signal.c.kind.not_in(["published", "changed", "removed"])
    # Rows stand in the order of their arrival: up to the first young one, not a scan of the whole log.
    first_young = tx.scalar(
        sa.select(signal.c.seq).where(of_people, signal.c.at >= before).order_by(signal.c.seq).limit(1)
    )
    is_old = of_people if first_young is None else sa.and_(of_people, signal.c.seq < first_young)
    old_acts = sa.select(signal.c.seq).where(is_old).order_by(signal.c.seq).limit(_PRUNED_AT_ONCE)
    pages = (
        sa.select(impression.c.page_id)
        .where(impression.c.served_at < before)
        .order_by(impression.c.served_at)
        .limit(_PRUNED_AT_ONCE)
    )
    deleted = tx.changed(sa.delete(signal).where(signal.c.seq.in_(old_acts)))
    return deleted + tx.changed(sa.delete(impression).where(impression.c.page_id.in_(pages)))
