"""Give a shop its deposit back."""

from miaohui.kit.db import Tx
from miaohui.money.ledger.accounts import deposit, shop_available
from miaohui.money.ledger.actions.post_entry import post_entry
from miaohui.money.settlement.flows import Purses, match_legs


def return_deposit(tx: Tx, *, shop_id: int, amount_minor: int, currency: str, ref: str) -> None:
    """Move money from a shop's deposit to what it may withdraw, once for each ref.

    What the shop owes for refunds is repaid with it first. Raises InsufficientFunds.
    """
    home = deposit(shop_id)
    purses = Purses(tx, codes=[shop_available(shop_id)], held=[home], shop_id=None, currency=currency)
    legs = match_legs([(home, amount_minor)], purses.give(shop_available(shop_id), amount_minor))
    post_entry(tx, kind="deposit_return", ref=ref, currency=currency, legs=legs)
