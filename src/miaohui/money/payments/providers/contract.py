"""What every payment provider does for us: a base class whose docstrings are the manual.

Who writes a new provider implements `Provider`, adds it to `providers/__init__.py`, teaches the simulator of
`tests/money/payments/simulator/` its side, and adds its name to `test_providers.py`. All methods block; they are called from worker threads,
between transactions and never inside one. A process may die between any two of our lines, so every method is
called again with the same numbers, and must then mean the same payment or refund and not a second one.

How one payment runs:

1. `way` says in which of its ways the provider takes money from the payer's device; the payment keeps it. Who
   goes on at another device gets a new payment under a new number, and the old one is closed.
2. `begin` returns a `Handover`, the payer's next step. If that is `identify`, the payer comes back to
   `/pay/identified/{payment.id}` with a code, `identify` makes the final handover of it, and that one takes its place.
   One with `expires_at` is made anew, by `begin`, when the payer comes back later.
3. A notice, a query or the bill says that money came. What the payer's browser says is never believed.
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


class CodeRefused(Exception):
    """What a payer came back with is forged, spent, or another person's."""


class NoticeRefused(Exception):
    """A notice is forged, stale or unreadable. Nothing of it is kept, and the sender hears that it failed."""


Device = Literal["desktop", "phone", "wechat"]
"""What a payer pays on: a phone's browser, the browser inside WeChat, or anything else."""

HandoverKind = Literal["page", "redirect", "identify", "qr", "jsapi", "none"]


class Visit(msgspec.Struct, frozen=True, kw_only=True):
    """Who stands before the till: what `visits.visit_of` reads from a request. ip: empty where nobody stands there."""

    device: Device = "desktop"
    ip: str = ""


class Handover(msgspec.Struct, frozen=True, kw_only=True):
    """How the payer goes on, for the browser to act on. Never holds a key of ours."""

    kind: HandoverKind
    """page: a path of ours. redirect: an address of the provider. qr: what a QR code is to say.

    identify: an address of the provider, from which the payer comes back to us with a code and a state.
    jsapi: a JSON object that our page gives to the bridge of WeChat's browser.
    """
    value: str
    ref: str = ""
    """The provider's own handle, if it needs one beside our number."""
    expires_at: datetime | None = None
    """When the provider takes it no more, if that is before the payment closes."""


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
    amount_minor: int | None = None
    """How much goes back and in what, where the provider says so: another amount than ours is not believed."""
    currency: str = ""


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
    currency: str = ""
    """Empty where the provider knows one only, which is then the payment's."""


class Provider(ABC):
    """One company that takes money for us."""

    name: ClassVar[str]
    """At most 16 characters; stands in rows, addresses and account codes, so it never changes."""
    bill_zone: ClassVar[tzinfo] = UTC
    """In whose midnight the days of its bill begin."""

    def way(self, device: Device) -> str | None:
        """Return in which of its ways it takes money from this device, at most 8 characters; `payment.way` has it then.

        Empty for a provider that does not care; None where it cannot be used at all, and is not offered.
        """
        return ""

    @abstractmethod
    def begin(self, payment: Payment, visit: Visit) -> Handover:
        """Tell the provider of a payment, under `payment.out_trade_no`, and return how the payer goes on.

        The same number again returns a handover of the same payment, a fresh one if the first has an end.
        visit: who asks, on the device of `payment.way`; a job that looks after what a dead process left has an
        empty `ip`, and whoever cannot go on without the payer raises a fault that is not permanent.
        Raises ProviderFault.
        """

    def identify(self, payment: Payment, *, code: str, state: str) -> Handover:
        """Return how the payer goes on, after they came back from where an `identify` handover has sent them.

        code, state: what the browser brought, so anything. state is to prove that we have sent this payer for this
        payment; look at it before anybody is asked about the code. Called once for each payment, as long as it
        succeeds. Raises CodeRefused, ProviderFault.
        """
        raise CodeRefused("nobody was sent anywhere")

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
