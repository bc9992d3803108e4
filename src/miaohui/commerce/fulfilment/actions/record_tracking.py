"""Keep what a carrier says."""

from collections.abc import Sequence

import sqlalchemy as sa

from miaohui.commerce.fulfilment.arrivals import tell_order_of_arrival
from miaohui.commerce.fulfilment.events import ParcelMoved, ParcelSigned
from miaohui.commerce.fulfilment.locks import lock_parcel
from miaohui.commerce.fulfilment.queries import Parcel, parcel_by_id, parcel_by_waybill
from miaohui.commerce.fulfilment.states import Scan, standing
from miaohui.commerce.fulfilment.tables import parcel, parcel_event
from miaohui.kit.db import Tx, insert_if_absent
from miaohui.kit.ids import new_id


def record_tracking(
    tx: Tx, *, carrier: str, waybill: str, events: Sequence[Scan], corrected: str | None = None
) -> Parcel | None:
    """Keep what a carrier says of a parcel, and return where it stands; None if nobody knows the parcel.

    events: in any order, and as often as the carrier likes to repeat them. corrected: the courier that
    the parcel really travels with, if the carrier has found that out. Says ParcelMoved when its state
    has changed, ParcelSigned once, and tells the order when all of it has arrived.
    """
    found = parcel_by_waybill(tx, carrier=carrier, waybill=waybill)
    if found is None and corrected is not None:
        found = parcel_by_waybill(tx, carrier=corrected, waybill=waybill)
    if found is None:
        return None
    lock_parcel(tx, found.id)
    if corrected is not None and corrected != found.carrier:
        _correct_carrier(tx, found, corrected)
    news = [scan for scan in events if _keep(tx, found.id, scan)]
    if news:
        _stand(tx, found.id)
    return parcel_by_id(tx, found.id)


def _keep(tx: Tx, parcel_id: int, scan: Scan) -> bool:
    row = {
        "id": new_id(),
        "parcel_id": parcel_id,
        "state": scan.state,
        "carrier_at": scan.carrier_at,
        "text": scan.text[:300],
        "place": scan.place[:100],
        "received_at": tx.now,
    }
    return insert_if_absent(tx, parcel_event, row)


def _stand(tx: Tx, parcel_id: int) -> None:
    # Read after the lock: another notice may have been added up while this one waited.
    before = parcel_by_id(tx, parcel_id)
    if before is None:
        raise LookupError(f"there is no parcel {parcel_id}")
    columns = (parcel_event.c[field] for field in Scan.__struct_fields__)
    scans = tx.all(sa.select(*columns).where(parcel_event.c.parcel_id == parcel_id), Scan)
    now = standing(scans, created_at=before.created_at)
    changes = {"state": now.state, "state_at": now.state_at, "signed_at": now.signed_at}
    tx.execute(sa.update(parcel).where(parcel.c.id == parcel_id).values(**changes))
    if now.state != before.state:
        tx.emit(ParcelMoved(parcel_id=parcel_id, order_id=before.order_id, direction=before.direction, state=now.state))
    if now.signed_at is not None and before.signed_at is None:
        tx.emit(
            ParcelSigned(
                parcel_id=parcel_id,
                order_id=before.order_id,
                direction=before.direction,
                case_id=before.case_id,
                carrier=before.carrier,
                waybill=before.waybill,
                # A carrier whose clock is ahead must not move our deadlines.
                at=min(now.signed_at, tx.now),
            )
        )
        if before.direction == "out" and before.case_id is None:
            tell_order_of_arrival(tx, order_id=before.order_id)


def _correct_carrier(tx: Tx, found: Parcel, corrected: str) -> None:
    other = parcel.alias()
    taken = sa.exists().where(other.c.carrier == corrected, other.c.waybill == found.waybill)
    tx.execute(sa.update(parcel).where(parcel.c.id == found.id, ~taken).values(carrier=corrected[:20]))
