"""Reads of who is near by."""

import random
from collections import Counter
from datetime import datetime

import msgspec
import sqlalchemy as sa

from miaohui.kit.db import Tx
from miaohui.kit.geo import PUBLISHED, Grid, Point, distance_m
from miaohui.people.accounts.queries import person_cards
from miaohui.people.accounts.tables import account
from miaohui.people.graph.queries import hidden_accounts
from miaohui.people.nearby.tables import nearby_visit
from miaohui.people.shake.access import STOPPED_AT_REPORTS
from miaohui.people.shake.queries import REPORTS_COUNT_FOR
from miaohui.people.shake.reach import CELL_SPREAD_M, Bucket, bucket_of
from miaohui.people.shake.tables import shake_report

CROWD = 20
"""In a smaller cell nobody is told apart: a coarser one stands for it."""
_GRIDS = (PUBLISHED, Grid(3_000), Grid(10_000), Grid(30_000))
_SHOWN = 60
_FARTHEST: Bucket = "further"


class Visit(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who wants to be seen."""

    person_id: int
    cell: int
    until: datetime


class Neighbour(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody near by, as far as everybody may know."""

    handle: str
    nickname: str
    avatar_url: str | None
    distance: Bucket


def visit_of(tx: Tx, person_id: int) -> Visit | None:
    """Return a person's own visit while it lasts."""
    columns = tuple(nearby_visit.c[name] for name in Visit.__struct_fields__)
    mine = sa.and_(nearby_visit.c.person_id == person_id, nearby_visit.c.until > tx.now)
    return tx.one(sa.select(*columns).where(mine), Visit)


def neighbours(tx: Tx, *, person_id: int, cell: int) -> list[Neighbour]:
    """Return who is within 30 km, nearest bucket first, in an order that tells nothing within a bucket.

    Both ends are the middles of cells that at least 20 people are in, as far as there are such: no answer
    depends on anything finer. The order is one draw for each person and day, so asking again tells no more.
    """
    everybody = _visits(tx)
    counts = [Counter(grid.cell_of(place) for place in everybody.values()) for grid in _GRIDS]
    my_grid = _coarse(PUBLISHED.centre(cell), counts)
    here = my_grid.snap(PUBLISHED.centre(cell))
    hidden = frozenset(tx.scalars(hidden_accounts(person_id))) | _stopped(tx)
    draw = random.Random(f"{person_id}:{tx.now.date()}")
    near: dict[int, Bucket] = {}
    for other_id, place in everybody.items():
        if other_id != person_id and other_id not in hidden:
            grid = _coarse(place, counts)
            # Two in one large cell may be as far apart as it is wide: what is told must be true of them, too.
            widest_m = max(my_grid.cell_m, grid.cell_m)
            apart_m = distance_m(here, grid.snap(place))
            bucket = bucket_of(apart_m if widest_m == PUBLISHED.cell_m else apart_m + widest_m - CELL_SPREAD_M)
            if bucket != _FARTHEST:
                near[other_id] = bucket
    order = {other_id: draw.random() for other_id in sorted(near)}
    ladder: tuple[Bucket, ...] = ("under_1", "under_3", "under_10", "under_30")
    chosen = sorted(near, key=lambda other_id: (ladder.index(near[other_id]), order[other_id]))[:_SHOWN]
    cards = person_cards(tx, chosen)
    return [
        Neighbour(handle=card.handle, nickname=card.nickname, avatar_url=card.avatar_url, distance=near[other_id])
        for other_id in chosen
        if (card := cards.get(other_id)) is not None
    ]


def _visits(tx: Tx) -> dict[int, Point]:
    seen = (
        sa.select(nearby_visit.c.person_id, nearby_visit.c.cell)
        .join(account, account.c.id == nearby_visit.c.person_id)
        .where(nearby_visit.c.until > tx.now, account.c.state == "active")
    )
    return {row.person_id: PUBLISHED.centre(row.cell) for row in tx.execute(seen)}


def _stopped(tx: Tx) -> frozenset[int]:
    lately = shake_report.c.reported_at > tx.now - REPORTS_COUNT_FOR
    counted = sa.select(shake_report.c.reported_id).where(lately).group_by(shake_report.c.reported_id)
    return frozenset(tx.scalars(counted.having(sa.func.count() >= STOPPED_AT_REPORTS)))


def _coarse(place: Point, counts: list[Counter[int]]) -> Grid:
    """Return the grid with the smallest cell around a place that a crowd is in, or the coarsest."""
    for grid, members in zip(_GRIDS, counts, strict=True):
        if members[grid.cell_of(place)] >= CROWD:
            return grid
    return _GRIDS[-1]
