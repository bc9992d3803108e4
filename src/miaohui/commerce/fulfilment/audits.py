"""What must always hold for parcels."""

from typing import Any

import sqlalchemy as sa

from miaohui.commerce.fulfilment.tables import parcel, parcel_event, parcel_line
from miaohui.commerce.orders.tables import order_line
from miaohui.kit.audits import audit


@audit("fulfilment.shipped_is_in_parcels", "What an order line says was shipped is what its parcels out hold.")
def shipped_is_in_parcels(dialect: str) -> sa.Select[Any]:
    """Compare each line's count with its parcels; what is sent in place of a return belongs to its case."""
    own = sa.and_(parcel.c.direction == "out", parcel.c.case_id.is_(None))
    inside = (
        sa.select(
            parcel_line.c.order_line_id, sa.cast(sa.func.sum(parcel_line.c.quantity), sa.BigInteger).label("units")
        )
        .join(parcel, parcel.c.id == parcel_line.c.parcel_id)
        .where(own)
        .group_by(parcel_line.c.order_line_id)
        .subquery("inside")
    )
    units = sa.func.coalesce(inside.c.units, 0)
    joined = order_line.outerjoin(inside, inside.c.order_line_id == order_line.c.id)
    return (
        sa.select(order_line.c.id, order_line.c.shipped, units.label("in_parcels"))
        .select_from(joined)
        .where(order_line.c.shipped != units)
    )


@audit("fulfilment.signed_is_told", "A parcel is signed for exactly when its carrier has said so, and at that time.")
def signed_is_told(dialect: str) -> sa.Select[Any]:
    """Compare each parcel with the first signature among its scans."""
    told = sa.and_(parcel_event.c.parcel_id == parcel.c.id, parcel_event.c.state == "signed")
    first = sa.select(sa.func.min(parcel_event.c.carrier_at)).where(told).scalar_subquery()
    never = sa.and_(first.is_(None), sa.or_(parcel.c.state == "signed", parcel.c.signed_at.is_not(None)))
    otherwise = sa.and_(
        first.is_not(None), sa.or_(parcel.c.state != "signed", parcel.c.signed_at.is_distinct_from(first))
    )
    return sa.select(parcel.c.id, parcel.c.state, parcel.c.signed_at).where(sa.or_(never, otherwise))
