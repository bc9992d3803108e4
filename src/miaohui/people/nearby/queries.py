"""Reads of who is near by."""

import hashlib
import heapq
from collections import Counter
from datetime import datetime

import msgspec
import sqlalchemy as sa

from miaohui.kit.db import Prepared, Tx
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
_NEAREST_FIRST: tuple[Bucket, ...] = ("under_1", "under_3", "under_10", "under_30")
_AROUND_M = 60_000
"""Told is who is within 30 km or in the same cell of 30 km, 42 km across; counted is who is in their cell of 10 km."""
_SEEN = sa.and_(
    nearby_visit.c.until > sa.bindparam("now", type_=nearby_visit.c.until.type), account.c.state == "active"
)
_VISITS = nearby_visit.join(account, account.c.id == nearby_visit.c.person_id)
_PEOPLE_BY_CELL = Prepared(
    sa.select(nearby_visit.c.cell, sa.func.count().label("people"))
    .select_from(_VISITS)
    .where(nearby_visit.c.cell.between(sa.bindparam("south"), sa.bindparam("north")), _SEEN)
    .group_by(nearby_visit.c.cell)
)
_PEOPLE_IN = Prepared(
    sa.select(nearby_visit.c.person_id)
    .select_from(_VISITS)
    .where(nearby_visit.c.cell.in_(sa.bindparam("cells", expanding=True)), _SEEN)
)


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
    around = _people_by_cell(tx, PUBLISHED.centre(cell))
    counts = [Counter[int]() for _ in _GRIDS]
    for each, people in around.items():
        for grid, members in zip(_GRIDS, counts, strict=True):
            members[grid.cell_of(PUBLISHED.centre(each))] += people
    my_grid = _coarse(PUBLISHED.centre(cell), counts)
    here = my_grid.snap(PUBLISHED.centre(cell))
    cells: dict[Bucket, list[int]] = {}
    for each in around:
        cells.setdefault(_bucket_from(here, my_grid, PUBLISHED.centre(each), counts), []).append(each)
    hidden = frozenset(tx.scalars(hidden_accounts(person_id))) | _stopped(tx) | {person_id}
    draw = hashlib.blake2b(f"{person_id}:{tx.now.date()}:".encode(), digest_size=8)
    chosen: dict[int, Bucket] = {}
    for bucket in _NEAREST_FIRST:
        if bucket in cells and len(chosen) < _SHOWN:
            there = set(tx.scalars(_PEOPLE_IN, cells=cells[bucket], now=tx.now)) - hidden
            drawn = heapq.nsmallest(_SHOWN - len(chosen), there, key=lambda other_id: _drawn(draw, other_id))
            chosen |= dict.fromkeys(drawn, bucket)
    cards = person_cards(tx, chosen)
    return [
        Neighbour(handle=card.handle, nickname=card.nickname, avatar_url=card.avatar_url, distance=bucket)
        for other_id, bucket in chosen.items()
        if (card := cards.get(other_id)) is not None
    ]


def _people_by_cell(tx: Tx, place: Point) -> dict[int, int]:
    """Return how many people are in each cell from which anything that is told at a place could depend."""
    south, north = PUBLISHED.band(place, _AROUND_M)
    rows = tx.rows(_PEOPLE_BY_CELL, south=south, north=north, now=tx.now)
    return {row.cell: row.people for row in rows if distance_m(place, PUBLISHED.centre(row.cell)) <= _AROUND_M}


def _bucket_from(here: Point, my_grid: Grid, place: Point, counts: list[Counter[int]]) -> Bucket:
    grid = _coarse(place, counts)
    # Two in one large cell may be as far apart as it is wide: what is told must be true of them, too.
    widest_m = max(my_grid.cell_m, grid.cell_m)
    apart_m = distance_m(here, grid.snap(place))
    return bucket_of(apart_m if widest_m == PUBLISHED.cell_m else apart_m + widest_m - CELL_SPREAD_M)


def _drawn(draw: "hashlib.blake2b", other_id: int) -> bytes:
    mine = draw.copy()
    mine.update(other_id.to_bytes(8))
    return mine.digest()


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
