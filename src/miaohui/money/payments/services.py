"""Talks with providers: a transaction before, the call between, a transaction after."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any, TypeVar

import msgspec

from miaohui.kit.db import Database
from miaohui.kit.errors import InvalidInput, NotFound, Refusal
from miaohui.money.ledger.actions.post_entry import InsufficientFunds
from miaohui.money.payments.actions.hear_notice import Heard, apply_refund_status, apply_status, hear_notice
from miaohui.money.payments.actions.pay_wallet import pay_from_wallet
from miaohui.money.payments.actions.record_handover import record_failure, record_handover
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
    NoticeRefused,
    Provider,
    ProviderFault,
    RefundStatus,
)
from miaohui.money.payments.providers.sandbox import DELAY, Outcome, SandboxProvider
from miaohui.money.payments.queries import Payment, payment_by_id
from miaohui.money.payments.states import OPEN
from miaohui.settings import Settings

log = logging.getLogger(__name__)

T = TypeVar("T")

WALLET = "wallet"
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

    def check(self, provider: str) -> str:
        """Return the name if payments can be made that way now. Raises ProviderNotOffered."""
        if provider not in self.offered:
            raise ProviderNotOffered
        return provider

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

    async def begin(self, payment_id: int) -> Payment:
        """Hand a payment over to its provider, and return it with how the payer goes on.

        A payment from the wallet is paid at once. Raises ProviderNotOffered, ProviderSilent, PaymentRefused,
        InsufficientFunds.
        """
        return await self._in_thread(self.begin_sync, payment_id)

    async def query(self, payment_id: int) -> Payment:
        """Ask the provider what became of a payment, and return it as it then stands. Raises ProviderSilent."""
        return await self._in_thread(self.query_sync, payment_id)

    async def hear(self, provider: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Act on a notice, and return what its sender is to hear. Raises NotFound for a provider nobody knows."""
        return await self._in_thread(self.hear_sync, provider, headers, body)

    async def act_in_sandbox(self, payment: Payment, *, outcome: Outcome, delay: timedelta = DELAY) -> Payment:
        """Let the sandbox do what its payer chose, and return the payment as it then stands. Raises SandboxOver."""
        return await self._in_thread(self.act_in_sandbox_sync, payment, outcome=outcome, delay=delay)

    def begin_sync(self, payment_id: int) -> Payment:
        payment = self._payment(payment_id)
        if payment.state != "created":
            return payment
        if payment.provider not in self.offered:
            # Otherwise whoever names the sandbox would have everything for nothing.
            self.db.write_sync(record_failure, payment_id=payment_id, reason="not offered here")
            raise ProviderNotOffered
        if payment.provider == WALLET:
            return self._pay_from_wallet(payment)
        provider = self.provider(payment.provider)
        try:
            handover = provider.begin(payment)
        except ProviderFault as fault:
            if not fault.permanent:
                raise ProviderSilent from fault
            log.error("provider %s does not take payment %s: %s", payment.provider, payment_id, fault.reason)
            self.db.write_sync(record_failure, payment_id=payment_id, reason=fault.reason)
            raise PaymentRefused from fault
        begun = self.db.write_sync(record_handover, payment_id=payment_id, handover=msgspec.to_builtins(handover))
        if begun.state == "closed":
            # It was closed while the provider was told of it, and may have heard of the closing first.
            self.close_sync(payment_id)
        return begun

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
