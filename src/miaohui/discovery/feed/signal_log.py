"""The log that the interest engine is folded from: who did what, and which clips came and went.

Everything that changes the engine is a row here, and rows are folded in the order of `seq`. So every web
process, a restarted one and the worker that saves snapshots arrive at the same state, bit for bit.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from miaohui.discovery.feed.tables import signal
from miaohui.kit.db import Prepared, Tx

WatchKind = Literal["impression", "dwell", "finish", "replay", "swipe_away", "not_interested", "fewer_like_this"]
"""What a player reports."""
GoodsKind = Literal["open_product", "add_to_cart"]
"""What a page reports of goods; of those it also reports that they were shown, or sent away."""
ReactionKind = Literal[
    "like", "unlike", "favourite", "unfavourite", "comment", "share", "follow_author", "buy", "refund"
]
"""What other domains' events say."""
WishKind = Literal["reset", "pause", "resume", "erase"]
"""What a person decides about being learned from; without an item."""
CatalogueKind = Literal["published", "changed", "removed"]
"""What comes and goes; `person_id` is the author, of goods the shop."""
Kind = WatchKind | GoodsKind | ReactionKind | WishKind | CatalogueKind
ItemKind = Literal["video", "note", "goods", "room", "store"]
"""One item space: what is learned from one kind ranks the others, and a page asks for one kind. Clips and goods are
listed by handlers.py; whatever brings notes, rooms and stores lists them by the same `list_item`."""

_APPEND_LOCK = 0x6D68_7369_676E
"""Key of the advisory lock on PostgreSQL; any number that nobody else uses."""


class ItemFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What the engine must know of an item. tokens: from tokens.py, hashtags with their sign first.

    Goods have no duration; when they were first listed is their `published_at_ms`.
    """

    kind: ItemKind
    tokens: tuple[str, ...]
    duration_ms: int
    published_at_ms: int


class Signal(msgspec.Struct, frozen=True, kw_only=True):
    """A row to be. dwell_ms, duration_ms: 0 to 24 h; page_id, position: the served card that it answers."""

    person_id: int
    kind: Kind
    at: datetime
    item_id: int | None = None
    dwell_ms: int | None = None
    duration_ms: int | None = None
    client_id: str | None = None
    page_id: int | None = None
    position: int | None = None
    facts: ItemFacts | None = None


class LoggedSignal(msgspec.Struct, frozen=True, kw_only=True):
    """A row as the fold needs it."""

    seq: int
    person_id: int
    kind: str
    at: datetime
    item_id: int | None
    dwell_ms: int | None
    duration_ms: int | None
    facts: Any


_LOGGED = [signal.c[name] for name in LoggedSignal.__struct_fields__]
# Built once, since every page asks: making the statement anew takes longer than SQLite takes to answer it.
_AFTER = (
    sa.select(*_LOGGED)
    .where(signal.c.seq > sa.bindparam("after"))
    .order_by(signal.c.seq)
    .limit(sa.bindparam("at_most", type_=sa.Integer))
)
_WAIT_TO_APPEND = Prepared(sa.select(sa.func.pg_advisory_xact_lock(_APPEND_LOCK)))
_APPEND_ONE = Prepared(
    lambda dialect: (
        (postgresql if dialect == "postgresql" else sqlite).insert(signal).on_conflict_do_nothing().returning(*_LOGGED)
    )
)


def append_signals(tx: Tx, signals: Sequence[Signal]) -> list[LoggedSignal]:
    """Write rows and return those that were new, in order of seq; one whose (person, client_id) is known is left out.

    Call it last in a transaction: on PostgreSQL it holds a lock until the commit.
    """
    if not signals:
        return []
    if tx.dialect == "postgresql":
        # Sequences count before the commit, so without the lock row 8 might become visible after row 9 was
        # folded, and would be missed. SQLite has one writer anyway.
        tx.scalar(_WAIT_TO_APPEND)
    if len(signals) == 1:
        return tx.all(_APPEND_ONE, LoggedSignal, **msgspec.structs.asdict(signals[0]))
    insert = postgresql.insert(signal) if tx.dialect == "postgresql" else sqlite.insert(signal)
    rows = tx.execute(
        insert.on_conflict_do_nothing().returning(*_LOGGED), [msgspec.structs.asdict(entry) for entry in signals]
    )
    return sorted((LoggedSignal(**row) for row in rows.mappings()), key=lambda logged: logged.seq)


def signals_after(tx: Tx, *, seq: int, limit: int) -> list[LoggedSignal]:
    """Return the oldest `limit` rows behind `seq`, in order."""
    rows = tx.execute(_AFTER, {"after": seq, "at_most": limit}).mappings()
    return [LoggedSignal(**row) for row in rows]


CATALOGUE_KINDS = ("published", "changed", "removed")
WISH_KINDS = ("reset", "pause", "resume", "erase")
_IS_ACT = signal.c.kind.not_in(CATALOGUE_KINDS)


def first_of_newest_acts(tx: Tx, *, acts: int) -> tuple[int, int]:
    """Return where the newest `acts` acts of people begin, and how many there are from there on."""
    newest = sa.select(signal.c.seq).where(_IS_ACT).order_by(signal.c.seq.desc()).limit(acts).subquery()
    first, count = tx.execute(sa.select(sa.func.min(newest.c.seq), sa.func.count())).one()
    return first or 0, count


def acts_after(tx: Tx, *, seq: int) -> int:
    """Return how many acts of people stand behind `seq`."""
    return tx.scalar(sa.select(sa.func.count()).select_from(signal).where(signal.c.seq > seq, _IS_ACT)) or 0


def signals_of_catalogue_and_after(tx: Tx, *, seq: int, first: int, limit: int) -> list[LoggedSignal]:
    """Return the oldest `limit` rows behind `seq`, of acts only those from `first` on."""
    rows = tx.execute(
        sa.select(*_LOGGED)
        .where(signal.c.seq > seq, sa.or_(signal.c.seq >= first, signal.c.kind.in_(CATALOGUE_KINDS)))
        .order_by(signal.c.seq)
        .limit(limit)
    ).mappings()
    return [LoggedSignal(**row) for row in rows]


def erased_after(tx: Tx, *, seq: int) -> list[int]:
    """Return the people who were erased behind `seq`."""
    return list(tx.scalars(sa.select(signal.c.person_id).where(signal.c.seq > seq, signal.c.kind == "erase")))


def last_seq(tx: Tx) -> int:
    """Return the number of the newest row, 0 if there is none."""
    return tx.scalar(sa.select(sa.func.max(signal.c.seq))) or 0
