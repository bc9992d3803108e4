"""The operators' pages about money and machinery: the books, bills, advances, insurance, failed work."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from litestar import MediaType, Request, Response, get
from litestar.params import Parameter

from miaohui.care.compensation.routes import read_advances
from miaohui.care.insurance.answers import figures_for_operator, waiting_claims
from miaohui.commerce.categories.queries import categories_by_id
from miaohui.commerce.merchants.queries import shop_cards
from miaohui.consoles.market.money_words import ENTRY_WORDS
from miaohui.consoles.operator.bills import read_reconciliation
from miaohui.consoles.operator.failed_work import read_failed_jobs
from miaohui.consoles.operator.ledger import ledger_accounts, ledger_entries, ledger_entry_of, ledger_statement
from miaohui.consoles.operator.shelf import operator_page
from miaohui.consoles.operator.words import (
    ACCOUNT_KIND_WORDS,
    ACCOUNT_WORDS,
    ADVANCE_REASON_WORDS,
    ADVANCE_STATE_WORDS,
    CLAIM_REASON_WORDS,
    DIFFERENCE_WORDS,
    SOURCE_WORDS,
)
from miaohui.kit.db import Database, Tx
from miaohui.kit.errors import NotFound
from miaohui.kit.http import Member
from miaohui.kit.ids import Id, parse_id
from miaohui.money.ledger.accounts import CLASSES
from miaohui.money.ledger.books import currencies, largest_accounts
from miaohui.money.ledger.queries import balance_of
from miaohui.money.payments.queries import stuck_refunds

AnyRequest = Request[Any, Any, Any]
Cursor = Annotated[str | None, Parameter(max_length=120)]
Currency = Annotated[str, Parameter(pattern=r"^[A-Z]{3}$")]
_A_PAGE = 20
_ACCOUNTS_SHOWN = 50


@get("/operator/ledger", media_type=MediaType.HTML, include_in_schema=False)
async def ledger_page(
    *,
    request: AnyRequest,
    member: Member,
    db: Database,
    currency: Currency = "CNY",
    ref: Annotated[str | None, Parameter(max_length=80)] = None,
    after: Cursor = None,
) -> Response[bytes]:
    """Answer with what each class of accounts holds, and the last entries."""

    def read(tx: Tx) -> dict[str, Any]:
        books = ledger_accounts(tx, by_id=member.account_id, currency=currency)
        entries = ledger_entries(tx, by_id=member.account_id, kind=None, ref=ref or None, cursor=after, limit=_A_PAGE)
        following = None if entries.cursor is None else f"/operator/ledger?currency={currency}&after={entries.cursor}"
        return {"books": books, "entries": entries.items, "following": following, "currencies": currencies(tx)}

    return operator_page(
        request,
        "ledger.html",
        "ledger",
        currency=currency,
        ref=ref or "",
        account_words=ACCOUNT_WORDS,
        kind_words=ACCOUNT_KIND_WORDS,
        entry_words=ENTRY_WORDS,
        **await db.read_in_thread(read),
    )


@get("/operator/ledger/accounts/{word:str}", media_type=MediaType.HTML, include_in_schema=False)
async def accounts_page(
    *, request: AnyRequest, word: str, member: Member, db: Database, currency: Currency = "CNY"
) -> Response[bytes]:
    """Answer with the accounts of a class that hold most."""

    def read(tx: Tx) -> dict[str, Any]:
        books = ledger_accounts(tx, by_id=member.account_id, currency=currency)
        if word not in CLASSES:
            raise NotFound
        return {
            "total": next(one for one in books.classes if one.word == word),
            "accounts": largest_accounts(tx, word=word, currency=currency, limit=_ACCOUNTS_SHOWN),
        }

    return operator_page(
        request,
        "accounts.html",
        "ledger",
        word=word,
        currency=currency,
        account_words=ACCOUNT_WORDS,
        **await db.read_in_thread(read),
    )


@get("/operator/ledger/statement", media_type=MediaType.HTML, include_in_schema=False)
async def statement_page(
    *,
    request: AnyRequest,
    member: Member,
    db: Database,
    code: Annotated[str, Parameter(max_length=80)] = "bank",
    currency: Currency = "CNY",
    after: Cursor = None,
) -> Response[bytes]:
    """Answer with what came into one account and went out of it."""

    def read(tx: Tx) -> dict[str, Any]:
        found = ledger_statement(tx, by_id=member.account_id, code=code, currency=currency, cursor=after, limit=_A_PAGE)
        following = f"/operator/ledger/statement?code={code}&currency={currency}&after={found.cursor}"
        return {
            "statement": found.items,
            "following": following if found.cursor else None,
            "balance_minor": balance_of(tx, code=code, currency=currency),
        }

    return operator_page(
        request,
        "statement.html",
        "ledger",
        code=code,
        word=code.partition(":")[0],
        currency=currency,
        account_words=ACCOUNT_WORDS,
        entry_words=ENTRY_WORDS,
        **await db.read(read),
    )


@get("/operator/ledger/entries/{entry_id:str}", media_type=MediaType.HTML, include_in_schema=False)
async def entry_page(*, request: AnyRequest, entry_id: Id, member: Member, db: Database) -> Response[bytes]:
    """Answer with one entry and its postings."""
    entry = await db.read(ledger_entry_of, by_id=member.account_id, entry_id=parse_id(entry_id))
    return operator_page(
        request, "entry.html", "ledger", entry=entry, entry_words=ENTRY_WORDS, account_words=ACCOUNT_WORDS
    )


@get("/operator/reconciliation", media_type=MediaType.HTML, include_in_schema=False)
async def reconciliation_page(
    *,
    request: AnyRequest,
    member: Member,
    db: Database,
    tab: Annotated[Literal["open", "closed"], Parameter(query="state")] = "open",
) -> Response[bytes]:
    """Answer with the providers' bills, where they differ from our books, and refunds that are stuck."""

    def read(tx: Tx) -> dict[str, Any]:
        found = read_reconciliation(tx, by_id=member.account_id, state=tab)
        return {"found": found, "stuck": stuck_refunds(tx)}

    return operator_page(
        request,
        "reconciliation.html",
        "reconciliation",
        tab=tab,
        difference_words=DIFFERENCE_WORDS,
        **await db.read(read),
    )


