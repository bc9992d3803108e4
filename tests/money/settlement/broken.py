"""Ways to break the books behind the back of every action, and what must notice."""

from collections.abc import Callable

import sqlalchemy as sa

from miaohui.kit.db import Tx
from miaohui.kit.ids import new_id
from miaohui.money.ledger.tables import ledger_account, ledger_entry, ledger_posting
from miaohui.money.settlement.tables import commission_hop, payout, settlement_line, settlement_move

Break = Callable[[Tx], object]


def _line(**changes: object) -> Break:
    return lambda tx: tx.execute(sa.update(settlement_line).where(settlement_line.c.order_line_id == 1).values(changes))


def _waiting(**changes: object) -> Break:
    return lambda tx: tx.execute(sa.update(settlement_line).where(settlement_line.c.order_line_id == 2).values(changes))


def _account(which: str, /, **changes: object) -> Break:
    return lambda tx: tx.execute(sa.update(ledger_account).where(ledger_account.c.code == which).values(changes))


def _empty_entry(tx: Tx) -> None:
    entry = {"id": new_id(), "kind": "settlement", "ref": "2", "memo": "", "posted_at": tx.now}
    tx.execute(sa.insert(ledger_entry).values(entry))


def _one_hop_more(tx: Tx) -> None:
    hop = {"order_line_id": 1, "position": 2, "account_code": "promoter:41", "rate_bp": 100, "kept_minor": 0}
    tx.execute(sa.insert(commission_hop).values(hop))


def _strange_move(tx: Tx) -> None:
    move = {
        "id": new_id(),
        "order_line_id": 1,
        "from_state": "void",
        "to_state": "settled",
        "reason": "x",
        "at": tx.now,
    }
    tx.execute(sa.insert(settlement_move).values(move))


def _lost_move(tx: Tx) -> None:
    tx.execute(sa.delete(settlement_move).where(settlement_move.c.to_state == "settled"))


def _refund_paid_out_twice(tx: Tx) -> None:
    ids = dict(tx.execute(sa.select(ledger_account.c.code, ledger_account.c.id)).tuples().all())
    entry_id = new_id()
    entry = {"id": entry_id, "kind": "x", "ref": "x", "memo": "", "posted_at": tx.now}
    tx.execute(sa.insert(ledger_entry).values(entry))
    posting = {
        "entry_id": entry_id,
        "position": 0,
        "debit_account_id": ids["refund_payable"],
        "credit_account_id": ids["psp:sandbox"],
        "currency": "CNY",
        "amount_minor": 10**6,
    }
    tx.execute(sa.insert(ledger_posting).values(posting))


BREAKS: list[tuple[str, Break]] = [
    ("ledger.entries_balance", _empty_entry),
    ("ledger.all_accounts_sum_to_zero", _account("promoter:40", balance_minor=1)),
    ("ledger.balances_match_postings", _account("promoter:40", balance_minor=1)),
    ("ledger.accounts_have_their_class", _account("promoter:40", kind="asset")),
    ("ledger.accounts_have_their_class", _account("promoter:40", code="purse:40")),
    ("ledger.accounts_have_their_class", _account("psp:sandbox", balance_minor=0)),
    ("ledger.payables_not_negative", _refund_paid_out_twice),
    ("settlement.escrow_is_unsettled_lines", _waiting(paid_minor=9_999, goods_minor=9_000)),
    ("settlement.parts_sum_to_what_is_kept", _line(shop_minor=1)),
    ("settlement.commission_is_rate_of_kept", _line(fee_minor=1)),
    ("settlement.commission_is_rate_of_kept", _one_hop_more),
    ("settlement.commission_is_rate_of_kept", _line(refunded_paid_minor=0)),
    ("settlement.settled_once", _empty_entry),
    ("settlement.settled_in_time", _line(settle_after=None)),
    ("settlement.settled_in_time", _waiting(refunded_paid_minor=10_000)),
    ("settlement.settled_in_time", _waiting(state="void")),
    ("settlement.moves_are_listed", _strange_move),
    ("settlement.moves_are_listed", _lost_move),
    ("settlement.moves_are_listed", _waiting(state="settleable")),
    ("settlement.withdrawing_is_open_payouts", lambda tx: tx.execute(sa.delete(payout))),
    ("settlement.payouts_are_posted", lambda tx: tx.execute(sa.update(payout).values(state="paid"))),
]
