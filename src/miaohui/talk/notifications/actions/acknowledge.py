"""Note what a device has shown."""

import sqlalchemy as sa

from miaohui.kit.db import Tx, insert_or_update
from miaohui.talk.notifications.queries import last_seq
from miaohui.talk.notifications.tables import notice_acknowledgement


def acknowledge(tx: Tx, *, account_id: int, device_id: int, seq: int) -> None:
    """Note that a device has shown all notices up to `seq`: they are not pushed to it. It never goes back."""
    seen = min(seq, last_seq(tx, account_id))
    shown = {"device_id": device_id, "account_id": account_id, "seq": seen, "at": tx.now}
    further = sa.case((notice_acknowledgement.c.seq > seen, notice_acknowledgement.c.seq), else_=seen)
    # A device that somebody else signs in on begins anew, because their numbers are others.
    begun = sa.case((notice_acknowledgement.c.account_id == account_id, further), else_=seen)
    insert_or_update(
        tx,
        notice_acknowledgement,
        shown,
        key=["device_id"],
        changes={"seq": begun, "account_id": account_id, "at": tx.now},
    )
