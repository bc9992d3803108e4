"""Set, change or remove a person's picture."""

import sqlalchemy as sa

from miaohui.kit.db import Tx
from miaohui.kit.jobs import stage_job
from miaohui.people.accounts.access import access_active_account, access_own_account
from miaohui.people.accounts.events import ProfileChanged
from miaohui.people.accounts.queries import OwnAccount
from miaohui.people.accounts.tables import account


def set_avatar(tx: Tx, *, account_id: int, device_id: int, avatar: str | None) -> OwnAccount:
    """Show the pictures that `store_avatar` has stored, or none (None); those of before are removed soon."""
    access_active_account(tx, account_id=account_id, device_id=device_id)
    former = access_own_account(tx, account_id).avatar
    if former is not None and former != avatar:
        stage_job(tx, "accounts.remove_avatar", avatar=former)
    tx.execute(sa.update(account).where(account.c.id == account_id).values(avatar=avatar))
    tx.emit(ProfileChanged(account_id=account_id))
    return access_own_account(tx, account_id)
