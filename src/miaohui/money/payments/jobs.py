"""What the worker does about money: everything that a process may have died in the middle of."""

import logging
from datetime import date, datetime, time, timedelta

from miaohui.kit.db import Tx
from miaohui.kit.errors import Refusal
from miaohui.kit.jobs import JobContext, job, stage_job
from miaohui.money.payments.actions.close_payment import close_payment
from miaohui.money.payments.actions.record_bill import record_bill
from miaohui.money.payments.actions.record_refund import record_refund_stuck
from miaohui.money.payments.providers.contract import ProviderFault
from miaohui.money.payments.providers.sandbox import SandboxProvider
from miaohui.money.payments.queries import open_payments, refund_by_id
from miaohui.money.payments.services import Payments

log = logging.getLogger(__name__)

_LOOK_AFTER = timedelta(seconds=20)
"""Most payers are back before; a process that has died in between has not told anybody."""
_LOOK_OFTEN = timedelta(minutes=5)
_SWEEP_AT_MOST = 500
_ASK_REFUND_AGAIN = timedelta(minutes=1)
_LONGEST_WAIT = timedelta(hours=1)
_REFUND_ATTEMPTS = 72
"""With waits that double up to an hour: about three days, as long as providers are known to be down at worst."""


@job("payments.close_at_provider", max_attempts=20)
def close_at_provider(context: JobContext, *, payment_id: int) -> None:
    """Tell a provider that a payment has been closed here, and take in what it had taken by then."""
    _payments(context).close_sync(payment_id)


@job("payments.push_refund", max_attempts=20)
def push_refund(context: JobContext, *, refund_id: int) -> None:
    """Ask a provider for a refund, under the same number each time, until it has happened or a person must look."""
    attempts = context.db.read_sync(_attempts, refund_id)
    if attempts >= _REFUND_ATTEMPTS:
        context.finish(record_refund_stuck, refund_id=refund_id, failure="tried for days")
        return
    try:
        status = _payments(context).refund_sync(refund_id)
        again = status is not None and status.state in {"processing", "unknown"}
    except ProviderFault as fault:
        log.warning("refund %s is to be tried again: %s", refund_id, fault.reason)
        again = True
    if again:
        wait = min(_ASK_REFUND_AGAIN * 2 ** min(attempts, 10), _LONGEST_WAIT)
        context.finish(_push_again, refund_id=refund_id, wait=wait)


@job("payments.sweep")
def sweep(context: JobContext) -> None:
    """Look after payments under way: tell providers that were not told, ask what became of them, close what is over."""
    payments, now = _payments(context), context.now()
    for found in context.db.read_sync(open_payments, created_before=now - _LOOK_AFTER, limit=_SWEEP_AT_MOST):
        if context.lost():
            return
        is_young = now - found.created_at < _LOOK_OFTEN
        # Later every fifth minute is enough; the id spreads them.
        if not is_young and found.closes_at > now and (found.id + int(now.timestamp() // 60)) % 5:
            continue
        try:
            known = payments.begin_sync(found.id) if found.state == "created" else payments.query_sync(found.id)
        except Refusal as refusal:
            log.warning("payment %s could not be looked after: %s", found.id, refusal.code)
            known = found
        if known.closes_at <= now:
            context.write(close_payment, payment_id=found.id, reason="time is over")


@job("payments.sandbox_arrive")
def sandbox_arrive(context: JobContext, *, out_trade_no: str) -> None:
    """Let money come in that somebody paid late in the sandbox."""
    payments = _payments(context)
    sandbox = payments.provider(SandboxProvider.name)
    if isinstance(sandbox, SandboxProvider):
        for body in sandbox.arrive(out_trade_no):
            payments.hear_sync(sandbox.name, {}, body)


@job("payments.reconcile_all")
def reconcile_all(context: JobContext) -> None:
    """Ask for yesterday's bill of every provider; scheduled daily."""
    for name, provider in _payments(context).providers.items():
        day = context.now().astimezone(provider.bill_zone).date() - timedelta(days=1)
        context.write(_stage_reconciliation, provider=name, day=day.isoformat())


@job("payments.reconcile", max_attempts=30, backoff_s=60)
def reconcile(context: JobContext, *, provider: str, day: str) -> None:
    """Fetch a provider's bill of a day, which may take until noon, and hold it against our books."""
    payments, of_day = _payments(context), date.fromisoformat(day)
    lines = payments.bill_sync(provider, of_day)
    since = datetime.combine(of_day, time(), payments.provider(provider).bill_zone)
    context.finish(record_bill, provider=provider, day=of_day, since=since, lines=lines)


def _stage_reconciliation(tx: Tx, *, provider: str, day: str) -> None:
    stage_job(tx, "payments.reconcile", unique_key=f"payments.reconcile:{provider}:{day}", provider=provider, day=day)


def _payments(context: JobContext) -> Payments:
    return Payments(context.db, context.settings)


def _attempts(tx: Tx, refund_id: int) -> int:
    found = refund_by_id(tx, refund_id)
    return 0 if found is None else found.attempts


def _push_again(tx: Tx, *, refund_id: int, wait: timedelta) -> None:
    stage_job(
        tx,
        "payments.push_refund",
        unique_key=f"payments.refund:{refund_id}",
        run_at=tx.now + wait,
        refund_id=refund_id,
    )
