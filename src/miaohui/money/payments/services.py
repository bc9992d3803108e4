"""Talks with providers: a transaction before, the call between, a transaction after."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar

import msgspec

from miaohui.kit.db import Database
from miaohui.kit.errors import InvalidInput, NotFound, Refusal
from miaohui.money.ledger.actions.post_entry import InsufficientFunds
from miaohui.money.payments.actions.hear_notice import Heard, apply_refund_status, apply_status, hear_notice
from miaohui.money.payments.actions.pay_wallet import pay_from_wallet
from miaohui.money.payments.actions.record_handover import record_failure, record_handover, replace_handover
from miaohui.money.payments.actions.record_refund import (
    RefundAttempt,
    begin_refund_attempt,
    record_refund_failure,
    record_refund_stuck,
    record_refund_success,
)
from miaohui.money.payments.providers import open_providers
from miaohui.money.payments.providers.contract import (
    Answer,
    BillLine,
    CodeRefused,
    Device,
    NoticeRefused,
    Provider,
    ProviderFault,
    RefundStatus,
    Visit,
)
from miaohui.money.payments.providers.sandbox import DELAY, Outcome, SandboxProvider
from miaohui.money.payments.queries import Payment, payment_by_id
from miaohui.money.payments.states import OPEN
from miaohui.settings import Settings

log = logging.getLogger(__name__)

T = TypeVar("T")

WALLET = "wallet"
NOBODY = Visit()
"""A job has nobody before the till."""
_THREADS = 16
"""Calls to providers at the same time; each blocks a thread for as long as the provider takes."""


class ProviderNotOffered(InvalidInput):
    """This server does not take payments that way."""

    code = "provider_not_offered"
    title = "This way of paying is not offered here"


class ProviderSilent(Refusal):
    """The provider could not be reached; the payment stands, and is told to it again by itself."""

    code = "provider_silent"
    status = 503
    title = "The payment provider does not answer just now; please try again in a moment"


class PaymentRefused(Refusal):
    """The provider does not take this payment; another one may."""

    code = "payment_refused"
    status = 409
    title = "The payment provider does not take this payment"


class PayerNotKnown(Refusal):
    """The provider did not confirm who pays: the code is spent or not of this payment. Nothing was taken."""

    code = "payer_not_known"
    status = 400
    title = "It is not clear who pays; please start the payment again"


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """A provider, and in which of its ways it takes money from the device at hand."""

    provider: str
    way: str


class Offers(msgspec.Struct, frozen=True, kw_only=True):
    """Names of the ways to pay, in the order in which payers see them. elsewhere: on other devices only."""

    device: Device
    here: tuple[str, ...]
    elsewhere: tuple[str, ...]


class Payments:
    """Built once for each web process, where routes receive it as `payments`; jobs build their own.

    The methods whose names end in `_sync` block, and are for threads that may.
    """

    def __init__(self, db: Database, settings: Settings, *, providers: Mapping[str, Provider] | None = None) -> None:
        self.db = db
        self.providers = open_providers(settings, db) if providers is None else providers
        self.offered = tuple(name.strip() for name in settings.payment_providers.split(",") if name.strip())
        """In the order in which payers see them."""
        self._threads: ThreadPoolExecutor | None = None

    def choose(self, provider: str, visit: Visit) -> Choice:
        """Return how a payment goes to a provider from the payer's device. Raises ProviderNotOffered."""
        way = self._way(provider, visit.device) if provider in self.offered else None
        if way is None:
            raise ProviderNotOffered
        return Choice(provider=provider, way=way)

    def offers(self, visit: Visit) -> Offers:
        """Return which ways to pay work on the payer's device; inside WeChat, its own way comes first."""
        works = {name: self._way(name, visit.device) is not None for name in self.offered}
        here = [name for name in self.offered if works[name]]
        return Offers(
            device=visit.device,
            here=tuple(sorted(here, key=lambda name: name != visit.device)),
            elsewhere=tuple(name for name in self.offered if not works[name]),
        )

    def provider(self, name: str) -> Provider:
        """Return a provider, also one that is offered no more: old payments are refunded there. Raises NotFound."""
        found = self.providers.get(name)
        if found is None:
            raise NotFound
        return found

    def close(self) -> None:
        """Let go of the threads."""
        if self._threads is not None:
            self._threads.shutdown(wait=False, cancel_futures=True)

    async def begin(self, payment_id: int, visit: Visit) -> Payment:
        """Hand a payment over to its provider, and return it with how the payer goes on.

        A payment from the wallet is paid at once. Raises ProviderNotOffered, ProviderSilent, PaymentRefused,
        InsufficientFunds.
        """
        return await self._in_thread(self.begin_sync, payment_id, visit)

    async def identify(self, payment_id: int, *, code: str, state: str) -> Payment:
        """Let a payer go on whom the provider has told apart. Raises PayerNotKnown, ProviderSilent, PaymentRefused."""
        return await self._in_thread(self.identify_sync, payment_id, code=code, state=state)

    async def query(self, payment_id: int) -> Payment:
        """Ask the provider what became of a payment, and return it as it then stands. Raises ProviderSilent."""
        return await self._in_thread(self.query_sync, payment_id)

    async def hear(self, provider: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Act on a notice, and return what its sender is to hear. Raises NotFound for a provider nobody knows."""
        return await self._in_thread(self.hear_sync, provider, headers, body)

    async def act_in_sandbox(self, payment: Payment, *, outcome: Outcome, delay: timedelta = DELAY) -> Payment:
        """Let the sandbox do what its payer chose, and return the payment as it then stands. Raises SandboxOver."""
        return await self._in_thread(self.act_in_sandbox_sync, payment, outcome=outcome, delay=delay)

    def begin_sync(self, payment_id: int, visit: Visit = NOBODY) -> Payment:
        payment = self._payment(payment_id)
        is_known = payment.state == "pending" and _is_over(payment.handover)
        if payment.state != "created" and not is_known:
            return payment
        if payment.provider not in self.offered:
            # Otherwise whoever names the sandbox would have everything for nothing.
            self.db.write_sync(record_failure, payment_id=payment_id, reason="not offered here")
            raise ProviderNotOffered
        if payment.provider == WALLET:
            return self._pay_from_wallet(payment)
        provider = self.provider(payment.provider)
        try:
            handover = msgspec.to_builtins(provider.begin(payment, visit))
        except ProviderFault as fault:
            # One that the provider knows may be paid; whether it is comes out by asking, not by giving it up.
            if not fault.permanent or is_known:
                raise ProviderSilent from fault
            log.error("provider %s does not take payment %s: %s", payment.provider, payment_id, fault.reason)
            self.db.write_sync(record_failure, payment_id=payment_id, reason=fault.reason)
            raise PaymentRefused from fault
        if is_known:
            return self._go_on(payment, handover)
        begun = self.db.write_sync(record_handover, payment_id=payment_id, handover=handover)
        return self._closed_there_too(begun)

    def identify_sync(self, payment_id: int, *, code: str, state: str) -> Payment:
        payment = self._payment(payment_id)
        # Who comes by a second time goes on where the first time has led: a code is good once.
        if payment.state != "pending" or payment.handover is None or payment.handover["kind"] != "identify":
            return payment
        try:
            handover = self.provider(payment.provider).identify(payment, code=code, state=state)
        except CodeRefused as refusal:
            log.warning("who pays payment %s is not known: %s", payment_id, refusal)
            raise PayerNotKnown from None
        except ProviderFault as fault:
            if not fault.permanent:
                raise ProviderSilent from fault
            log.error("provider %s does not take payment %s: %s", payment.provider, payment_id, fault.reason)
            self.db.write_sync(record_failure, payment_id=payment_id, reason=fault.reason)
            raise PaymentRefused from fault
        return self._go_on(payment, msgspec.to_builtins(handover))

    def query_sync(self, payment_id: int) -> Payment:
        payment = self._payment(payment_id)
        if payment.provider == WALLET or payment.state not in {*OPEN, "closed"}:
            return payment
        try:
            status = self.provider(payment.provider).query(payment)
        except ProviderFault as fault:
            raise ProviderSilent from fault
        self.db.write_sync(apply_status, payment=payment, status=status, source="query")
        return self._payment(payment_id)

    def close_sync(self, payment_id: int) -> Heard:
        """Tell the provider that a payment is closed; what it has taken by then is late. Raises ProviderFault."""
        payment = self._payment(payment_id)
        if payment.provider == WALLET or payment.state != "closed":
            return "ignored"
        status = self.provider(payment.provider).close(payment)
        return self.db.write_sync(apply_status, payment=payment, status=status, source="close")

    def refund_sync(self, refund_id: int) -> RefundStatus | None:
        """Ask the provider for a refund and write down what it says; None if the refund has ended.

        Raises ProviderFault that is not permanent; the refund then waits for the next try.
        """
        attempt = self.db.write_sync(begin_refund_attempt, refund_id=refund_id)
        if attempt is None:
            return None
        if attempt.payment.provider == WALLET:
            self.db.write_sync(record_refund_success, refund_id=refund_id, provider_refund_no=None, source="wallet")
            return RefundStatus(state="succeeded")
        try:
            status = self._refund_status(attempt)
        except ProviderFault as fault:
            if fault.permanent:
                log.error("refund %s needs a person: %s", refund_id, fault.reason)
                self.db.write_sync(record_refund_stuck, refund_id=refund_id, failure=fault.reason)
                return RefundStatus(state="stuck", reason=fault.reason)
            self.db.write_sync(record_refund_failure, refund_id=refund_id, failure=fault.reason)
            raise
        self.db.write_sync(apply_refund_status, refund_id=refund_id, status=status, source="provider")
        return status

    def hear_sync(self, provider_name: str, headers: Mapping[str, str], body: bytes) -> Answer:
        provider = self.provider(provider_name)
        try:
            notice = provider.parse_notice(headers, body)
            text = body.decode("utf-8", errors="replace").replace("\0", "�")
            heard = self.db.write_sync(hear_notice, provider=provider_name, notice=notice, body=text)
        except NoticeRefused as refusal:
            log.warning("a notice in the name of %s was refused: %s", provider_name, refusal)
            return provider.answer(heard=False, reason=str(refusal))
        except Exception:
            # A provider that hears of no fault sends the notice again; a fault of ours must alarm nevertheless.
            log.exception("a notice of %s could not be acted on", provider_name)
            return provider.answer(heard=False, reason="try again later", status=503)
        log.info("notice of %s: %s", provider_name, heard)
        return provider.answer(heard=True)

    def act_in_sandbox_sync(self, payment: Payment, *, outcome: Outcome, delay: timedelta = DELAY) -> Payment:
        sandbox = self.sandbox(payment)
        if sandbox.name not in self.offered:
            # A shop that goes live with payments of its rehearsal still open gives nothing away for them.
            raise ProviderNotOffered
        if payment.state == "created":
            self.begin_sync(payment.id)
        for body in sandbox.act(payment, outcome=outcome, delay=delay):
            self.hear_sync(sandbox.name, {}, body)
        return self._payment(payment.id)

    def sandbox(self, payment: Payment) -> SandboxProvider:
        """Return the sandbox if the payment is one of its own. Raises NotFound."""
        found = self.provider(payment.provider) if payment.provider != WALLET else None
        if not isinstance(found, SandboxProvider):
            raise NotFound
        return found

    def bill_sync(self, provider: str, day: date) -> list[BillLine]:
        """Fetch a provider's bill of a day. Raises ProviderFault."""
        return list(self.provider(provider).bill(day))

    def _go_on(self, payment: Payment, handover: dict[str, Any]) -> Payment:
        gone_on = self.db.write_sync(replace_handover, payment_id=payment.id, seen=payment.handover, handover=handover)
        return self._closed_there_too(gone_on)

    def _closed_there_too(self, payment: Payment) -> Payment:
        if payment.state == "closed":
            # It was closed while the provider was told of it, and may have heard of the closing first.
            self.close_sync(payment.id)
        return payment

    def _way(self, name: str, device: Device) -> str | None:
        return "" if name == WALLET else self.provider(name).way(device)

    def _pay_from_wallet(self, payment: Payment) -> Payment:
        try:
            return self.db.write_sync(pay_from_wallet, payment_id=payment.id)
        except InsufficientFunds:
            self.db.write_sync(record_failure, payment_id=payment.id, reason="the wallet holds too little")
            raise

    def _refund_status(self, attempt: RefundAttempt) -> RefundStatus:
        provider = self.provider(attempt.payment.provider)
        if attempt.refund.attempts > 1:
            status = provider.query_refund(attempt.payment, attempt.refund)
            if status.state != "unknown":
                return status
        return provider.refund(attempt.payment, attempt.refund)

    def _payment(self, payment_id: int) -> Payment:
        found = self.db.read_sync(payment_by_id, payment_id)
        if found is None:
            raise NotFound
        return found

    async def _in_thread(self, call: Callable[..., T], *args: Any, **kw: Any) -> T:
        if self._threads is None:
            self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="payments")
        return await asyncio.get_running_loop().run_in_executor(self._threads, lambda: call(*args, **kw))


def _is_over(handover: Mapping[str, Any] | None) -> bool:
    """Whether the provider takes this handover no more. Providers go by the clock on the wall."""
    end = None if handover is None else handover.get("expires_at")
    return end is not None and datetime.fromisoformat(end) <= datetime.now(UTC)
