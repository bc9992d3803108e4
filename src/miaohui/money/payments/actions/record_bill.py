"""Hold a provider's bill of a day against our books."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Literal

import msgspec
import sqlalchemy as sa

from miaohui.kit.db import Tx, insert_if_absent
from miaohui.kit.errors import Conflict
from miaohui.kit.ids import new_id
from miaohui.money.ledger import accounts
from miaohui.money.ledger.actions.post_entry import Leg, post_entry
from miaohui.money.payments.actions.record_refund import record_refund_success
from miaohui.money.payments.actions.record_success import record_success
from miaohui.money.payments.providers.contract import BillLine
from miaohui.money.payments.queries import (
    Payment,
    bill_run_of,
    captured_payments,
    payment_by_id,
    payment_by_out_trade_no,
    refund_by_out_no,
    succeeded_refunds,
)
from miaohui.money.payments.tables import bill_difference, bill_line, bill_run

_FALLBACK_CURRENCY = "CNY"
_A_DAY = timedelta(days=1)

Kind = Literal["missing_here", "missing_there", "amount"]


class DifferenceClosed(Conflict):
    """Somebody has settled this difference already."""

    code = "difference_closed"
    title = "This difference is settled already"


class _Difference(msgspec.Struct, frozen=True, kw_only=True):
    kind: Kind
    out_no: str
    ours_minor: int | None = None
    theirs_minor: int | None = None


def record_bill(tx: Tx, *, provider: str, day: date, since: datetime, lines: Sequence[BillLine]) -> bool:
    """Keep the bill, let it repair what we have missed, post its fees and what it sends to our bank, and note what
    differs; once for each day.

    since: when the day begins at the provider. Money that the bill names and nobody told us of is taken in like
    any other. What is left is a difference: we know nothing of it, it knows nothing of ours, or the amounts
    are not the same; its money stays with the provider until a person has settled it. Returns False if this
    day's bill is there already.
    """
    run_id = new_id()
    row = {"id": run_id, "provider": provider, "day": day, "lines": len(lines), "differences": 0, "fetched_at": tx.now}
    if not insert_if_absent(tx, bill_run, row):
        return False
    differences: list[_Difference] = []
    fees: dict[str, int] = {}
    settled: dict[str, int] = {}
    for line in lines:
        kept, currency, found = (_hold_payment if line.kind == "payment" else _hold_refund)(tx, provider, line)
        if found is not None:
            differences.append(found)
        fees[currency] = fees.get(currency, 0) + line.fee_minor
        values = {
            "run_id": run_id,
            "kind": line.kind,
            "out_no": kept,
            "provider_no": line.provider_no,
            "amount_minor": line.amount_minor,
            "fee_minor": line.fee_minor,
        }
        is_new = insert_if_absent(tx, bill_line, values) and not _was_billed(tx, run_id, provider, line.kind, kept)
        if found is None and is_new:
            sign = 1 if line.kind == "payment" else -1
            settled[currency] = settled.get(currency, 0) + sign * line.amount_minor
    differences += _missing_there(tx, provider=provider, day=day, since=since)
    for one in differences:
        values = msgspec.structs.asdict(one)
        tx.execute(sa.insert(bill_difference).values(id=new_id(), run_id=run_id, state="open", **values))
    tx.execute(sa.update(bill_run).where(bill_run.c.id == run_id).values(differences=len(differences)))
    _post_fees(tx, provider=provider, day=day, fees=fees)
    arriving = {currency: settled.get(currency, 0) - fees.get(currency, 0) for currency in {*settled, *fees}}
    _post_settlement(tx, provider=provider, day=day, arriving=arriving)
    return True


def close_difference(tx: Tx, *, difference_id: int, by_id: int, note: str) -> None:
    """Note on an operator's word how a difference was settled. Raises DifferenceClosed."""
    still_open = sa.and_(bill_difference.c.id == difference_id, bill_difference.c.state == "open")
    closed = {"state": "closed", "note": note[:400], "closed_by": by_id, "closed_at": tx.now}
    if not tx.changed(sa.update(bill_difference).where(still_open).values(**closed)):
        raise DifferenceClosed


