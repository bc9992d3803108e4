"""What is locked, and in which order.

Whoever changes the ways into an account, its handle or its state holds the account's row first. So two
devices that each remove "the other" way in at the same moment come one after the other. A stranger's
code or challenge is held before the account that it leads to, since nobody knows that one earlier; a
member's own is held after it. They are never the same rows, so the two orders cannot meet.
"""

import sqlalchemy as sa

from miaohui.kit.db import Tx
from miaohui.kit.errors import NotFound
from miaohui.people.accounts.tables import account


def lock_account(tx: Tx, account_id: int) -> str:
    """Hold an account's row until the transaction ends and return its state. Raises NotFound."""
    state = tx.scalar(sa.select(account.c.state).where(account.c.id == account_id).with_for_update())
    if state is None:
        raise NotFound
    return str(state)
