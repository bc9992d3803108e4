"""Take a handle for an account."""

import sqlalchemy as sa

from miaohui.kit.db import Tx, insert_if_absent
from miaohui.kit.errors import Refusal
from miaohui.people.accounts.tables import account_handle


class HandleTaken(Refusal):
    """Somebody has the handle, or gave it up too recently for others to take it."""

    code = "handle_taken"
    status = 409
    title = "This name is taken"


def claim_handle(tx: Tx, *, account_id: int, handle: str) -> None:
    """Make `handle`, checked before, the account's; the caller writes it into the account's row.

    Of two who want it at once one gets it: the primary key decides. Raises HandleTaken.
    """
    if insert_if_absent(tx, account_handle, {"handle": handle, "account_id": account_id, "held_until": None}):
        return
    free_again = sa.and_(
        account_handle.c.handle == handle,
        account_handle.c.held_until.is_not(None),
        sa.or_(account_handle.c.held_until <= tx.now, account_handle.c.account_id == account_id),
    )
    if tx.changed(sa.update(account_handle).where(free_again).values(account_id=account_id, held_until=None)) == 0:
        raise HandleTaken(handle=handle)
