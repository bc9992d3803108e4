"""What the checkout locks: a person's address book, by the person's own row.

Two changes of one book at once would otherwise both take the default away, or both give it. On SQLite
there is one writer, and nothing to lock.
"""

import sqlalchemy as sa

from miaohui.kit.db import Tx
from miaohui.people.accounts.tables import account


def lock_addresses(tx: Tx, account_id: int) -> None:
    """Wait until nobody else changes this person's book. NO KEY: other tables may still refer to the person."""
    tx.execute(sa.select(account.c.id).where(account.c.id == account_id).with_for_update(key_share=True))
