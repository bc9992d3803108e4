"""Send all or a part of an order."""

from collections.abc import Sequence

from miaohui.commerce.fulfilment.actions.open_parcel import Label, open_parcel, parcel_sent_before
from miaohui.commerce.fulfilment.consignments import address_of_shop, unsent_units
from miaohui.commerce.fulfilment.queries import Parcel
from miaohui.commerce.orders.access import access_order_of_shop
from miaohui.commerce.orders.actions.mark_shipped import mark_shipped
from miaohui.commerce.orders.locks import lock_order
from miaohui.kit.db import Tx
from miaohui.kit.errors import NotFound, Refusal


class NothingToShip(Refusal):
    """The order has nothing left to send, or the parcel would be empty."""

    code = "nothing_to_ship"
    status = 409
    title = "There is nothing left to ship"


def ship_parcel(
    tx: Tx,
    *,
    order_id: int,
    lines: Sequence[tuple[int, int]] | None,
    carrier: str,
    waybill: str | None,
    by_id: int,
    shop_id: int | None = None,
) -> Parcel:
    """Hand a parcel with these order lines and quantities to a carrier; the same again gets the first one.

    lines: None for all that is left. waybill: None lets the sandbox carrier give one. shop_id: the shop
    that the caller speaks of. Raises NotFound, Forbidden, UnknownCarrier, InvalidWaybill, WaybillTaken,
    NothingToShip, and what commerce.orders refuses.
    """
    label = Label(carrier, waybill)
    order = lock_order(tx, order_id)
    if order is None or shop_id not in {None, order.shop_id}:
        raise NotFound
    access_order_of_shop(tx, shop_id=order.shop_id, order_id=order_id, account_id=by_id, to="fulfilment")
    asked = None if lines is None else _sums(lines)
    before = parcel_sent_before(tx, label, order_id=order_id, direction="out", case_id=None, lines=asked)
    if before is not None:
        return before
    inside = unsent_units(tx, order_id) if asked is None else asked
    if not inside:
        raise NothingToShip
    # In the order of their ids, as everybody locks lines.
    mark_shipped(tx, order_id=order_id, lines=sorted(inside.items()), by_id=by_id, ref=f"parcel:{label.parcel_id}")
    return open_parcel(
        tx,
        label,
        order_id=order_id,
        shop_id=order.shop_id,
        direction="out",
        case_id=None,
        sender=address_of_shop(tx, order.shop_id),
        receiver=order.address,
        lines=inside,
    )


def _sums(lines: Sequence[tuple[int, int]]) -> dict[int, int]:
    sums: dict[int, int] = {}
    for line_id, units in lines:
        if units <= 0:
            raise NothingToShip
        sums[line_id] = sums.get(line_id, 0) + units
    return sums
