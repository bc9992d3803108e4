"""Note up to where a device has heard."""

from miaohui.kit.db import Tx, insert_or_update
from miaohui.talk.messaging.tables import device_cursor


def acknowledge(tx: Tx, *, person_id: int, device_id: int, seq: int) -> None:
    """Move a device's cursor in its person's log to entry `seq`; a push waits for it before it is sent."""
    row = {"device_id": device_id, "person_id": person_id, "seq": seq, "acknowledged_at": tx.now}
    changes = {"person_id": person_id, "seq": seq, "acknowledged_at": tx.now}
    insert_or_update(tx, device_cursor, row, key=["device_id"], changes=changes)
