"""The states of a parcel, and how what carriers say adds up to one of them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Literal, cast, get_args

import msgspec

ParcelState = Literal[
    "created",
    "picked_up",
    "in_transit",
    "out_for_delivery",
    "signed",
    "problem",
    "attempt_failed",
    "at_pickup_point",
    "refused",
    "returning",
    "returned",
    "lost",
    "expired",
]
STATES: tuple[ParcelState, ...] = get_args(ParcelState)

NOTED = "noted"
"""What a carrier says without a state that we know: kept for readers, and moves nothing."""

_ALONG = ("created", "picked_up", "in_transit", "problem", "attempt_failed", "out_for_delivery", "at_pickup_point")
_RANK = {state: rank for rank, state in enumerate((*_ALONG, "expired", "lost", "refused", "returning", "returned"))}
"""Which of two events of the same moment is the later one; carriers' clocks often show whole minutes."""

FINAL: frozenset[ParcelState] = frozenset({"signed", "returned"})
TROUBLED: frozenset[ParcelState] = frozenset({"problem", "attempt_failed", "refused", "lost", "expired"})
"""Somebody should look after it."""


class Scan(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that a carrier says. state: one of ours, or NOTED."""

    state: str
    carrier_at: datetime
    text: str
    place: str = ""


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """Where a parcel stands. signed_at: the carrier's time of the first signature."""

    state: ParcelState
    state_at: datetime
    signed_at: datetime | None


def standing(scans: Iterable[Scan], *, created_at: datetime) -> Standing:
    """Return where a parcel stands after these scans, in whatever order and however often they came.

    By the carrier's time the newest scan says the state. A signature is not taken back by anything, nor
    a return to the sender by anything but a signature: what has been paid for them would not come back
    either. Scans without a known state move nothing.
    """
    known = [scan for scan in scans if scan.state in _RANK or scan.state == "signed"]
    signatures = [scan.carrier_at for scan in known if scan.state == "signed"]
    if signatures:
        first = min(signatures)
        return Standing(state="signed", state_at=first, signed_at=first)
    returns = [scan.carrier_at for scan in known if scan.state == "returned"]
    if returns:
        return Standing(state="returned", state_at=min(returns), signed_at=None)
    newest = max(known, key=lambda scan: (scan.carrier_at, _RANK[scan.state]), default=None)
    if newest is None:
        return Standing(state="created", state_at=created_at, signed_at=None)
    return Standing(state=cast(ParcelState, newest.state), state_at=newest.carrier_at, signed_at=None)
