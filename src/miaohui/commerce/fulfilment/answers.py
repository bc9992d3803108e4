"""Parcels as the API shows them."""

from datetime import datetime

import msgspec

from miaohui.commerce.fulfilment.carriers.companies import COMPANIES
from miaohui.commerce.fulfilment.queries import (
    Direction,
    Parcel,
    ParcelLine,
    ParcelScan,
    lines_of_parcels,
    parcels_of_order,
    scans_of_parcels,
)
from miaohui.commerce.fulfilment.states import ParcelState
from miaohui.commerce.orders.access import access_order, access_order_of_shop
from miaohui.kit.db import Tx
from miaohui.kit.i18n import Locale
from miaohui.kit.ids import Id, format_id


class CarrierAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A courier."""

    code: str
    name: str


class ParcelLineAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What a parcel holds of an order line."""

    order_line_id: Id
    title: str
    options: dict[str, str]
    quantity: int


class ScanAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What the carrier has said. state: `noted` where it says nothing of the state."""

    at: datetime
    state: str
    text: str
    place: str


class ParcelAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A parcel and its journey, newest scan first. direction: `out` to the buyer, `back` to the shop."""

    id: Id
    order_id: Id
    direction: Direction
    case_id: Id | None
    carrier: CarrierAnswer
    waybill: str
    state: ParcelState
    created_at: datetime
    state_at: datetime
    signed_at: datetime | None
    lines: list[ParcelLineAnswer]
    scans: list[ScanAnswer]


class Parcels(msgspec.Struct, frozen=True, kw_only=True):
    """An order's parcels, in the order in which they were made."""

    items: list[ParcelAnswer]


def carriers_for(locale: Locale) -> list[CarrierAnswer]:
    """Return every courier that can be chosen."""
    return [name_of_carrier(code, locale) for code in COMPANIES]


def name_of_carrier(code: str, locale: Locale) -> CarrierAnswer:
    """Return what people call a courier; its code where a carrier has named one that we do not list."""
    company = COMPANIES.get(code)
    if company is None:
        return CarrierAnswer(code=code, name=code)
    return CarrierAnswer(code=code, name=company.name_en if locale == "en" else company.name_zh)


def parcels_for_buyer(tx: Tx, *, order_id: int, buyer_id: int, locale: Locale) -> Parcels:
    """Return the parcels of somebody's own order. Raises NotFound."""
    access_order(tx, order_id=order_id, person_id=buyer_id)
    return timeline_of_order(tx, order_id=order_id, locale=locale)


def parcels_for_shop(tx: Tx, *, order_id: int, shop_id: int, account_id: int, locale: Locale) -> Parcels:
    """Return the parcels of a shop's order to those who work there. Raises NotFound."""
    access_order_of_shop(tx, shop_id=shop_id, order_id=order_id, account_id=account_id)
    return timeline_of_order(tx, order_id=order_id, locale=locale)


def timeline_of_order(tx: Tx, *, order_id: int, locale: Locale) -> Parcels:
    """Return an order's parcels with what is in them and where they have been, whoever asks."""
    found = parcels_of_order(tx, order_id)
    ids = [one.id for one in found]
    lines, scans = lines_of_parcels(tx, ids), scans_of_parcels(tx, ids)
    return Parcels(items=[parcel_answer(one, lines[one.id], scans[one.id], locale) for one in found])


def answer_for_parcel(tx: Tx, *, parcel: Parcel, locale: Locale) -> ParcelAnswer:
    """Return one parcel as the API shows it."""
    lines, scans = lines_of_parcels(tx, [parcel.id]), scans_of_parcels(tx, [parcel.id])
    return parcel_answer(parcel, lines[parcel.id], scans[parcel.id], locale)


def parcel_answer(found: Parcel, lines: list[ParcelLine], scans: list[ParcelScan], locale: Locale) -> ParcelAnswer:
    """Return a parcel, its lines and its scans as the API shows them."""
    return ParcelAnswer(
        id=format_id(found.id),
        order_id=format_id(found.order_id),
        direction=found.direction,
        case_id=None if found.case_id is None else format_id(found.case_id),
        carrier=name_of_carrier(found.carrier, locale),
        waybill=found.waybill,
        state=found.state,
        created_at=found.created_at,
        state_at=found.state_at,
        signed_at=found.signed_at,
        lines=[
            ParcelLineAnswer(
                order_line_id=format_id(line.order_line_id),
                title=line.title,
                options=line.options,
                quantity=line.quantity,
            )
            for line in lines
        ],
        scans=[ScanAnswer(at=scan.carrier_at, state=scan.state, text=scan.text, place=scan.place) for scan in scans],
    )
