"""Rename a passkey."""

import sqlalchemy as sa

from miaohui.kit.db import Tx
from miaohui.kit.errors import NotFound
from miaohui.people.accounts.queries import Passkey, passkeys_of
from miaohui.people.accounts.tables import passkey


def rename_passkey(tx: Tx, *, account_id: int, passkey_id: int, name: str) -> Passkey:
    """Give one of the account's passkeys another name. Raises NotFound."""
    mine = sa.and_(passkey.c.id == passkey_id, passkey.c.account_id == account_id)
    if tx.changed(sa.update(passkey).where(mine).values(name=name)) == 0:
        raise NotFound
    return next(found for found in passkeys_of(tx, account_id) if found.id == passkey_id)
