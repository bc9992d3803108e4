"""Give up what a shop will never pay."""

import sqlalchemy as sa

from miaohui.care.compensation.events import AdvanceWrittenOff
from miaohui.care.compensation.locks import lock_advance
from miaohui.care.compensation.queries import Advance, advance_columns
from miaohui.care.compensation.states import OWED
from miaohui.care.compensation.tables import advance, advance_recovery
from miaohui.commerce.merchants.access import access_operator
from miaohui.kit.db import Tx
from miaohui.kit.errors import Conflict, NotFound
from miaohui.kit.ids import new_id
from miaohui.money.ledger.accounts import advance_loss, receivable
from miaohui.money.ledger.actions.post_entry import Leg, post_entry


class NothingOwed(Conflict):
    """The advance has been paid back, or given up before."""

    code = "nothing_owed"
    status = 409
    title = "Of this advance nothing is owed any more"


def write_off_advance(tx: Tx, *, advance_id: int, by_id: int, reason: str = "") -> Advance:
    """Give up the rest of an advance on an operator's word; nothing else ever does.

    reason: kept with the entry in the ledger.

    Raises Forbidden, NotFound, NothingOwed.
    """
    access_operator(tx, by_id)
    found = lock_advance(tx, advance_id)
    if found is None:
        raise NotFound
    rest = found.left_minor
    still_owed = sa.and_(advance.c.id == advance_id, advance.c.state.in_(OWED))
    values = {"state": "written_off", "written_off_minor": rest, "closed_at": tx.now}
    if not tx.changed(sa.update(advance).where(still_owed).values(values)):
        raise NothingOwed
    recovery_id = new_id()
    row = {"advance_id": advance_id, "source": "written_off", "amount_minor": rest, "by_id": by_id, "at": tx.now}
    tx.execute(sa.insert(advance_recovery).values(id=recovery_id, **row))
    legs = [Leg(advance_loss(), receivable(found.shop_id), rest)]
    memo = f"{found.ref}: {reason}" if reason else found.ref
    post_entry(tx, kind="advance_loss", ref=str(recovery_id), currency=found.currency, legs=legs, memo=memo)
    tx.emit(
        AdvanceWrittenOff(
            advance_id=advance_id,
            shop_id=found.shop_id,
            amount_minor=rest,
            currency=found.currency,
            by_id=by_id,
            at=tx.now,
        )
    )
    written_off = tx.one(sa.select(*advance_columns()).where(advance.c.id == advance_id), Advance)
    if written_off is None:
        raise RuntimeError("an advance that was just changed is gone")
    return written_off
