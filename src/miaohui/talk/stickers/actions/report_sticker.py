"""Report a sticker, and decide about a reported one."""

import sqlalchemy as sa

from miaohui.kit.db import Tx, insert_if_absent
from miaohui.kit.errors import Forbidden, NotFound
from miaohui.people.accounts.queries import roles_of
from miaohui.talk.stickers.actions.keep_at_hand import access_sticker
from miaohui.talk.stickers.actions.remove_sticker import take_away
from miaohui.talk.stickers.queries import own_sticker
from miaohui.talk.stickers.tables import sticker_report


def access_operator(tx: Tx, account_id: int) -> None:
    """Let an operator pass. Raises Forbidden for everybody else."""
    if "operator" not in roles_of(tx, account_id):
        raise Forbidden


def report_sticker(tx: Tx, *, sticker_id: int, reporter_id: int, reason: str) -> None:
    """Tell the operators of a sticker that somebody made; the same person twice counts once. Raises NotFound."""
    found = access_sticker(tx, sticker_id=sticker_id, viewer_id=reporter_id)
    if found.maker_id is None or found.maker_id == reporter_id:
        raise NotFound
    report = {"sticker_id": sticker_id, "reporter_id": reporter_id, "reason": reason, "reported_at": tx.now}
    insert_if_absent(tx, sticker_report, report)


def decide_sticker(tx: Tx, *, sticker_id: int, by_id: int, remove: bool, reason: str) -> None:
    """Remove a reported sticker, or let it stand. Raises Forbidden, and NotFound for one that is gone."""
    access_operator(tx, by_id)
    found = own_sticker(tx, sticker_id)
    if found is None or found.state != "shown":
        raise NotFound
    seen = sa.and_(sticker_report.c.sticker_id == sticker_id, sticker_report.c.dismissed_at.is_(None))
    if remove:
        take_away(tx, found, by_id=by_id, reason=reason)
    else:
        tx.execute(sa.update(sticker_report).where(seen).values(dismissed_by=by_id, dismissed_at=tx.now))
