"""Send the goods back."""

from miaohui.care.aftersales.access import access_case_as_buyer
from miaohui.care.aftersales.moves import move_case, require_state
from miaohui.care.aftersales.queries import Case
from miaohui.commerce.fulfilment.actions.open_return_parcel import open_return_parcel
from miaohui.kit.db import Tx


def post_return_waybill(tx: Tx, *, aftersale_id: int, buyer_id: int, carrier: str, waybill: str | None = None) -> Case:
    """Note with which parcel the buyer sends the goods back.

    Once the carrier has handed it over, the shop has 10 days to look. Raises NotFound, CaseMoved, and what
    a parcel refuses, such as a waybill that is used.
    """
    found = access_case_as_buyer(tx, aftersale_id=aftersale_id, buyer_id=buyer_id)
    require_state(found, {"wait_return"})
    parcel = open_return_parcel(
        tx,
        order_id=found.order_id,
        case_id=found.id,
        carrier=carrier,
        waybill=waybill,
        by_id=buyer_id,
        lines=[(found.order_line_id, found.quantity)],
    )
    data = {"carrier": parcel.carrier, "waybill": parcel.waybill}
    return move_case(tx, found, "return_shipped", by_side="buyer", by_id=buyer_id, data=data)
