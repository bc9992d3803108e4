"""Reads of stickers."""

from collections.abc import Iterable
from datetime import datetime
from typing import Literal

import msgspec
import sqlalchemy as sa

from miaohui.kit.db import Tx
from miaohui.people.graph.queries import hidden_accounts
from miaohui.talk.stickers.packs import BUILT_IN, PACKS
from miaohui.talk.stickers.tables import sticker, sticker_favourite, sticker_pack_choice, sticker_report, sticker_use

RECENT = 24
"""Three rows of the picker on a phone."""
MOST_FAVOURITES = 200


class OwnSticker(msgspec.Struct, frozen=True, kw_only=True):
    """A sticker that somebody made, as it stands in the database."""

    id: int
    maker_id: int
    name: str
    picture: str | None
    state: Literal["shown", "removed"]
    made_at: datetime


class Sticker(msgspec.Struct, frozen=True, kw_only=True):
    """A sticker as it is shown. pack_id, maker_id: the one or the other. name: of ours, a text for catalogues."""

    id: int
    name: str
    url: str
    pack_id: int | None
    maker_id: int | None


class Reported(msgspec.Struct, frozen=True, kw_only=True):
    """A sticker that people have reported and nobody has looked at."""

    sticker_id: int
    reports: int
    reason: str
    """One of those that were given."""
    since: datetime


_COLUMNS = tuple(sticker.c[field] for field in OwnSticker.__struct_fields__)


def sticker_of(tx: Tx, *, sticker_id: int, viewer_id: int) -> Sticker | None:
    """Return a sticker that this person may see, None where it is gone or its maker is blocked either way."""
    return stickers_by_id(tx, [sticker_id], viewer_id=viewer_id).get(sticker_id)


def stickers_by_id(tx: Tx, sticker_ids: Iterable[int], *, viewer_id: int) -> dict[int, Sticker]:
    """Return those of these stickers that this person may see."""
    ids = list(sticker_ids)
    found = {id_: _ours(id_) for id_ in ids if id_ in BUILT_IN}
    others = [id_ for id_ in ids if id_ not in BUILT_IN]
    if others:
        visible = sa.and_(
            sticker.c.id.in_(others),
            sticker.c.state == "shown",
            sticker.c.maker_id.not_in(hidden_accounts(viewer_id)),
        )
        found |= {one.id: shown_of(one) for one in tx.all(sa.select(*_COLUMNS).where(visible), OwnSticker)}
    return found


def own_sticker(tx: Tx, sticker_id: int) -> OwnSticker | None:
    """Return a sticker that somebody made, shown or not, whoever asks."""
    return tx.one(sa.select(*_COLUMNS).where(sticker.c.id == sticker_id), OwnSticker)


def stickers_made_by(tx: Tx, account_id: int) -> list[OwnSticker]:
    """Return what somebody made and has not removed, newest first."""
    mine = sa.and_(sticker.c.maker_id == account_id, sticker.c.state == "shown")
    return tx.all(sa.select(*_COLUMNS).where(mine).order_by(sticker.c.id.desc()), OwnSticker)


def packs_of(tx: Tx, account_id: int) -> frozenset[int]:
    """Return which packs somebody has at hand."""
    choice = sticker_pack_choice.c
    rows = tx.execute(sa.select(choice.pack_id, choice.taken).where(choice.account_id == account_id))
    chosen = dict(rows.tuples().all())
    return frozenset(pack.id for pack in PACKS.values() if chosen.get(pack.id, pack.from_start))


def favourites_of(tx: Tx, account_id: int) -> list[int]:
    """Return the stickers that somebody keeps, the newest first."""
    mine = sticker_favourite.c.account_id == account_id
    order = (sticker_favourite.c.kept_at.desc(), sticker_favourite.c.sticker_id)
    return tx.scalars(sa.select(sticker_favourite.c.sticker_id).where(mine).order_by(*order).limit(MOST_FAVOURITES))


def recent_of(tx: Tx, account_id: int) -> list[int]:
    """Return the stickers that somebody has sent lately, the last one first."""
    order = (sticker_use.c.used_at.desc(), sticker_use.c.sticker_id)
    mine = sticker_use.c.account_id == account_id
    return tx.scalars(sa.select(sticker_use.c.sticker_id).where(mine).order_by(*order).limit(RECENT))


def reported_stickers(tx: Tx, *, limit: int) -> list[Reported]:
    """Return what people have reported and nobody has looked at, the one with most reports first."""
    waiting = sa.and_(sticker_report.c.dismissed_at.is_(None), sticker.c.state == "shown")
    grouped = (
        sa.select(
            sticker_report.c.sticker_id,
            sa.func.count().label("reports"),
            sa.func.min(sticker_report.c.reported_at, type_=sticker_report.c.reported_at.type).label("since"),
            sa.func.max(sticker_report.c.reason).label("reason"),
        )
        .join_from(sticker_report, sticker)
        .where(waiting)
        .group_by(sticker_report.c.sticker_id)
    )
    most_first = grouped.order_by(sa.desc("reports"), sticker_report.c.sticker_id)
    return tx.all(most_first.limit(limit), Reported)


def picture_url(picture: str) -> str:
    """Return the address of a sticker's picture."""
    return f"/media/{picture}.webp"


def shown_of(one: OwnSticker) -> Sticker:
    """Return a sticker that somebody made, as it is shown."""
    if one.picture is None:
        raise ValueError("a removed sticker has no picture")
    return Sticker(id=one.id, name=one.name, url=picture_url(one.picture), pack_id=None, maker_id=one.maker_id)


def _ours(sticker_id: int) -> Sticker:
    one = BUILT_IN[sticker_id]
    return Sticker(id=one.id, name=one.name, url=one.url, pack_id=one.pack_id, maker_id=None)
