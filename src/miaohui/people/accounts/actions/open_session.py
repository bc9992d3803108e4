"""Sign a device in."""

import msgspec
import sqlalchemy as sa

from miaohui.kit.db import Tx
from miaohui.kit.ids import new_id
from miaohui.people.accounts.actions.revoke_devices import revoke_devices
from miaohui.people.accounts.device_names import device_name
from miaohui.people.accounts.tables import device
from miaohui.people.accounts.tokens import new_token, token_digest

MOST_DEVICES = 200
"""More than anybody owns, scripts included; beyond it, the one that was not seen for longest is signed out."""


class OpenedSession(msgspec.Struct, frozen=True, kw_only=True):
    """A device that is signed in. The token is shown here once and kept nowhere."""

    account_id: int
    device_id: int
    token: str


def open_session(tx: Tx, *, account_id: int, user_agent: str) -> OpenedSession:
    """Sign a device in to an account that the caller has found to be the person's, with a fresh token."""
    token = new_token()
    device_id = new_id()
    tx.execute(
        sa.insert(device).values(
            id=device_id,
            account_id=account_id,
            token_digest=token_digest(token),
            name=device_name(user_agent),
            created_at=tx.now,
            last_seen_at=tx.now,
            proven_at=tx.now,
        )
    )
    _sign_out_beyond(tx, account_id)
    return OpenedSession(account_id=account_id, device_id=device_id, token=token)


def _sign_out_beyond(tx: Tx, account_id: int) -> None:
    newest_first = (device.c.last_seen_at.desc(), device.c.id.desc())
    mine = sa.select(device.c.id).where(device.c.account_id == account_id).order_by(*newest_first)
    beyond = tx.scalars(mine.offset(MOST_DEVICES))
    if beyond:
        revoke_devices(tx, account_id=account_id, device_ids=beyond)