def _hold_payment(tx: Tx, provider: str, line: BillLine) -> tuple[str, str, _Difference | None]:
    """Return our number of a line, its currency, and how it differs from ours."""
    ours = payment_by_out_trade_no(tx, line.out_no)
    if ours is None or ours.provider != provider:
        return (
            line.out_no,
            _FALLBACK_CURRENCY,
            _Difference(kind="missing_here", out_no=line.out_no, theirs_minor=line.amount_minor),
        )
    if ours.amount_minor != line.amount_minor or line.currency not in {"", ours.currency}:
        return line.out_no, line.currency or ours.currency, _amounts(line, ours.amount_minor)
    # Knows a capture that it has heard of, and takes in one that it has not: the first, a late or a second one.
    taken = record_success(
        tx,
        payment_id=ours.id,
        provider_txn_no=line.provider_no,
        amount_minor=line.amount_minor,
        at=ours.paid_at or tx.now,
        source="bill",
    )
    number = taken.out_trade_no if taken.id != ours.id else line.out_no
    return number, ours.currency, None


def _hold_refund(tx: Tx, provider: str, line: BillLine) -> tuple[str, str, _Difference | None]:
    ours = refund_by_out_no(tx, line.out_no)
    paid: Payment | None = None if ours is None else payment_by_id(tx, ours.payment_id)
    if ours is None or paid is None or paid.provider != provider:
        missing = _Difference(kind="missing_here", out_no=line.out_no, theirs_minor=line.amount_minor)
        return line.out_no, _FALLBACK_CURRENCY, missing
    if ours.amount_minor != line.amount_minor or line.currency not in {"", ours.currency}:
        return line.out_no, line.currency or ours.currency, _amounts(line, ours.amount_minor)
    if ours.paid_by is not None:
        # A person has paid it another way meanwhile: it went back twice.
        twice = _Difference(kind="missing_here", out_no=line.out_no, theirs_minor=line.amount_minor)
        return line.out_no, ours.currency, twice
    record_refund_success(tx, refund_id=ours.id, provider_refund_no=line.provider_no, source="bill")
    return line.out_no, ours.currency, None


def _was_billed(tx: Tx, run_id: int, provider: str, kind: str, out_no: str) -> bool:
    """Whether another day's bill has named it: around midnight a provider may name a thing twice."""
    same = sa.and_(bill_line.c.kind == kind, bill_line.c.out_no == out_no, bill_line.c.run_id != run_id)
    of_provider = sa.and_(bill_run.c.id == bill_line.c.run_id, bill_run.c.provider == provider)
    return tx.scalar(sa.select(bill_line.c.out_no).join(bill_run, of_provider).where(same).limit(1)) is not None


def _amounts(line: BillLine, ours_minor: int) -> _Difference:
    return _Difference(kind="amount", out_no=line.out_no, ours_minor=ours_minor, theirs_minor=line.amount_minor)


def _missing_there(tx: Tx, *, provider: str, day: date, since: datetime) -> Iterable[_Difference]:
    """Ours that no bill names. The day before is looked at: around midnight the two clocks may disagree."""
    before = since - _A_DAY
    if bill_run_of(tx, provider=provider, day=day - _A_DAY) is None:
        return
    ours = [
        *(
            (one.out_trade_no, one.amount_minor)
            for one in captured_payments(tx, provider=provider, since=before, until=since)
        ),
        *(
            (one.out_refund_no, one.amount_minor)
            for one in succeeded_refunds(tx, provider=provider, since=before, until=since)
        ),
    ]
    for out_no, amount_minor in ours:
        named = sa.select(bill_line.c.out_no).join(bill_run, bill_run.c.id == bill_line.c.run_id)
        if tx.scalar(named.where(bill_run.c.provider == provider, bill_line.c.out_no == out_no)) is None:
            yield _Difference(kind="missing_there", out_no=out_no, ours_minor=amount_minor)


def _post_fees(tx: Tx, *, provider: str, day: date, fees: dict[str, int]) -> None:
    for currency, fee in sorted(fees.items()):
        charged = Leg(accounts.psp_fee(), accounts.psp(provider), max(fee, 0))
        returned = Leg(accounts.psp(provider), accounts.psp_fee(), max(-fee, 0))
        post_entry(
            tx,
            kind="payments.fees",
            ref=f"{provider}:{day.isoformat()}:{currency}",
            currency=currency,
            legs=[charged, returned],
        )


def _post_settlement(tx: Tx, *, provider: str, day: date, arriving: dict[str, int]) -> None:
    """Move what the bill comes to from the provider to our bank; a day of refunds only is paid from there."""
    for currency, amount in sorted(arriving.items()):
        came = Leg(accounts.bank(), accounts.psp(provider), max(amount, 0))
        went = Leg(accounts.psp(provider), accounts.bank(), max(-amount, 0))
        post_entry(
            tx,
            kind="payments.settled_to_bank",
            ref=f"{provider}:{day.isoformat()}:{currency}",
            currency=currency,
            legs=[came, went],
        )
