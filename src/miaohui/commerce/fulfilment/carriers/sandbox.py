"""A carrier that exists only here: its parcels move by themselves, on a schedule.

Nothing leaves the machine, so demo towns and tests see whole journeys. How a journey ends is written on
the parcel: a waybill that ends in `-REFUSED`, `-LOST` or `-PROBLEM` meets that fate.
"""

from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from miaohui.commerce.fulfilment.carriers.contract import Carrier, CarrierNoticeRefused, Shipment, Tracking
from miaohui.commerce.fulfilment.states import ParcelState

Outcome = Literal["signed", "problem", "refused", "lost"]


class Step(msgspec.Struct, frozen=True):
    """One scan of a journey. at: how many paces after the parcel was handed over."""

    at: int
    state: ParcelState
    text: str
    place: str


class SandboxCarrier(Carrier):
    """Needs no subscription and pushes nothing over the network."""

    follow_job = "fulfilment.walk_parcel"

    def subscribe(self, shipment: Shipment) -> None:
        """Do nothing: the job walks the parcel."""

    def read_notice(self, form: Mapping[str, str]) -> Tracking:
        raise CarrierNoticeRefused

    def receipt(self) -> Mapping[str, object]:
        return {"result": True}


def outcome_of(waybill: str) -> Outcome:
    """Return how the journey of a waybill ends."""
    ending = waybill.rpartition("-")[2].lower()
    return ending if ending in {"problem", "refused", "lost"} else "signed"  # type: ignore[return-value]


def journey(*, sender: Mapping[str, Any], receiver: Mapping[str, Any], outcome: Outcome) -> list[Step]:
    """Return every scan between two addresses, first to last."""
    start, end = _city(sender), _city(receiver)
    quarter = receiver.get("district") or end
    steps = [
        Step(1, "picked_up", f"【{start}】脚夫已揽收 · Picked up in {start}", start),
        Step(2, "in_transit", f"【{start}】已离开{start}转运中心，发往{end} · Left {start} for {end}", start),
        Step(3, "in_transit", f"【{end}】已到达{end}转运中心 · Arrived in {end}", end),
    ]
    if outcome == "lost":
        return [*steps[:2], Step(6, "lost", "包裹在途中遗失，已登记 · Lost on the way and reported", start)]
    if outcome == "problem":
        steps.append(Step(4, "problem", f"【{end}】地址不详，正在联系收件人 · Address unclear, calling", end))
    out = Step(5, "out_for_delivery", f"【{quarter}】正在派送，请保持电话畅通 · Out for delivery", str(quarter))
    if outcome == "refused":
        return [
            *steps,
            out,
            Step(6, "refused", f"【{quarter}】收件人拒收 · Refused at the door", str(quarter)),
            Step(7, "returning", f"【{end}】退回途中 · On the way back", end),
            Step(9, "returned", f"【{start}】已退回寄件人 · Returned to the sender", start),
        ]
    return [*steps, out, Step(6, "signed", f"【{quarter}】已签收，感谢使用庙会脚夫 · Signed for", str(quarter))]


def _city(address: Mapping[str, Any]) -> str:
    return str(address.get("city") or address.get("province") or address.get("country") or "庙会")
