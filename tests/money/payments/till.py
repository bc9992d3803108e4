"""A till: payments of Mei's, a sandbox that pays or does not, and a worker, with the real tables behind."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

import miaohui.money.payments.jobs  # noqa: F401  importing declares the kinds of jobs
from miaohui.kit.blobs import FolderBlobs
from miaohui.kit.clock import ManualClock
from miaohui.kit.db import Database
from miaohui.kit.ids import new_id
from miaohui.kit.jobs import Worker, job_table, stage_job
from miaohui.money.ledger import accounts
from miaohui.money.ledger.queries import balance_of
from miaohui.money.ledger.tables import ledger_entry
from miaohui.money.payments.actions.open_payment import open_payment
from miaohui.money.payments.providers.contract import Device, Visit
from miaohui.money.payments.providers.sandbox import Outcome
from miaohui.money.payments.queries import Part, Payment, Refund, payment_by_id, payments_of_subject, refunds_of
from miaohui.money.payments.services import Payments
from miaohui.money.payments.tables import payment_event, refund_event
from miaohui.settings import Settings

PRICE = 12_80


class Till:
    """Opens payments and lets people pay."""

    def __init__(
        self, db: Database, clock: ManualClock, folder: Path, *, payer_id: int, settings: Settings | None = None
    ) -> None:
        self.db = db
        self.clock = clock
        self.payer_id = payer_id
        self.settings = settings or Settings(data_dir=folder)
        self.payments = Payments(db, self.settings)
        self.worker = Worker(db=db, blobs=FolderBlobs(folder / "blobs"), settings=self.settings)

    def open(
        self,
        *,
        subject_id: int | None = None,
        provider: str = "sandbox",
        amount: int = PRICE,
        device: Device = "desktop",
    ) -> Payment:
        """Open a payment for a trade with one order of the same number."""
        way = "" if provider == "wallet" else self.payments.provider(provider).way(device)
        subject_id = subject_id or new_id()
        return self.db.write_sync(
            open_payment,
            purpose="trade",
            subject_id=subject_id,
            payer_id=self.payer_id,
            provider=provider,
            way=way or "",
            parts=[Part(account_code=accounts.escrow(subject_id), amount_minor=amount)],
            currency="CNY",
            description="Sugar rabbit",
            closes_at=self.clock.now() + timedelta(minutes=30),
        )

    def begun(self, **wish: Any) -> Payment:
        """Open a payment that the provider has heard of."""
        visit = Visit(device=wish.get("device", "desktop"), ip="203.0.113.7")
        return self.payments.begin_sync(self.open(**wish).id, visit)

    def act(self, payment: Payment, outcome: Outcome) -> Payment:
        """Press a button of the sandbox."""
        return self.payments.act_in_sandbox_sync(payment, outcome=outcome)

    def pay_at_sandbox(self, payment: Payment, outcome: Outcome = "pay") -> list[bytes]:
        """Let the sandbox take the money, and return its notices, which nobody has delivered yet."""
        return self.payments.sandbox(payment).act(payment, outcome=outcome)

    def hear(self, body: bytes) -> int:
        return self.payments.hear_sync("sandbox", {}, body).status

    def work(self) -> None:
        """Run all jobs that are due."""
        self.worker.run_due()

    def sweep(self) -> None:
        """Do what the minutely look after payments does."""
        self._run("payments.sweep")

    def reconcile(self, day: date, provider: str = "sandbox") -> None:
        """Fetch a day's bill and hold it against the books."""
        self._run("payments.reconcile", provider=provider, day=day.isoformat())

    def _run(self, kind: str, **payload: object) -> None:
        self.db.write_sync(stage_job, kind, **payload)
        self.work()

    def find(self, payment_id: int) -> Payment:
        found = self.db.read_sync(payment_by_id, payment_id)
        assert found is not None
        return found

    def attempts(self, payment: Payment) -> list[Payment]:
        return self.db.read_sync(payments_of_subject, purpose=payment.purpose, subject_id=payment.subject_id)

    def refunds(self, payment_id: int) -> list[Refund]:
        return self.db.read_sync(refunds_of, payment_id)

    def balance(self, code: str) -> int:
        return self.db.read_sync(balance_of, code=code, currency="CNY")

    def posted(self, kind: str) -> int:
        """How many entries of a kind there are."""
        of_kind = sa.select(sa.func.count()).select_from(ledger_entry).where(ledger_entry.c.kind == kind)
        return self.db.read_sync(lambda tx: tx.scalar(of_kind))

    def moves(self, payment_id: int) -> list[tuple[str | None, str]]:
        return self._moves(payment_event, payment_event.c.payment_id == payment_id)

    def refund_moves(self, refund_id: int) -> list[tuple[str | None, str]]:
        return self._moves(refund_event, refund_event.c.refund_id == refund_id)

    def failures(self) -> list[str]:
        """What went wrong with any job."""
        query = sa.select(job_table.c.kind, job_table.c.failure).where(job_table.c.failure.is_not(None))
        return self.db.read_sync(lambda tx: [f"{kind}: {failure}" for kind, failure in tx.execute(query)])

    def _moves(self, table: sa.Table, mine: sa.ColumnElement[bool]) -> list[tuple[str | None, str]]:
        query = sa.select(table.c.from_state, table.c.to_state).where(mine).order_by(table.c.id)
        return self.db.read_sync(lambda tx: [tuple(row) for row in tx.execute(query)])
