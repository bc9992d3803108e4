"""What keeps a closing shop from being over: each domain that leaves something open with a shop says so by name.

A domain above contributes where its jobs are declared (its `jobs.py` is imported by every process):

    keep_shop("orders", open_orders_of_shop)
"""

from collections.abc import Callable

from miaohui.commerce.merchants.queries import Shop
from miaohui.kit.db import Tx
from miaohui.money.ledger.accounts import owed_back, receivable, shop_available, withdrawing
from miaohui.money.ledger.queries import balance_of
from miaohui.money.settlement.queries import count_unsettled_of_shop

Count = Callable[[Tx, int], int]
"""`count(tx, shop_id)`: how many of them are open."""

_COUNTS: dict[str, Count] = {"sales": count_unsettled_of_shop}


def keep_shop(what: str, count: Count) -> None:
    """Let a closing shop wait until there is none of these."""
    if _COUNTS.setdefault(what, count) is not count:
        raise ValueError(f"{what} keep a shop already")


def open_with_shop(tx: Tx, *, shop_id: int) -> dict[str, int]:
    """Return what is still open with a shop, and how much of it; nothing when its deposit can go back."""
    counted = {what: count(tx, shop_id) for what, count in sorted(_COUNTS.items())}
    return {what: number for what, number in counted.items() if number}


def debts_of_shop(tx: Tx, shop: Shop) -> dict[str, int]:
    """Return by account what a shop owes, and what of it is on its way to the bank and may come back."""
    purse = shop_available(shop.id)
    held = {
        code: balance_of(tx, code=code, currency=shop.currency)
        for code in (receivable(shop.id), owed_back(purse), withdrawing(purse))
    }
    return {code: amount for code, amount in held.items() if amount}
