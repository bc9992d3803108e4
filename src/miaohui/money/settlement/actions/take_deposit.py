"""Deduct from a shop's deposit."""

from miaohui.kit.db import Tx
from miaohui.money.ledger.accounts import deposit
from miaohui.money.ledger.actions.post_entry import Leg, post_entry
from miaohui.money.ledger.locks import lock_accounts
from miaohui.money.ledger.queries import credits_of_entry


def take_deposit(tx: Tx, *, shop_id: int, amount_minor: int, currency: str, to: str, ref: str) -> int:
    """Take up to that much out of a shop's deposit, once for each ref; return how much it was.

    to: the account that gets it, such as penalty() for a fine or receivable(shop_id) for an advance.
    """
    home = deposit(shop_id)
    held = lock_accounts(tx, codes=[home], currency=currency)[home]
    # Looked at only with the deposit held, so that of two calls with one ref the second sees what the first took.
    earlier = credits_of_entry(tx, kind="deduction", ref=ref)
    if earlier:
        return earlier.get(to, 0)
    taken = min(amount_minor, held)
    post_entry(tx, kind="deduction", ref=ref, currency=currency, legs=[Leg(home, to, taken)])
    return taken
