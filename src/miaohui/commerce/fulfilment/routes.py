"""The JSON API of the parcels, their papers, and where carriers push."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Annotated, Any

import msgspec
from litestar import Request, Response, get, post

from miaohui.commerce.fulfilment.access import access_parcel_of_shop
from miaohui.commerce.fulfilment.actions.record_tracking import record_tracking
from miaohui.commerce.fulfilment.actions.ship_parcel import ship_parcel
from miaohui.commerce.fulfilment.answers import (
    CarrierAnswer,
    ParcelAnswer,
    Parcels,
    answer_for_parcel,
    carriers_for,
    parcels_for_buyer,
    parcels_for_shop,
)
from miaohui.commerce.fulfilment.carriers.choose import NOTICES, kuaidi100
from miaohui.commerce.fulfilment.papers.packing_list import draw_packing_list
from miaohui.commerce.fulfilment.papers.waybill import draw_waybill
from miaohui.commerce.fulfilment.queries import Parcel, ParcelLine, lines_of_parcels
from miaohui.kit.db import Database, Tx
from miaohui.kit.http.viewer import Member, Viewer
from miaohui.kit.i18n import Locale
from miaohui.kit.idempotency import hash_of_request, key_of_request, remember
from miaohui.kit.ids import Id, parse_id
from miaohui.settings import Settings

_TAG = ["parcels"]


class NewParcelLine(msgspec.Struct, frozen=True, kw_only=True):
    """How much of an order line goes into the parcel."""

    order_line_id: Id
    quantity: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]


class NewParcel(msgspec.Struct, frozen=True, kw_only=True):
    """A parcel to send. lines: left out, all that is left. waybill: may be left out for the sandbox carrier."""

    carrier: Annotated[str, msgspec.Meta(min_length=1, max_length=20)]
    waybill: Annotated[str, msgspec.Meta(min_length=6, max_length=60)] | None = None
    lines: Annotated[list[NewParcelLine], msgspec.Meta(min_length=1, max_length=200)] | None = None


@get("/api/v1/carriers", tags=_TAG)
async def list_carriers(*, viewer: Viewer) -> list[CarrierAnswer]:
    """List the carriers that a shop, or somebody who sends something back, can choose."""
    return carriers_for(viewer.locale)


@get("/api/v1/orders/{order_id:str}/parcels", tags=_TAG)
async def list_parcels(*, order_id: Id, member: Member, db: Database) -> Parcels:
    """List the parcels of one's own order, with where they have been."""
    return await db.read(
        parcels_for_buyer, order_id=parse_id(order_id), buyer_id=member.account_id, locale=member.locale
    )


@get("/api/v1/shops/{shop_id:str}/orders/{order_id:str}/parcels", tags=_TAG)
async def list_parcels_of_shop(*, shop_id: Id, order_id: Id, member: Member, db: Database) -> Parcels:
    """List the parcels of a shop's order."""
    return await db.read(
        parcels_for_shop,
        order_id=parse_id(order_id),
        shop_id=parse_id(shop_id),
        account_id=member.account_id,
        locale=member.locale,
    )


@post("/api/v1/shops/{shop_id:str}/orders/{order_id:str}/parcels", tags=_TAG)
async def ship(
    *, shop_id: Id, order_id: Id, data: NewParcel, member: Member, db: Database, request: Request[Any, Any, Any]
) -> ParcelAnswer:
    """Send a parcel with all or a part of an order. The same waybill, or the same Idempotency-Key, is sent once."""
    return await db.write(
        _ship,
        shop_id=parse_id(shop_id),
        order_id=parse_id(order_id),
        data=data,
        by_id=member.account_id,
        locale=member.locale,
        key=key_of_request(request.headers),
        request_hash=hash_of_request("POST", request.url.path, await request.body()),
    )


@get("/api/v1/shops/{shop_id:str}/parcels/{parcel_id:str}/waybill.pdf", tags=_TAG, media_type="application/pdf")
async def print_waybill(*, shop_id: Id, parcel_id: Id, member: Member, db: Database) -> Response[bytes]:
    """Print what is glued to the parcel, 100 by 150 mm."""
    return await _paper(draw_waybill, "waybill", *await _to_print(db, shop_id, parcel_id, member))


@get("/api/v1/shops/{shop_id:str}/parcels/{parcel_id:str}/packing-list.pdf", tags=_TAG, media_type="application/pdf")
async def print_packing_list(*, shop_id: Id, parcel_id: Id, member: Member, db: Database) -> Response[bytes]:
    """Print what lies in the parcel, A5."""
    return await _paper(draw_packing_list, "packing-list", *await _to_print(db, shop_id, parcel_id, member))


@post(NOTICES, status_code=200, include_in_schema=False)
async def hear_kuaidi100(*, request: Request[Any, Any, Any], db: Database, settings: Settings) -> Any:
    """Take what Kuaidi100 pushes. It repeats itself until it gets the receipt."""
    form = await request.form()
    carrier = kuaidi100(settings)
    told = carrier.read_notice({name: value for name, value in form.items() if isinstance(value, str)})
    await db.write(
        record_tracking,
        carrier=told.company,
        waybill=told.waybill,
        events=told.scans,
        corrected=told.corrected,
    )
    return carrier.receipt()


def _ship(
    tx: Tx,
    *,
    shop_id: int,
    order_id: int,
    data: NewParcel,
    by_id: int,
    locale: Locale,
    key: str | None,
    request_hash: bytes,
) -> ParcelAnswer:
    def compute() -> ParcelAnswer:
        sent = ship_parcel(
            tx,
            order_id=order_id,
            shop_id=shop_id,
            lines=None
            if data.lines is None
            else [(parse_id(line.order_line_id), line.quantity) for line in data.lines],
            carrier=data.carrier,
            waybill=data.waybill,
            by_id=by_id,
        )
        return answer_for_parcel(tx, parcel=sent, locale=locale)

    return remember(tx, actor_id=by_id, key=key, request_hash=request_hash, compute=compute, kind=ParcelAnswer)


async def _to_print(db: Database, shop_id: str, parcel_id: str, member: Member) -> tuple[Parcel, list[ParcelLine]]:
    return await db.read(
        _parcel_to_print, parcel_id=parse_id(parcel_id), shop_id=parse_id(shop_id), account_id=member.account_id
    )


async def _paper(
    draw: Callable[[Parcel, Sequence[ParcelLine]], bytes], name: str, found: Parcel, lines: list[ParcelLine]
) -> Response[bytes]:
    # Letters that no paper had before take half a second to be drawn.
    paper = await asyncio.to_thread(draw, found, lines)
    headers = {"Content-Disposition": f'inline; filename="{name}-{found.waybill}.pdf"', "Cache-Control": "private"}
    return Response(paper, media_type="application/pdf", headers=headers)


def _parcel_to_print(tx: Tx, *, parcel_id: int, shop_id: int, account_id: int) -> tuple[Parcel, list[ParcelLine]]:
    found = access_parcel_of_shop(tx, parcel_id=parcel_id, shop_id=shop_id, account_id=account_id)
    return found, lines_of_parcels(tx, [found.id])[found.id]


route_handlers: Sequence[Any] = (
    list_carriers,
    list_parcels,
    list_parcels_of_shop,
    ship,
    print_waybill,
    print_packing_list,
    hear_kuaidi100,
)
