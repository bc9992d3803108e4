"""Decide how far back friends may look."""

import sqlalchemy as sa

from miaohui.kit.db import Tx, insert_or_update
from miaohui.talk.moments.tables import moment_setting


def set_window(tx: Tx, *, person_id: int, days: int | None) -> None:
    """Show friends the moments of the last 3, 30 or 180 days, or with None all of them."""
    if days is None:
        tx.execute(sa.delete(moment_setting).where(moment_setting.c.person_id == person_id))
        return
    row = {"person_id": person_id, "window_days": days}
    insert_or_update(tx, moment_setting, row, key=("person_id",), changes={"window_days": days})
