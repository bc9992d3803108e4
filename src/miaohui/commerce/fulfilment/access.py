"""Where a parcel is fetched on somebody's behalf, and the permission with it."""

from miaohui.commerce.fulfilment.queries import Parcel, parcel_by_id
from miaohui.commerce.merchants.access import access_shop
from miaohui.kit.db import Tx
from miaohui.kit.errors import NotFound


def access_parcel_of_shop(tx: Tx, *, parcel_id: int, shop_id: int, account_id: int) -> Parcel:
    """Return a parcel of this shop to somebody who ships there. Raises NotFound, Forbidden."""
    access_shop(tx, shop_id=shop_id, account_id=account_id, to="fulfilment")
    found = parcel_by_id(tx, parcel_id)
    if found is None or found.shop_id != shop_id:
        raise NotFound
    return found
