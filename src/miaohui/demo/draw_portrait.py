"""Give one of the townspeople their picture."""

import sqlalchemy as sa

from miaohui.demo.avatars import draw_avatar
from miaohui.demo.people import BY_HANDLE
from miaohui.demo.queries import awaits_portrait, resident_ids
from miaohui.demo.tables import demo_resident
from miaohui.kit.blobs import Blobs
from miaohui.kit.db import Database, Tx
from miaohui.people.accounts.actions.open_session import open_session
from miaohui.people.accounts.actions.revoke_devices import revoke_devices
from miaohui.people.accounts.actions.set_avatar import set_avatar
from miaohui.people.accounts.avatars import store_avatar


def draw_portrait(*, db: Database, blobs: Blobs, handle: str) -> None:
    """Draw a resident's avatar and set it as they would themselves, once. Blocks for about 0.1 s."""
    if not db.read_sync(awaits_portrait, handle):
        return
    account_id = db.read_sync(resident_ids).get(handle)
    if account_id is None:
        return
    avatar = store_avatar(blobs, account_id=account_id, picture=draw_avatar(BY_HANDLE[handle].portrait))
    db.write_sync(hang_portrait, handle=handle, account_id=account_id, avatar=avatar)


def hang_portrait(tx: Tx, *, handle: str, account_id: int, avatar: str) -> None:
    """Set the avatar from a device that is signed in for just that, and note it."""
    session = open_session(tx, account_id=account_id, user_agent="")
    set_avatar(tx, account_id=account_id, device_id=session.device_id, avatar=avatar)
    revoke_devices(tx, account_id=account_id, device_ids=[session.device_id])
    tx.execute(sa.update(demo_resident).where(demo_resident.c.handle == handle).values(portrayed_at=tx.now))
