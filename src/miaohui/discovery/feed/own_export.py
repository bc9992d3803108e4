"""The feed's part of a person's export: what was noted of their watching, and what they were shown."""

from collections.abc import Iterator
from datetime import datetime

import msgspec
import sqlalchemy as sa

from miaohui.discovery.feed.answers import Source
from miaohui.discovery.feed.queries import InterestSetting, interest_setting_of
from miaohui.discovery.feed.tables import impression, signal
from miaohui.kit.db import Tx
from miaohui.kit.ids import format_id


class ExportedSignal(msgspec.Struct, frozen=True, kw_only=True):
    """One act. item: the id of the clip or the goods, missing for a choice about being learned from."""

    kind: str
    at: datetime
    item: str | None
    dwell_ms: int | None
    duration_ms: int | None


class ExportedImpression(msgspec.Struct, frozen=True, kw_only=True):
    """One clip, or goods, that stood on a page. probability: of being chosen by its source."""

    item: str
    served_at: datetime
    position: int
    source: Source
    score: float
    probability: float


def signals_for_export(tx: Tx, account_id: int) -> Iterator[ExportedSignal]:
    """Yield what the person did, oldest first; publishing is told by the videos."""
    columns = (signal.c.kind, signal.c.at, signal.c.item_id, signal.c.dwell_ms, signal.c.duration_ms)
    mine = sa.and_(signal.c.person_id == account_id, signal.c.kind.not_in(["published", "changed", "removed"]))
    query = sa.select(*columns).where(mine).order_by(signal.c.seq)
    for row in tx.execute(query):
        yield ExportedSignal(
            kind=row.kind,
            at=row.at,
            item=None if row.item_id is None else format_id(row.item_id),
            dwell_ms=row.dwell_ms,
            duration_ms=row.duration_ms,
        )


def impressions_for_export(tx: Tx, account_id: int) -> Iterator[ExportedImpression]:
    """Yield what the person was shown, oldest first."""
    place = (impression.c.page_id, impression.c.position)
    query = sa.select(impression).where(impression.c.person_id == account_id).order_by(*place)
    # Read at once: a cursor on the server would need a transaction, and a query has none.
    for row in tx.execute(query):
        yield ExportedImpression(
            item=format_id(row.item_id),
            served_at=row.served_at,
            position=row.position,
            source=row.source,
            score=row.score,
            probability=row.probability,
        )


def choice_for_export(tx: Tx, account_id: int) -> Iterator[InterestSetting]:
    """Yield what the person decided about being learned from."""
    yield interest_setting_of(tx, person_id=account_id)
