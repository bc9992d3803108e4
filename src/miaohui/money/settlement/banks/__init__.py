"""Where payouts go: one contract for every bank, and a sandbox that works offline."""

from miaohui.kit.db import Database
from miaohui.money.settlement.banks.contract import Bank, BankUnreachable, Transfer, TransferResult
from miaohui.money.settlement.banks.sandbox import SandboxBank

__all__ = ["Bank", "BankUnreachable", "SandboxBank", "Transfer", "TransferResult", "open_bank"]


def open_bank(db: Database) -> Bank:
    """Return the bank that carries out payouts; so far there is the sandbox only."""
    return SandboxBank(db)
