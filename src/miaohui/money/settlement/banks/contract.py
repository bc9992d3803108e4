"""What a bank must be able to do for us. tests/money/settlement/test_banks.py holds every implementation to it."""

from abc import ABC, abstractmethod

import msgspec


class Transfer(msgspec.Struct, frozen=True, kw_only=True):
    """An order to pay. out_no: our number, at most 32 letters and digits; the same one again is the same order."""

    out_no: str
    amount_minor: int
    currency: str
    bank_account: str


class TransferResult(msgspec.Struct, frozen=True):
    """What the bank did. failure: why it will never pay this order; None if it has paid."""

    failure: str | None = None


class BankUnreachable(Exception):
    """The bank did not answer, so nobody knows whether it has paid: ask again under the same number."""


class Bank(ABC):
    """Carries out transfers. Called between transactions, never inside one."""

    @abstractmethod
    def transfer(self, transfer: Transfer) -> TransferResult:
        """Pay, at most once for each out_no, and return what became of it.

        Asked again under a number that it knows, the bank pays nothing and answers as the first time; it must
        refuse, with ValueError, a known number with another amount or account. Raises BankUnreachable when the
        outcome is unknown: only asking again can tell, and the payout must not be given up until then.
        """
