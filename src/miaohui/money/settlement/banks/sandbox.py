"""A bank that needs no network and pays nobody.

It stands for another company: it keeps its own books in `sandbox_transfer`, and nothing of ours reads them.
An account that ends in 0000 is closed. One that ends in 9999 is paid, but the first answer gets lost on the way.
"""

import sqlalchemy as sa

from miaohui.kit.db import Database, Tx, insert_if_absent
from miaohui.money.settlement.banks.contract import Bank, BankUnreachable, Transfer, TransferResult
from miaohui.money.settlement.tables import sandbox_transfer

CLOSED, LOSES_ANSWERS = "0000", "9999"


class SandboxBank(Bank):
    """Keeps its books in the same database, in transactions of its own."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def transfer(self, transfer: Transfer) -> TransferResult:
        is_new, result = self._db.write_sync(_book, transfer=transfer)
        if is_new and transfer.bank_account.endswith(LOSES_ANSWERS):
            raise BankUnreachable("no answer")
        return result


def _book(tx: Tx, *, transfer: Transfer) -> tuple[bool, TransferResult]:
    failure = "the account is closed" if transfer.bank_account.endswith(CLOSED) else None
    order = {
        "out_no": transfer.out_no,
        "amount_minor": transfer.amount_minor,
        "currency": transfer.currency,
        "bank_account": transfer.bank_account,
    }
    if insert_if_absent(tx, sandbox_transfer, {**order, "failure": failure, "ordered_at": tx.now}):
        return True, TransferResult(failure)
    known = sa.select(sandbox_transfer).where(sandbox_transfer.c.out_no == transfer.out_no)
    booked = tx.execute(known).mappings().one()
    if any(booked[name] != value for name, value in order.items()):
        raise ValueError(f"{transfer.out_no} is another transfer")
    return False, TransferResult(booked["failure"])
