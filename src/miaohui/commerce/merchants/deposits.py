"""What a shop has deposited, as the ledger knows it."""

from miaohui.kit.db import Tx
from miaohui.money.ledger import accounts
from miaohui.money.ledger.queries import balance_of


def deposit_of(tx: Tx, *, shop_id: int, currency: str) -> int:
    """Return the deposit of a shop in minor units."""
    return balance_of(tx, code=accounts.deposit(shop_id), currency=currency)
