"""Send goods of an after-sales case back, or others in their place."""

from collections.abc import Sequence

from miaohui.commerce.fulfilment.actions.open_parcel import Label, open_parcel, parcel_sent_before
from miaohui.commerce.fulfilment.consignments import address_of_shop
from miaohui.commerce.fulfilment.queries import Direction, Parcel
from miaohui.commerce.orders.access import access_order, access_order_of_shop
from miaohui.commerce.orders.locks import lock_order
from miaohui.commerce.orders.queries import order_by_id
from miaohui.kit.db import Tx
from miaohui.kit.errors import NotFound


def open_return_parcel(
    tx: Tx,
    *,
    order_id: int,
    case_id: int,
    carrier: str,
    waybill: str | None,
    by_id: int,
    lines: Sequence[tuple[int, int]] = (),
) -> Parcel:
    """Open the parcel with which a buyer sends goods back; the same again gets the first one.

    The case is the caller's to have checked. A waybill belongs to one parcel, so it can return only one
    thing. Raises NotFound unless `by_id` is the buyer, UnknownCarrier, InvalidWaybill, WaybillTaken.
    """
    access_order(tx, order_id=order_id, person_id=by_id)
    return _open(tx, Label(carrier, waybill), order_id=order_id, case_id=case_id, direction="back", lines=dict(lines))


def open_reship_parcel(
    tx: Tx,
    *,
    order_id: int,
    case_id: int,
    carrier: str,
    waybill: str | None,
    by_id: int,
    lines: Sequence[tuple[int, int]] = (),
) -> Parcel:
    """Open the parcel with which a shop sends others in place of what came back.

    It belongs to its case and says nothing of the order, which has been delivered before. Raises as
    open_return_parcel, and Forbidden for staff who do not ship.
    """
    order = order_by_id(tx, order_id)
    if order is None:
        raise NotFound
    access_order_of_shop(tx, shop_id=order.shop_id, order_id=order_id, account_id=by_id, to="service")
    return _open(tx, Label(carrier, waybill), order_id=order_id, case_id=case_id, direction="out", lines=dict(lines))


def _open(tx: Tx, label: Label, *, order_id: int, case_id: int, direction: Direction, lines: dict[int, int]) -> Parcel:
    order = lock_order(tx, order_id)
    if order is None:
        raise NotFound
    before = parcel_sent_before(tx, label, order_id=order_id, direction=direction, case_id=case_id, lines=lines)
    if before is not None:
        return before
    buyer, shop = order.address, address_of_shop(tx, order.shop_id)
    sender, receiver = (buyer, shop) if direction == "back" else (shop, buyer)
    return open_parcel(
        tx,
        label,
        order_id=order_id,
        shop_id=order.shop_id,
        direction=direction,
        case_id=case_id,
        sender=sender,
        receiver=receiver,
        lines=lines,
    )
