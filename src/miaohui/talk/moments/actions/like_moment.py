"""Like a moment, or take that back."""

import sqlalchemy as sa

from miaohui.kit.db import Tx, insert_if_absent
from miaohui.kit.errors import NotFound
from miaohui.talk.moments.access import access_moment
from miaohui.talk.moments.events import MomentLiked
from miaohui.talk.moments.locks import hold_visible
from miaohui.talk.moments.tables import moment_like


def like_moment(tx: Tx, *, moment_id: int, account_id: int) -> None:
    """Let a person like a moment; liking twice is liking once. Raises NotFound."""
    found = access_moment(tx, moment_id, viewer_id=account_id)
    if not hold_visible(tx, moment_id):
        raise NotFound  # It was deleted a moment ago.
    if insert_if_absent(tx, moment_like, {"moment_id": moment_id, "account_id": account_id, "liked_at": tx.now}):
        tx.emit(MomentLiked(moment_id=moment_id, author_id=found.author_id, person_id=account_id, at=tx.now))


def unlike_moment(tx: Tx, *, moment_id: int, account_id: int) -> None:
    """Take a like back, also of a moment that the person does not see any more.

    Raises NotFound if there is none and the moment is not there for this person.
    """
    mine = sa.and_(moment_like.c.moment_id == moment_id, moment_like.c.account_id == account_id)
    if not tx.changed(sa.delete(moment_like).where(mine)):
        access_moment(tx, moment_id, viewer_id=account_id)
