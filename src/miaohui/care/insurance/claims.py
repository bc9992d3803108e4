"""What is looked at before a claim is paid: pure, no database."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

import msgspec

from miaohui.commerce.fulfilment.states import NOTED, Scan

Verdict = Literal["approve", "deny", "ask"]


class Finding(msgspec.Struct, frozen=True):
    """What a check comes to. verdict: `ask` leaves it to a person. reason: in one or two words."""

    verdict: Verdict
    reason: str


def look_at(
    *,
    sent_at: datetime,
    expires_at: datetime,
    sender: Mapping[str, Any],
    receiver: Mapping[str, Any],
    scans: Sequence[Scan],
) -> Finding:
    """Return whether the return of a parcel is paid for: sent in term, on a real journey, between plausible places.

    scans: what the carrier has said of the parcel back, in any order.
    """
    if sent_at > expires_at:
        return Finding("deny", "sent_after_term")
    told = sorted((scan for scan in scans if scan.state != NOTED), key=lambda scan: scan.carrier_at)
    if not any(scan.state != "signed" for scan in told):
        # Only a signature: a number that was typed in, and no parcel that anybody saw.
        return Finding("ask", "no_journey")
    if not (_lies_at(told[0].place, sender) and _lies_at(told[-1].place, receiver)):
        return Finding("ask", "address_implausible")
    return Finding("approve", "plausible")


def _lies_at(place: str, address: Mapping[str, Any]) -> bool:
    """Return whether a place that a carrier names may be that address; what is not named contradicts nothing."""
    names = [str(address.get(part) or "").rstrip("省市区县") for part in ("province", "city", "district")]
    known = [name for name in names if name]
    return not place.strip() or not known or any(name in place for name in known)
