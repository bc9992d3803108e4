"""The accounts that there are: how each is named, on which side it grows, and whether it keeps a balance."""

from typing import Literal

import msgspec

AccountKind = Literal["asset", "liability", "income", "expense"]

GROWS_BY_DEBIT: frozenset[AccountKind] = frozenset({"asset", "expense"})


class AccountClass(msgspec.Struct, frozen=True):
    """What all accounts with the same first word have in common."""

    kind: AccountKind
    guarded: bool
    """Keeps a balance that never goes below zero. The others belong to every payment, and a row that everybody
    updates would make everybody wait: their balance is the sum of their postings."""


CLASSES: dict[str, AccountClass] = {
    "psp": AccountClass("asset", guarded=False),
    "bank": AccountClass("asset", guarded=False),
    "receivable": AccountClass("asset", guarded=True),
    "escrow": AccountClass("liability", guarded=True),
    "shop_available": AccountClass("liability", guarded=True),
    "deposit": AccountClass("liability", guarded=True),
    "promoter": AccountClass("liability", guarded=True),
    "refund_payable": AccountClass("liability", guarded=False),
    "withdrawing": AccountClass("liability", guarded=True),
    "insurance_pool": AccountClass("liability", guarded=False),
    "claims_payable": AccountClass("liability", guarded=True),
    "unapplied_receipts": AccountClass("liability", guarded=False),
    "wallet": AccountClass("liability", guarded=True),
    "ad_budget": AccountClass("liability", guarded=True),
    "commission": AccountClass("income", guarded=False),
    "tech_fee": AccountClass("income", guarded=False),
    "penalty": AccountClass("income", guarded=False),
    "coupon_cost": AccountClass("expense", guarded=False),
    "advance_loss": AccountClass("expense", guarded=False),
    "psp_fee": AccountClass("expense", guarded=False),
}


def class_of(code: str) -> AccountClass:
    """Return what an account is by the first word of its code. Raises LookupError for a word nobody knows."""
    word = code.partition(":")[0]
    if word not in CLASSES:
        raise LookupError(f"no account is called {code!r}")
    return CLASSES[word]


def signed(code: str, *, debit_minor: int, credit_minor: int) -> int:
    """Return by how much debits and credits make an account grow."""
    grown = debit_minor - credit_minor
    return grown if class_of(code).kind in GROWS_BY_DEBIT else -grown


def psp(channel: str) -> str:
    """Money at a payment provider that has not come to the bank yet."""
    return f"psp:{channel}"


def bank() -> str:
    """Money at our bank."""
    return "bank"


def receivable(shop_id: int) -> str:
    """What a shop owes for what was advanced to its buyers."""
    return f"receivable:{shop_id}"


def owed_back(code: str) -> str:
    """What the owner of an account owes because more was taken back than the account held."""
    return f"receivable:{code}"


def escrow(order_id: int) -> str:
    """Paid for an order, and nobody's yet."""
    return f"escrow:{order_id}"


def shop_available(shop_id: int) -> str:
    """What a shop may withdraw."""
    return f"shop_available:{shop_id}"


def deposit(shop_id: int) -> str:
    """What a shop has left with the platform as a surety."""
    return f"deposit:{shop_id}"


def promoter(person_id: int) -> str:
    """What somebody has earned by recommending."""
    return f"promoter:{person_id}"


def refund_payable() -> str:
    """Refunds that are granted and on their way."""
    return "refund_payable"


def withdrawing(owner: str) -> str:
    """On its way to somebody's bank. owner: the code of the account that it left."""
    return f"withdrawing:{owner}"


def insurance_pool() -> str:
    """Premiums for return freight."""
    return "insurance_pool"


def claims_payable(person_id: int) -> str:
    """Insurance money that is granted to a buyer."""
    return f"claims_payable:{person_id}"


def unapplied_receipts() -> str:
    """Money that came too late or twice."""
    return "unapplied_receipts"


def wallet(person_id: int) -> str:
    """What a person keeps here."""
    return f"wallet:{person_id}"


def ad_budget(advertiser: int | str) -> str:
    """What an advertiser has paid in for coupons."""
    return f"ad_budget:{advertiser}"


def commission() -> str:
    """The platform's own part of commissions."""
    return "commission"


def tech_fee() -> str:
    """The platform's fee for a sale."""
    return "tech_fee"


def penalty() -> str:
    """Fines."""
    return "penalty"


def coupon_cost() -> str:
    """The platform's part of discounts."""
    return "coupon_cost"


def advance_loss() -> str:
    """Advances that nobody will pay back."""
    return "advance_loss"


def psp_fee() -> str:
    """What providers keep."""
    return "psp_fee"
