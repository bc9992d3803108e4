"""Send what the buyer gets instead."""

from miaohui.care.aftersales.access import access_case_as_shop
from miaohui.care.aftersales.moves import move_case, require_state
from miaohui.care.aftersales.queries import Case
from miaohui.care.aftersales.refunds import ref_of
from miaohui.commerce.fulfilment.actions.open_return_parcel import open_reship_parcel
from miaohui.commerce.inventory.actions.ship_stock import ship_stock
from miaohui.kit.db import Tx


def reship(tx: Tx, *, aftersale_id: int, by_id: int, carrier: str, waybill: str | None = None) -> Case:
    """Send the exchange on behalf of the shop, by somebody who ships for it.

    Raises NotFound, Forbidden, CaseMoved, and what a parcel refuses.
    """
    found = access_case_as_shop(tx, aftersale_id=aftersale_id, account_id=by_id, to="fulfilment")
    require_state(found, {"wait_reship"})
    # What was kept back stands under the case's own id.
    ship_stock(tx, order_line_id=found.id, quantity=found.quantity, ref=ref_of(found.id))
    parcel = open_reship_parcel(
        tx, order_id=found.order_id, case_id=found.id, carrier=carrier, waybill=waybill, by_id=by_id
    )
    data = {"carrier": parcel.carrier, "waybill": parcel.waybill}
    return move_case(tx, found, "reshipped", by_side="shop", by_id=by_id, data=data)
