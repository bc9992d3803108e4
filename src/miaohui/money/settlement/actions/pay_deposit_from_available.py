"""Raise a shop's deposit from what it has earned."""

from miaohui.kit.db import Tx
from miaohui.money.ledger.accounts import deposit, shop_available
from miaohui.money.ledger.actions.post_entry import Leg, post_entry


def pay_deposit_from_available(tx: Tx, *, shop_id: int, amount_minor: int, currency: str, ref: str) -> None:
    """Move earnings into a shop's deposit, once for each ref. Raises InsufficientFunds."""
    legs = [Leg(shop_available(shop_id), deposit(shop_id), amount_minor)]
    post_entry(tx, kind="deposit", ref=ref, currency=currency, legs=legs)
