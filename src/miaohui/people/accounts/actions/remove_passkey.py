"""Remove a passkey."""

import sqlalchemy as sa

from miaohui.kit.db import Tx
from miaohui.kit.errors import NotFound
from miaohui.people.accounts.access import access_proven_account
from miaohui.people.accounts.actions.remove_identifier import LastWayIn
from miaohui.people.accounts.queries import count_passkeys, identifiers_of
from miaohui.people.accounts.tables import passkey


def remove_passkey(tx: Tx, *, account_id: int, device_id: int, passkey_id: int) -> None:
    """Forget a passkey; it opens nothing from now on. Raises ProofNeeded, NotFound, LastWayIn."""
    access_proven_account(tx, account_id=account_id, device_id=device_id)
    mine = sa.and_(passkey.c.id == passkey_id, passkey.c.account_id == account_id)
    if tx.changed(sa.delete(passkey).where(mine)) == 0:
        raise NotFound
    if not identifiers_of(tx, account_id) and count_passkeys(tx, account_id) == 0:
        raise LastWayIn
