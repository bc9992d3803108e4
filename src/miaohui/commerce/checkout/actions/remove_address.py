"""Take an address out of the book."""

import sqlalchemy as sa

from miaohui.commerce.checkout.locks import lock_addresses
from miaohui.commerce.checkout.tables import address
from miaohui.kit.db import Tx
from miaohui.kit.errors import NotFound


def remove_address(tx: Tx, *, account_id: int, address_id: int) -> None:
    """Take an address out; removing twice is removing once. The newest of the rest becomes the default.

    Raises NotFound for what was never this person's.
    """
    lock_addresses(tx, account_id)
    mine = sa.and_(address.c.id == address_id, address.c.account_id == account_id)
    if tx.scalar(sa.select(address.c.id).where(mine)) is None:
        raise NotFound
    standing = sa.and_(address.c.account_id == account_id, address.c.removed_at.is_(None))
    removed = sa.update(address).where(standing, address.c.id == address_id)
    if not tx.changed(removed.values(removed_at=tx.now, is_default=False)):
        return
    rest = tx.execute(sa.select(address.c.id, address.c.is_default).where(standing).order_by(address.c.id)).all()
    if rest and not any(one.is_default for one in rest):
        tx.execute(sa.update(address).where(address.c.id == rest[-1].id).values(is_default=True))


def erase_addresses(tx: Tx, *, account_id: int) -> None:
    """Delete all addresses of an account; orders keep theirs as long as the law wants their books."""
    tx.execute(sa.delete(address).where(address.c.account_id == account_id))
