"""Reads of the parcels."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Literal

import msgspec
import sqlalchemy as sa

from miaohui.commerce.fulfilment.states import ParcelState
from miaohui.commerce.fulfilment.tables import parcel, parcel_event, parcel_line
from miaohui.commerce.orders.tables import order_line
from miaohui.kit.db import Tx

Direction = Literal["out", "back"]


class Parcel(msgspec.Struct, frozen=True, kw_only=True):
    """A parcel as it stands in the database. case_id: of a parcel on its way back."""

    id: int
    order_id: int
    shop_id: int
    direction: Direction
    case_id: int | None
    carrier: str
    waybill: str
    state: ParcelState
    sender: dict[str, Any]
    receiver: dict[str, Any]
    created_at: datetime
    state_at: datetime
    signed_at: datetime | None


class ParcelLine(msgspec.Struct, frozen=True, kw_only=True):
    """What a parcel holds of an order line."""

    parcel_id: int
    order_line_id: int
    title: str
    options: dict[str, Any]
    quantity: int
    weight_g: int
    """Of one piece."""


class ParcelScan(msgspec.Struct, frozen=True, kw_only=True):
    """What the carrier has said."""

    parcel_id: int
    state: str
    carrier_at: datetime
    text: str
    place: str


_COLUMNS = tuple(parcel.c[field] for field in Parcel.__struct_fields__)
_SCAN = tuple(parcel_event.c[field] for field in ParcelScan.__struct_fields__)


def parcel_by_id(tx: Tx, parcel_id: int) -> Parcel | None:
    """Return a parcel, whoever asks."""
    return tx.one(sa.select(*_COLUMNS).where(parcel.c.id == parcel_id), Parcel)


def parcel_by_waybill(tx: Tx, *, carrier: str, waybill: str) -> Parcel | None:
    """Return the parcel that a courier has under this number."""
    here = sa.and_(parcel.c.carrier == carrier, parcel.c.waybill == waybill)
    return tx.one(sa.select(*_COLUMNS).where(here), Parcel)


def parcels_of_order(tx: Tx, order_id: int) -> list[Parcel]:
    """Return an order's parcels out and back, in the order in which they were made."""
    return tx.all(sa.select(*_COLUMNS).where(parcel.c.order_id == order_id).order_by(parcel.c.id), Parcel)


def parcel_of_case(tx: Tx, case_id: int) -> Parcel | None:
    """Return the newest parcel with which a buyer has sent something back for this case."""
    mine = sa.select(*_COLUMNS).where(parcel.c.case_id == case_id, parcel.c.direction == "back")
    return tx.one(mine.order_by(parcel.c.id.desc()).limit(1), Parcel)


def lines_of_parcels(tx: Tx, parcel_ids: Iterable[int]) -> dict[int, list[ParcelLine]]:
    """Return what is in each of these parcels."""
    ids = sorted(set(parcel_ids))
    statement = (
        sa.select(
            parcel_line.c.parcel_id,
            parcel_line.c.order_line_id,
            order_line.c.title,
            order_line.c.options,
            parcel_line.c.quantity,
            order_line.c.weight_g,
        )
        .join(order_line, order_line.c.id == parcel_line.c.order_line_id)
        .where(parcel_line.c.parcel_id.in_(ids))
        .order_by(parcel_line.c.parcel_id, order_line.c.position)
    )
    found: dict[int, list[ParcelLine]] = {each: [] for each in ids}
    for line in tx.all(statement, ParcelLine):
        found[line.parcel_id].append(line)
    return found


def scans_of_parcels(tx: Tx, parcel_ids: Iterable[int]) -> dict[int, list[ParcelScan]]:
    """Return what carriers have said of these parcels, each parcel's newest first."""
    ids = sorted(set(parcel_ids))
    told = sa.select(*_SCAN).where(parcel_event.c.parcel_id.in_(ids))
    found: dict[int, list[ParcelScan]] = {each: [] for each in ids}
    for scan in tx.all(told.order_by(parcel_event.c.carrier_at.desc(), parcel_event.c.id.desc()), ParcelScan):
        found[scan.parcel_id].append(scan)
    return found


def quantities_sent(tx: Tx, *, order_id: int, direction: Direction) -> Mapping[int, int]:
    """Return how many of each order line are in parcels of this direction."""
    rows = tx.execute(
        sa.select(parcel_line.c.order_line_id, sa.func.sum(parcel_line.c.quantity))
        .join(parcel, parcel.c.id == parcel_line.c.parcel_id)
        .where(parcel.c.order_id == order_id, parcel.c.direction == direction)
        .group_by(parcel_line.c.order_line_id)
    ).tuples()
    return {line_id: int(quantity) for line_id, quantity in rows}
