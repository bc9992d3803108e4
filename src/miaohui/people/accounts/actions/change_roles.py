"""Grant or withdraw a role."""

from typing import Literal

import sqlalchemy as sa

from miaohui.kit.db import Tx, insert_if_absent
from miaohui.people.accounts.access import access_own_account
from miaohui.people.accounts.events import ProfileChanged
from miaohui.people.accounts.tables import account_role

Role = Literal["operator"]


def grant_role(tx: Tx, *, account_id: int, role: Role) -> None:
    """Give an account a role; the command line calls it, no route does. Raises NotFound."""
    access_own_account(tx, account_id)
    if insert_if_absent(tx, account_role, {"account_id": account_id, "role": role, "granted_at": tx.now}):
        tx.emit(ProfileChanged(account_id=account_id))


def withdraw_role(tx: Tx, *, account_id: int, role: Role) -> None:
    """Take a role away."""
    held = sa.and_(account_role.c.account_id == account_id, account_role.c.role == role)
    if tx.changed(sa.delete(account_role).where(held)):
        tx.emit(ProfileChanged(account_id=account_id))
