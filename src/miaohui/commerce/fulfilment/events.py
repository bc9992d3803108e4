"""What happened to parcels."""

from datetime import datetime

from miaohui.kit.outbox import Event


class ParcelShipped(Event, frozen=True, kw_only=True):
    """A parcel was handed over. direction: `out` to the buyer, `back` to the shop."""

    parcel_id: int
    order_id: int
    direction: str


class ParcelMoved(Event, frozen=True, kw_only=True):
    """The carrier has said something that changed where the parcel stands."""

    parcel_id: int
    order_id: int
    direction: str
    state: str


class ParcelSigned(Event, frozen=True, kw_only=True):
    """Somebody signed for a parcel; said once for each. case_id: the after-sales case of a parcel back."""

    parcel_id: int
    order_id: int
    direction: str
    case_id: int | None
    carrier: str
    waybill: str
    at: datetime
