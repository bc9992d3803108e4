"""Sign devices out."""

from collections.abc import Sequence

import sqlalchemy as sa

from miaohui.kit.db import Tx
from miaohui.kit.errors import NotFound
from miaohui.people.accounts.events import DeviceRevoked
from miaohui.people.accounts.tables import device, passkey_challenge


def revoke_devices(tx: Tx, *, account_id: int, device_ids: Sequence[int]) -> int:
    """Sign these devices of an account out; return how many were still in. Their tokens are worth nothing after."""
    mine = sa.and_(device.c.account_id == account_id, device.c.id.in_(device_ids))
    gone = tx.scalars(sa.delete(device).where(mine).returning(device.c.id))
    for device_id in gone:
        tx.execute(sa.delete(passkey_challenge).where(passkey_challenge.c.bound_to == f"device:{device_id}"))
        tx.emit(DeviceRevoked(account_id=account_id, device_id=device_id))
    return len(gone)


def revoke_device(tx: Tx, *, account_id: int, device_id: int) -> None:
    """Sign one device out. Raises NotFound if it is not in, or not this account's."""
    if revoke_devices(tx, account_id=account_id, device_ids=[device_id]) == 0:
        raise NotFound


def revoke_other_devices(tx: Tx, *, account_id: int, device_id: int | None) -> list[int]:
    """Sign out every device of an account but this one (None: all); return which."""
    others = sa.select(device.c.id).where(device.c.account_id == account_id)
    if device_id is not None:
        others = others.where(device.c.id != device_id)
    found = tx.scalars(others)
    revoke_devices(tx, account_id=account_id, device_ids=found)
    return found
