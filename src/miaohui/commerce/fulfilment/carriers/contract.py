"""What a carrier must be able to do. These docstrings are the manual for writing another one."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import ClassVar

import msgspec

from miaohui.commerce.fulfilment.states import Scan
from miaohui.kit.errors import Refusal


class CarrierNoticeRefused(Refusal):
    """The notice is not signed as the carrier signs, or cannot be read. Nothing of it is kept."""

    code = "carrier_notice_refused"
    status = 403
    title = "This notice does not come from the carrier"


class CarrierTrouble(Exception):
    """A call to the carrier failed. permanent: trying the same again cannot help."""

    def __init__(self, reason: str, *, permanent: bool) -> None:
        super().__init__(reason)
        self.permanent = permanent


class Shipment(msgspec.Struct, frozen=True, kw_only=True):
    """What a carrier is told of a parcel that we want to hear about.

    company: the courier's code of carriers/companies.py. phone_tail: the last four digits of the
    receiver's number, which some couriers ask for before they tell anything.
    """

    company: str
    waybill: str
    sender_place: str
    receiver_place: str
    phone_tail: str


class Tracking(msgspec.Struct, frozen=True, kw_only=True):
    """What a carrier says of one parcel, in our words.

    company: under which courier we know it. corrected: the courier that it really is, if the carrier
    found out that another one has it. scans: all that is said now; repeating earlier ones does no harm.
    ended: nothing more will be pushed for it.
    """

    company: str
    waybill: str
    scans: Sequence[Scan]
    corrected: str | None = None
    ended: bool = False


class Carrier(ABC):
    """One way of hearing about parcels: a carrier itself, or a service that follows many couriers.

    A new kind is a module beside this one and a line in choose.py. It
    keeps no state: what it must remember is in the parcel and its scans.
    """

    follow_job: ClassVar[str]
    """Kind of the job that is staged, with `parcel_id`, in the transaction that opens a parcel. It runs
    after the commit and outside of any transaction, may be run twice, and is retried with backoff."""

    @abstractmethod
    def subscribe(self, shipment: Shipment) -> None:
        """Ask to be told of this parcel from now on.

        Called from a job, outside of transactions, so it may take seconds and must have a time limit.
        Asking twice for the same parcel must be the same as asking once: where the service answers
        "already subscribed", that is success. Raises CarrierTrouble; `permanent` where the service
        will never take this parcel (unknown courier, account not entitled).
        """

    @abstractmethod
    def read_notice(self, form: Mapping[str, str]) -> Tracking:
        """Return what a pushed notice says, once its signature has been compared in constant time.

        Carriers push the same notice again until we answer, later notices may overtake earlier ones,
        and anybody may call the address: nothing but the signed text is believed. Times become UTC,
        texts lose control characters, states that we do not know become NOTED. Raises
        CarrierNoticeRefused.
        """

    @abstractmethod
    def receipt(self) -> Mapping[str, object]:
        """Return the JSON by which the carrier knows that the notice has arrived and is kept."""
