"""What parcels lock, and in which order.

1. the order and its lines (commerce.orders), then their stock: only where something is shipped
2. the parcel
3. its scans, by insertion

Whoever tells of scans holds the parcel, so that two notices at once are added up one after the other. To
tell the order that all has arrived, the parcel is let go of only with the transaction; nobody who holds
an order waits for a parcel that was there before, so nobody waits in a circle.
"""

import sqlalchemy as sa

from miaohui.commerce.fulfilment.tables import parcel
from miaohui.kit.db import Tx


def lock_parcel(tx: Tx, parcel_id: int) -> None:
    """Hold a parcel, and so the order of all that is said of it."""
    tx.execute(sa.select(parcel.c.id).where(parcel.c.id == parcel_id).with_for_update())
