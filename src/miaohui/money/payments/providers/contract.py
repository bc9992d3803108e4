"""What every payment provider does for us: a base class whose docstrings are the manual.

Who writes a new provider implements `Provider`, adds it to `providers/__init__.py` and runs
`tests/money/payments/test_contract.py` against it. All methods block; they are called from worker threads,
between transactions and never inside one. A process may die between any two of our lines, so every method is
called again with the same numbers, and must then mean the same payment or refund and not a second one.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, tzinfo
from typing import ClassVar, Literal

import msgspec

from miaohui.money.payments.queries import Payment, Refund


class ProviderFault(Exception):
    """A provider did not do what it was asked.

    permanent: the same request would be refused again, so a person has to look. Otherwise a later try can
    help: it was not reached, was busy, or we do not know what became of the request.
    """

    def __init__(self, reason: str, *, permanent: bool) -> None:
        super().__init__(reason)
        self.reason = reason
        self.permanent = permanent


class NoticeRefused(Exception):
    """A notice is forged, stale or unreadable. Nothing of it is kept, and the sender hears that it failed."""


class Handover(msgspec.Struct, frozen=True, kw_only=True):
    """How the payer goes on, for the browser to act on. Never holds a key of ours."""

    kind: Literal["page", "redirect", "qr", "none"]
    """page: a path of ours. redirect: an address of the provider. qr: what a QR code is to say."""
    value: str
    ref: str = ""
    """The provider's own handle, if it needs one beside our number."""


class PaymentStatus(msgspec.Struct, frozen=True, kw_only=True):
    """What a provider knows of a payment."""

    state: Literal["unknown", "open", "paid", "failed", "closed"]
    """unknown: it has never heard of it. failed and closed are final, open is not."""
    provider_txn_no: str | None = None
    """With `paid`: the provider's number of the capture, different for each capture."""
    amount_minor: int = 0
    currency: str = ""
    paid_at: datetime | None = None


class RefundStatus(msgspec.Struct, frozen=True, kw_only=True):
    """What a provider knows of a refund."""

    state: Literal["unknown", "processing", "succeeded", "stuck"]
    """stuck: it will not happen by itself, such as when the payer's account is closed."""
    provider_refund_no: str | None = None
    reason: str = ""


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """What a provider has told us, after its signature was found good."""

    key: str
    """The provider's own id of it, at most 120 characters: who repeats it is heard once."""
    kind: str
    """The provider's own word for what happened; kept, not interpreted."""
    out_no: str | None = None
    """Our number of the payment or refund, if it is about one."""
    payment: PaymentStatus | None = None
    refund: RefundStatus | None = None


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What the sender of a notice is to hear, in its own form."""

    status: int
    body: str
    media_type: str = "application/json"


class BillLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a provider's bill of a day."""

    kind: Literal["payment", "refund"]
    out_no: str
    """Our number, as the provider has it."""
    provider_no: str
    """Its number of the capture or refund."""
    amount_minor: int
    """What the payer paid or got back; > 0."""
    fee_minor: int = 0
    """What the provider keeps of it; below 0 where a refund returns a fee."""


class Provider(ABC):
    """One company that takes money for us."""

    name: ClassVar[str]
    """At most 16 characters; stands in rows, addresses and account codes, so it never changes."""
    bill_zone: ClassVar[tzinfo] = UTC
    """In whose midnight the days of its bill begin."""

    @abstractmethod
    def begin(self, payment: Payment) -> Handover:
        """Tell the provider of a payment, under `payment.out_trade_no`, and return how the payer goes on.

        The same number again returns a handover of the same payment. Raises ProviderFault.
        """

    @abstractmethod
    def query(self, payment: Payment) -> PaymentStatus:
        """Return what the provider knows of a payment. Raises ProviderFault."""

    @abstractmethod
    def close(self, payment: Payment) -> PaymentStatus:
        """Let the payment be paid no more, and return what it is then: `closed`, `unknown`, or already `paid`.

        Raises ProviderFault.
        """

    @abstractmethod
    def refund(self, payment: Payment, refund: Refund) -> RefundStatus:
        """Send `refund.amount_minor` back, under `refund.out_refund_no`; the same number again refunds once.

        The capture is `payment.provider_txn_no`: a payment that was captured twice has two rows of ours.
        `processing` is a good answer; we then ask with `query_refund`, or a notice tells us.
        Raises ProviderFault; a permanent one leaves the refund to a person.
        """

    @abstractmethod
    def query_refund(self, payment: Payment, refund: Refund) -> RefundStatus:
        """Return what the provider knows of a refund. Raises ProviderFault."""

    @abstractmethod
    def parse_notice(self, headers: Mapping[str, str], body: bytes) -> Notice:
        """Return what a notice says, if its signature is good and fresh. headers: names in lower case.

        Anybody can send anything here: whatever is not the provider's raises NoticeRefused, and no other
        exception leaves, except ProviderFault where the provider has to be asked first.
        """

    @abstractmethod
    def answer(self, *, heard: bool, reason: str = "", status: int = 400) -> Answer:
        """Return what the sender of a notice is to hear. status: used if it was not heard."""

    @abstractmethod
    def bill(self, day: date) -> Sequence[BillLine]:
        """Return the bill of a day that is over in `bill_zone`. Raises ProviderFault, not permanent while it is
        not ready yet."""
