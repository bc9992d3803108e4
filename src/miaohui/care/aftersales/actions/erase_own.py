"""Erase what somebody has said and shown in their cases."""

import sqlalchemy as sa

from miaohui.care.aftersales.tables import aftersale, aftersale_move, dispute, dispute_move, evidence
from miaohui.kit.db import Tx
from miaohui.kit.jobs import stage_job


def erase_evidence_of(tx: Tx, *, account_id: int) -> int:
    """Take a person's words and pictures out of their cases; return how many pictures go.

    What was asked for, and what came of it, stays: the other side's books rest on it. The files themselves are
    removed by a job, since a transaction cannot take back what it has deleted.
    """
    theirs = sa.and_(evidence.c.by_id == account_id, evidence.c.file.is_not(None))
    shown = tx.execute(sa.select(evidence.c.id, evidence.c.file).where(theirs).order_by(evidence.c.id)).all()
    for piece in shown:
        stage_job(tx, "aftersales.remove_evidence", unique_key=f"aftersales.remove:{piece.id}", key=piece.file)
    tx.execute(sa.update(evidence).where(evidence.c.by_id == account_id).values(file=None, words=""))
    tx.execute(sa.update(aftersale).where(aftersale.c.buyer_id == account_id).values(words=""))
    cases = sa.select(aftersale.c.id).where(aftersale.c.buyer_id == account_id)
    mine = sa.and_(aftersale_move.c.by_id == account_id, aftersale_move.c.aftersale_id.in_(cases))
    tx.execute(sa.update(aftersale_move).where(mine).values(words=""))
    disputes = sa.select(dispute.c.id).where(dispute.c.buyer_id == account_id)
    said = sa.and_(dispute_move.c.by_id == account_id, dispute_move.c.dispute_id.in_(disputes))
    tx.execute(sa.update(dispute_move).where(said).values(words=""))
    return len(shown)
