"""Let go of what is over."""

from datetime import timedelta

import sqlalchemy as sa

from miaohui.kit.db import Tx
from miaohui.people.shake.queries import MEET_AGAIN_AFTER, REPORTS_COUNT_FOR
from miaohui.people.shake.tables import shake_guest, shake_match, shake_missed, shake_report, shake_ticket

_HOUR = timedelta(hours=1)


def prune(tx: Tx) -> None:
    """Forget tickets that no process ended, matches older than 30 days, and places with their hour or day."""
    tx.execute(sa.delete(shake_ticket).where(shake_ticket.c.until <= tx.now - timedelta(minutes=5)))
    tx.execute(sa.delete(shake_match).where(shake_match.c.matched_at <= tx.now - MEET_AGAIN_AFTER))
    tx.execute(sa.delete(shake_report).where(shake_report.c.reported_at <= tx.now - REPORTS_COUNT_FOR))
    tx.execute(sa.delete(shake_guest).where(shake_guest.c.begins_at <= tx.now - _HOUR))
    tx.execute(sa.delete(shake_missed).where(shake_missed.c.day < (tx.now - timedelta(days=1)).date()))
