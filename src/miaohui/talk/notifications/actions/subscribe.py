"""Let a browser be pushed to, or no more."""

import base64
import binascii

import sqlalchemy as sa

from miaohui.kit.db import Tx, insert_or_update
from miaohui.kit.errors import Refusal
from miaohui.kit.ids import new_id
from miaohui.talk.notifications.queries import last_seq
from miaohui.talk.notifications.tables import notice_acknowledgement, push_subscription

_POINT_BYTES = 65
_SECRET_BYTES = 16
MOST_BROWSERS = 20


class InvalidPushKeys(Refusal):
    """The keys are not those that a browser makes (RFC 8291, 3.1)."""

    code = "invalid_push_keys"
    status = 400
    title = "These are not the keys of a push subscription"


def subscribe(tx: Tx, *, account_id: int, device_id: int, endpoint: str, public_key: str, secret: str) -> None:
    """Let a device be pushed to from now on. Whoever subscribed with this browser before does so no more.

    Raises InvalidPushKeys.
    """
    if _size(public_key) != _POINT_BYTES or _size(secret) != _SECRET_BYTES:
        raise InvalidPushKeys
    unsubscribe(tx, account_id=account_id, device_id=device_id, but=endpoint)
    values = {
        "account_id": account_id,
        "device_id": device_id,
        "endpoint": endpoint,
        "public_key": public_key.rstrip("="),
        "secret": secret.rstrip("="),
        "pushed_seq": last_seq(tx, account_id),
        "failures": 0,
        "created_at": tx.now,
    }
    insert_or_update(tx, push_subscription, {"id": new_id(), **values}, key=["endpoint"], changes=values)
    _keep_newest(tx, account_id)


def unsubscribe(tx: Tx, *, account_id: int, device_id: int, but: str = "") -> None:
    """Push no more to a device."""
    mine = sa.and_(push_subscription.c.account_id == account_id, push_subscription.c.device_id == device_id)
    tx.execute(sa.delete(push_subscription).where(mine, push_subscription.c.endpoint != but))


def forget_device(tx: Tx, *, device_id: int) -> None:
    """Forget a device that was signed out."""
    for table in (push_subscription, notice_acknowledgement):
        tx.execute(sa.delete(table).where(table.c.device_id == device_id))


def _keep_newest(tx: Tx, account_id: int) -> None:
    mine = push_subscription.c.account_id == account_id
    newest = sa.select(push_subscription.c.id).where(mine).order_by(push_subscription.c.created_at.desc())
    kept = newest.limit(MOST_BROWSERS).subquery()
    tx.execute(sa.delete(push_subscription).where(mine, push_subscription.c.id.not_in(sa.select(kept.c.id))))


def _size(text: str) -> int:
    try:
        return len(
            base64.b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4), altchars=b"-_", validate=True)
        )
    except (binascii.Error, ValueError):
        return 0
