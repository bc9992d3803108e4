"""The JSON API of the operators' console: what waits, the books, bills, and failed jobs."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

import msgspec
from litestar import get, post
from litestar.params import Parameter

from miaohui.consoles.operator.bills import Reconciliation, close_with_note, read_reconciliation
from miaohui.consoles.operator.failed_work import FailedJobs, put_back, read_failed_jobs
from miaohui.consoles.operator.ledger import ledger_accounts, ledger_entries, ledger_entry_of, ledger_statement
from miaohui.consoles.operator.queues import Overview, read_overview
from miaohui.consoles.operator.refunds import StuckRefunds, ask_provider_again, pay_another_way, read_stuck_refunds
from miaohui.kit.db import Database
from miaohui.kit.http.viewer import Member
from miaohui.kit.ids import Id, parse_id
from miaohui.money.ledger.books import Books, Entries, Entry
from miaohui.money.ledger.statements import Statement
from miaohui.money.payments.actions.settle_refund import Way

_TAG = ["operators"]
Limit = Annotated[int, Parameter(ge=1, le=50, description="entries at most")]
Cursor = Annotated[str | None, Parameter(max_length=120, description="from the page before")]
Currency = Annotated[str, Parameter(pattern=r"^[A-Z]{3}$", description="ISO 4217")]
Code = Annotated[str, Parameter(max_length=80, description="of an account, such as `escrow:7301`")]
Filter = Annotated[str | None, Parameter(max_length=80)]


class ClosingNote(msgspec.Struct, frozen=True, kw_only=True):
    """How the difference was settled."""

    note: Annotated[str, msgspec.Meta(min_length=2, max_length=400)]


class RefundSettlement(msgspec.Struct, frozen=True, kw_only=True):
    """How the payer gets the money instead: into the wallet now, or by a transfer that has been made."""

    way: Way
    note: Annotated[str, msgspec.Meta(min_length=2, max_length=200)]


@get("/api/v1/operator/overview", tags=_TAG)
async def overview(*, member: Member, db: Database) -> Overview:
    """Return what waits for a person, and the audits that found something."""
    return await db.read(read_overview, by_id=member.account_id)


@get("/api/v1/operator/ledger/accounts", tags=_TAG)
async def list_accounts(*, member: Member, db: Database, currency: Currency = "CNY") -> Books:
    """Return what each class of accounts holds, and whether the books balance."""
    return await db.read_in_thread(ledger_accounts, by_id=member.account_id, currency=currency)


@get("/api/v1/operator/ledger/statement", tags=_TAG)
async def read_statement_of(
    *,
    member: Member,
    db: Database,
    code: Code = "bank",
    currency: Currency = "CNY",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Statement:
    """List what came into an account and went out of it, newest first."""
    return await db.read(
        ledger_statement, by_id=member.account_id, code=code, currency=currency, cursor=cursor, limit=limit
    )


@get("/api/v1/operator/ledger/entries", tags=_TAG)
async def list_entries(
    *, member: Member, db: Database, kind: Filter = None, ref: Filter = None, limit: Limit = 20, cursor: Cursor = None
) -> Entries:
    """List what was posted, newest first; of one kind or about one thing if wanted."""
    return await db.read(ledger_entries, by_id=member.account_id, kind=kind, ref=ref, cursor=cursor, limit=limit)


@get("/api/v1/operator/ledger/entries/{entry_id:str}", tags=_TAG)
async def show_entry(*, entry_id: Id, member: Member, db: Database) -> Entry:
    """Return one entry with its postings."""
    return await db.read(ledger_entry_of, by_id=member.account_id, entry_id=parse_id(entry_id))


@get("/api/v1/operator/reconciliation", tags=_TAG)
async def reconciliation(
    *,
    member: Member,
    db: Database,
    differences: Annotated[Literal["open", "closed"], Parameter(query="state")] = "open",
) -> Reconciliation:
    """Return the last bills of the providers, and where they and our books do not say the same."""
    return await db.read(read_reconciliation, by_id=member.account_id, state=differences)


@post("/api/v1/operator/differences/{difference_id:str}/closing", status_code=204, tags=_TAG)
async def close_one(*, difference_id: Id, data: ClosingNote, member: Member, db: Database) -> None:
    """Close a difference, and say how it was settled."""
    await db.write(
        close_with_note, difference_id=parse_id(difference_id), by_id=member.account_id, note=data.note.strip()
    )


@get("/api/v1/operator/refunds", tags=_TAG)
async def list_stuck_refunds(*, member: Member, db: Database) -> StuckRefunds:
    """List the refunds that no provider carries out by itself, oldest first."""
    return await db.read(read_stuck_refunds, by_id=member.account_id)


@post("/api/v1/operator/refunds/{refund_id:str}/retry", status_code=204, tags=_TAG)
async def retry_stuck_refund(*, refund_id: Id, member: Member, db: Database) -> None:
    """Ask the provider for a stuck refund once more, under the same number."""
    await db.write(ask_provider_again, refund_id=parse_id(refund_id), by_id=member.account_id)


@post("/api/v1/operator/refunds/{refund_id:str}/settlement", status_code=204, tags=_TAG)
async def settle_stuck_refund(*, refund_id: Id, data: RefundSettlement, member: Member, db: Database) -> None:
    """Give the payer a stuck refund's money another way."""
    await db.write(
        pay_another_way,
        refund_id=parse_id(refund_id),
        by_id=member.account_id,
        way=data.way,
        note=data.note.strip(),
    )


@get("/api/v1/operator/jobs", tags=_TAG)
async def list_failed(*, member: Member, db: Database) -> FailedJobs:
    """List the jobs that were given up, newest first."""
    return await db.read(read_failed_jobs, by_id=member.account_id)


@post("/api/v1/operator/jobs/{job_id:str}/retry", status_code=204, tags=_TAG)
async def retry(*, job_id: Id, member: Member, db: Database) -> None:
    """Put a failed job back into the queue."""
    await db.write(put_back, job_id=parse_id(job_id), by_id=member.account_id)


route_handlers: Sequence[Any] = (
    overview,
    list_accounts,
    read_statement_of,
    list_entries,
    show_entry,
    reconciliation,
    close_one,
    list_stuck_refunds,
    retry_stuck_refund,
    settle_stuck_refund,
    list_failed,
    retry,
)
