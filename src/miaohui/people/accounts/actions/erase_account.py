"""Erase an account whose week is over."""

import sqlalchemy as sa

from miaohui.kit.db import Tx
from miaohui.people.accounts.actions.revoke_devices import revoke_other_devices
from miaohui.people.accounts.events import AccountDeleted
from miaohui.people.accounts.locks import lock_account
from miaohui.people.accounts.queries import identifiers_of
from miaohui.people.accounts.states import move_account
from miaohui.people.accounts.tables import (
    account,
    account_handle,
    account_identifier,
    account_password,
    account_role,
    data_export,
    one_time_code,
    passkey,
)

_OWNED = (account_identifier, account_password, account_role, account_handle, passkey, data_export)


def erase_account(tx: Tx, *, account_id: int) -> bool:
    """Delete all that accounts hold of a person; return whether the account is deleted, now or before.

    What stays is a row with an id and no person behind it, for others' rows to point to, and the dates of
    its moves. The addresses and the handle are free for others. False if the person has come back.
    """
    if lock_account(tx, account_id) == "deleted":
        return True
    if not _is_due(tx, account_id):
        return False
    move_account(
        tx,
        account_id=account_id,
        origin="leaving",
        target="deleted",
        reason="the week was over",
        handle=None,
        nickname="",
        bio="",
        avatar=None,
        birth_date=None,
        terms_accepted_at=None,
        erase_at=None,
    )
    _forget_codes(tx, account_id)
    revoke_other_devices(tx, account_id=account_id, device_id=None)
    for table in _OWNED:
        tx.execute(sa.delete(table).where(table.c.account_id == account_id))
    tx.emit(AccountDeleted(account_id=account_id))
    return True


def _is_due(tx: Tx, account_id: int) -> bool:
    due = sa.and_(account.c.id == account_id, account.c.state == "leaving", account.c.erase_at <= tx.now)
    return tx.scalar(sa.select(account.c.id).where(due)) is not None


def _forget_codes(tx: Tx, account_id: int) -> None:
    code = one_time_code.c
    tx.execute(sa.delete(one_time_code).where(code.asked_by == account_id))
    for found in identifiers_of(tx, account_id):
        tx.execute(sa.delete(one_time_code).where(code.channel == found.channel, code.address == found.address))
