"""Make a parcel: what all ways of sending one have in common."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from miaohui.commerce.fulfilment.carriers.choose import kind_for
from miaohui.commerce.fulfilment.carriers.companies import SANDBOX, InvalidWaybill, check_company, clean_waybill
from miaohui.commerce.fulfilment.events import ParcelShipped
from miaohui.commerce.fulfilment.queries import Direction, Parcel, lines_of_parcels, parcel_by_waybill
from miaohui.commerce.fulfilment.tables import parcel, parcel_line
from miaohui.kit.db import Tx, insert_if_absent
from miaohui.kit.errors import Refusal
from miaohui.kit.ids import new_id
from miaohui.kit.jobs import stage_job


class WaybillTaken(Refusal):
    """Another parcel has this number."""

    code = "waybill_taken"
    status = 409
    title = "Another parcel travels under this number"


class Label:
    """A courier's code and the number it has given; the sandbox carrier's number is drawn here if it is left out."""

    __slots__ = ("carrier", "parcel_id", "waybill")

    def __init__(self, carrier: str, waybill: str | None) -> None:
        self.carrier = check_company(carrier).code
        self.parcel_id = new_id()
        if waybill is None and carrier != SANDBOX:
            raise InvalidWaybill
        self.waybill = f"MH{self.parcel_id}" if waybill is None else clean_waybill(waybill)


def parcel_sent_before(
    tx: Tx, label: Label, *, order_id: int, direction: Direction, case_id: int | None, lines: Mapping[int, int] | None
) -> Parcel | None:
    """Return the parcel that the same request made before. Raises WaybillTaken if it was another request's.

    lines: None where the request asked for whatever was left.
    """
    found = parcel_by_waybill(tx, carrier=label.carrier, waybill=label.waybill)
    if found is None:
        return None
    inside = {line.order_line_id: line.quantity for line in lines_of_parcels(tx, [found.id])[found.id]}
    same = (found.order_id, found.direction, found.case_id) == (order_id, direction, case_id)
    if not same or (lines is not None and inside != dict(lines)):
        raise WaybillTaken
    return found


def open_parcel(
    tx: Tx,
    label: Label,
    *,
    order_id: int,
    shop_id: int,
    direction: Direction,
    case_id: int | None,
    sender: Mapping[str, Any],
    receiver: Mapping[str, Any],
    lines: Mapping[int, int],
) -> Parcel:
    """Open a parcel, have its carrier followed, and say that it is on its way. Raises WaybillTaken."""
    opened = Parcel(
        id=label.parcel_id,
        order_id=order_id,
        shop_id=shop_id,
        direction=direction,
        case_id=case_id,
        carrier=label.carrier,
        waybill=label.waybill,
        state="created",
        sender=dict(sender),
        receiver=dict(receiver),
        created_at=tx.now,
        state_at=tx.now,
        signed_at=None,
    )
    if not insert_if_absent(tx, parcel, {field: getattr(opened, field) for field in opened.__struct_fields__}):
        raise WaybillTaken
    if lines:
        tx.execute(
            sa.insert(parcel_line),
            [
                {"parcel_id": opened.id, "order_line_id": line_id, "quantity": quantity}
                for line_id, quantity in sorted(lines.items())
            ],
        )
    stage_job(tx, kind_for(opened.carrier).follow_job, unique_key=f"parcel:{opened.id}", parcel_id=opened.id)
    tx.emit(ParcelShipped(parcel_id=opened.id, order_id=order_id, direction=direction))
    return opened
