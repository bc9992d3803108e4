"""Reads of the planting."""

from datetime import datetime

import msgspec
import sqlalchemy as sa

from miaohui.demo.tables import demo_clip, demo_resident, demo_town
from miaohui.kit.db import Tx
from miaohui.kit.errors import NotFound
from miaohui.people.accounts.queries import PersonCard, person_cards


class Town(msgspec.Struct, frozen=True, kw_only=True):
    """A planted town. clips: how many it will have."""

    seed: int
    clips: int
    planted_at: datetime


class Progress(msgspec.Struct, frozen=True):
    """How far the planting is: clips made, clips that have their viewers, people portrayed, and all clips."""

    made: int
    watched: int
    portrayed: int
    clips: int

    @property
    def is_complete(self) -> bool:
        return self.clips > 0 and self.watched >= self.clips


class Clip(msgspec.Struct, frozen=True):
    """A clip of the script and the video that it has become."""

    key: str
    video_id: int | None
    watched_at: datetime | None


def town_of(tx: Tx) -> Town | None:
    """Return the planted town, if there is one."""
    return tx.one(sa.select(demo_town.c.seed, demo_town.c.clips, demo_town.c.planted_at), Town)


def planting_progress(tx: Tx) -> Progress:
    """Return how far the planting is."""
    made, watched = tx.execute(sa.select(sa.func.count(), sa.func.count(demo_clip.c.watched_at))).one()
    portrayed = tx.scalar(sa.select(sa.func.count(demo_resident.c.portrayed_at))) or 0
    clips = tx.scalar(sa.select(demo_town.c.clips)) or 0
    return Progress(made, watched, portrayed, clips)


def made_clips(tx: Tx) -> dict[str, Clip]:
    """Return the clips that are videos by now, by key."""
    columns = [demo_clip.c[name] for name in Clip.__struct_fields__]
    return {clip.key: clip for clip in tx.all(sa.select(*columns), Clip)}


def resident_ids(tx: Tx) -> dict[str, int]:
    """Return the accounts of the townspeople by their names in the script; those who left are missing."""
    rows = tx.execute(sa.select(demo_resident.c.handle, demo_resident.c.account_id).order_by(demo_resident.c.place))
    residents = dict(rows.tuples().all())
    there = person_cards(tx, residents.values())
    return {handle: account_id for handle, account_id in residents.items() if account_id in there}


def resident_id(tx: Tx, handle: str) -> int:
    """Return the account of one of the townspeople. Raises NotFound."""
    found = resident_ids(tx).get(handle)
    if found is None:
        raise NotFound
    return found


def people_to_enter_as(tx: Tx) -> list[tuple[str, PersonCard]]:
    """Return names in the script with cards, the three whom the tour begins with first."""
    residents = resident_ids(tx)
    cards = person_cards(tx, residents.values())
    return [(handle, cards[account_id]) for handle, account_id in residents.items()]


def awaits_portrait(tx: Tx, handle: str) -> bool:
    """Return whether a resident has no picture of ours yet."""
    mine = sa.and_(demo_resident.c.handle == handle, demo_resident.c.portrayed_at.is_(None))
    return tx.scalar(sa.select(demo_resident.c.account_id).where(mine)) is not None