@get("/operator/compensation", media_type=MediaType.HTML, include_in_schema=False)
async def compensation_page(
    *, request: AnyRequest, member: Member, db: Database, every: bool = False, after: Cursor = None
) -> Response[bytes]:
    """Answer with what the platform has paid first, and what came back."""

    def read(tx: Tx) -> dict[str, Any]:
        found = read_advances(tx, by_id=member.account_id, only_owed=not every, cursor=after, limit=_A_PAGE)
        more = f"/operator/compensation?every={'true' if every else 'false'}&after={found.cursor}"
        return {
            "advances": found.items,
            "shops": shop_cards(tx, [parse_id(one.shop_id) for one in found.items]),
            "following": more if found.cursor else None,
        }

    return operator_page(
        request,
        "compensation.html",
        "compensation",
        every=every,
        state_words=ADVANCE_STATE_WORDS,
        reason_words=ADVANCE_REASON_WORDS,
        source_words=SOURCE_WORDS,
        parse_id=parse_id,
        **await db.read(read),
    )


@get("/operator/insurance", media_type=MediaType.HTML, include_in_schema=False)
async def insurance_page(*, request: AnyRequest, member: Member, db: Database) -> Response[bytes]:
    """Answer with how the covers pay, by shop and category, and the claims that wait for a person."""

    def read(tx: Tx) -> dict[str, Any]:
        figures = figures_for_operator(tx, account_id=member.account_id).items
        claims = waiting_claims(tx, account_id=member.account_id).items
        return {
            "figures": figures,
            "claims": claims,
            "shops": shop_cards(
                tx, [*(parse_id(one.shop_id) for one in figures), *(parse_id(one.shop_id) for one in claims)]
            ),
            "categories": categories_by_id(tx, [parse_id(one.category_id) for one in figures]),
        }

    return operator_page(
        request,
        "insurance.html",
        "insurance",
        claim_reason_words=CLAIM_REASON_WORDS,
        parse_id=parse_id,
        **await db.read_in_thread(read),
    )


@get("/operator/jobs", media_type=MediaType.HTML, include_in_schema=False)
async def jobs_page(*, request: AnyRequest, member: Member, db: Database) -> Response[bytes]:
    """Answer with the jobs that were given up, and why."""
    found = await db.read(read_failed_jobs, by_id=member.account_id)
    return operator_page(request, "jobs.html", "jobs", jobs=found.items)


route_handlers: Sequence[Any] = (
    ledger_page,
    accounts_page,
    statement_page,
    entry_page,
    reconciliation_page,
    compensation_page,
    insurance_page,
    jobs_page,
)
