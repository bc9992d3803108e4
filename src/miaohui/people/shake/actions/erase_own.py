"""Erase what the shakes hold of a deleted account."""

import sqlalchemy as sa

from miaohui.kit.db import Tx
from miaohui.people.shake.tables import (
    shake_guest,
    shake_match,
    shake_missed,
    shake_report,
    shake_ticket,
    shake_venue,
)


def erase_shakes(tx: Tx, *, account_id: int) -> None:
    """Erase a person's tickets, matches, reports by them and lists; their venues close and lose their name."""
    for table in (shake_ticket, shake_guest, shake_missed):
        tx.execute(sa.delete(table).where(table.c.person_id == account_id))
    tx.execute(
        sa.delete(shake_match).where(sa.or_(shake_match.c.one_id == account_id, shake_match.c.other_id == account_id))
    )
    tx.execute(
        sa.delete(shake_report).where(
            sa.or_(shake_report.c.reporter_id == account_id, shake_report.c.reported_id == account_id)
        )
    )
    mine = shake_venue.c.owner_id == account_id
    tx.execute(sa.update(shake_venue).where(mine, shake_venue.c.closed_at.is_(None)).values(closed_at=tx.now))
    tx.execute(sa.update(shake_venue).where(mine).values(name=""))
