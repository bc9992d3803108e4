"""A person's ties in the copy of their data."""

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial

import msgspec
import sqlalchemy as sa

from miaohui.kit.db import Tx
from miaohui.kit.paging import Position
from miaohui.people.accounts.queries import person_cards
from miaohui.people.graph.queries import Tie, blocked_by, followers_of, following_of, muted_people
from miaohui.people.graph.tables import remark

_BATCH = 200


class ExportedTie(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody to whom there is a tie, and since when."""

    handle: str
    nickname: str
    since: datetime


class ExportedRemark(msgspec.Struct, frozen=True, kw_only=True):
    """The name that the person keeps for somebody."""

    handle: str
    name: str


def following_for_export(tx: Tx, account_id: int) -> Iterator[ExportedTie]:
    """Yield whom the person follows."""
    return _ties(tx, partial(following_of, person_id=account_id, viewer_id=account_id))


def followers_for_export(tx: Tx, account_id: int) -> Iterator[ExportedTie]:
    """Yield who follows the person."""
    return _ties(tx, partial(followers_of, person_id=account_id, viewer_id=account_id))


def blocks_for_export(tx: Tx, account_id: int) -> Iterator[ExportedTie]:
    """Yield whom the person has blocked; never who has blocked them."""
    return _ties(tx, partial(blocked_by, person_id=account_id))


def mutes_for_export(tx: Tx, account_id: int) -> Iterator[ExportedTie]:
    """Yield whom the person has muted."""
    return _ties(tx, partial(muted_people, person_id=account_id))


def remarks_for_export(tx: Tx, account_id: int) -> Iterator[ExportedRemark]:
    """Yield the names that the person keeps for others."""
    mine = sa.select(remark.c.person_id, remark.c.name).where(remark.c.owner_id == account_id)
    names = dict(tx.execute(mine).tuples().all())
    for person_id, card in person_cards(tx, names).items():
        yield ExportedRemark(handle=card.handle, name=names[person_id])


def _ties(tx: Tx, query: Callable[..., list[Tie]]) -> Iterator[ExportedTie]:
    after: Position | None = None
    while batch := query(tx, after=after, limit=_BATCH):
        cards = person_cards(tx, [tie.account_id for tie in batch])
        for tie in batch:
            if (card := cards.get(tie.account_id)) is not None:
                yield ExportedTie(handle=card.handle, nickname=card.nickname, since=tie.since)
        after = (batch[-1].since, batch[-1].account_id)
