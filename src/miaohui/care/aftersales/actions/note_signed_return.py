"""Note that a case's goods have been handed over, to the shop or to the buyer."""

from datetime import datetime

import msgspec
import sqlalchemy as sa

from miaohui.care.aftersales.locks import lock_case
from miaohui.care.aftersales.moves import stage_case_deadline
from miaohui.care.aftersales.rules import CHECK_LASTS, CONFIRM_LASTS
from miaohui.care.aftersales.tables import aftersale
from miaohui.kit.db import Tx


def note_signed_return(tx: Tx, *, aftersale_id: int, at: datetime) -> bool:
    """Give the shop 10 days to look at what the carrier handed over; return whether that is news."""
    found = lock_case(tx, aftersale_id)
    if found is None:
        return False
    values = {"return_signed_at": at, "deadline_at": tx.now + CHECK_LASTS}
    here = sa.and_(
        aftersale.c.id == aftersale_id,
        aftersale.c.state == "return_shipped",
        aftersale.c.return_signed_at.is_(None),
    )
    if not tx.changed(sa.update(aftersale).where(here).values(values)):
        return False
    stage_case_deadline(tx, msgspec.structs.replace(found, **values))
    return True


def note_signed_exchange(tx: Tx, *, aftersale_id: int) -> bool:
    """Give the buyer 7 days to look at what has come instead; return whether that is news."""
    found = lock_case(tx, aftersale_id)
    if found is None:
        return False
    values = {"deadline_at": tx.now + CONFIRM_LASTS}
    here = sa.and_(aftersale.c.id == aftersale_id, aftersale.c.state == "reshipped")
    if not tx.changed(sa.update(aftersale).where(here).values(values)):
        return False
    stage_case_deadline(tx, msgspec.structs.replace(found, **values))
    return True
