"""Let go of what has run out."""

import msgspec
import sqlalchemy as sa

from miaohui.kit.db import Tx
from miaohui.people.accounts.actions.revoke_devices import revoke_devices
from miaohui.people.accounts.sessions import IDLE_AFTER
from miaohui.people.accounts.tables import account_handle, data_export, device, one_time_code, passkey_challenge

_AT_ONCE = 500


class ExpiredExport(msgspec.Struct, frozen=True):
    """An archive whose file must go."""

    id: int
    account_id: int


def prune(tx: Tx) -> None:
    """Delete codes and challenges that have expired, names that are free again, devices idle for a year."""
    for column in (one_time_code.c.expires_at, passkey_challenge.c.expires_at):
        tx.execute(sa.delete(column.table).where(column <= tx.now))
    tx.execute(sa.delete(account_handle).where(account_handle.c.held_until <= tx.now))
    idle = sa.select(device.c.account_id, device.c.id).where(device.c.last_seen_at < tx.now - IDLE_AFTER)
    for account_id, device_id in tx.execute(idle.limit(_AT_ONCE)).tuples():
        revoke_devices(tx, account_id=account_id, device_ids=[device_id])


def expired_exports(tx: Tx) -> list[ExpiredExport]:
    """Return archives that are offered no more and still lie there."""
    past = sa.and_(data_export.c.state == "ready", data_export.c.expires_at <= tx.now)
    return tx.all(sa.select(data_export.c.id, data_export.c.account_id).where(past).limit(_AT_ONCE), ExpiredExport)


def expire_export(tx: Tx, *, export_id: int) -> None:
    """Write down that an archive is gone, after its file has been removed."""
    tx.execute(sa.update(data_export).where(data_export.c.id == export_id).values(state="expired"))
