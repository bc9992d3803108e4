"""Erase what a deleted account showed, said and liked among friends."""

import sqlalchemy as sa

from miaohui.kit.db import Tx
from miaohui.talk.moments.actions.delete_moment import bury_moment, stage_photo_removal
from miaohui.talk.moments.queries import Moment
from miaohui.talk.moments.tables import (
    moment,
    moment_audience,
    moment_comment,
    moment_like,
    moment_photo,
    moment_setting,
    moment_timeline,
    person_mood,
)


def erase_moments_of(tx: Tx, *, account_id: int) -> None:
    """Delete all that an account left here. Doing it again finds nothing to do."""
    own = sa.and_(moment.c.author_id == account_id, moment.c.state == "visible")
    columns = (moment.c[field] for field in Moment.__struct_fields__)
    for found in tx.all(sa.select(*columns).where(own).order_by(moment.c.id), Moment):
        bury_moment(tx, found)
    tx.execute(sa.update(moment).where(moment.c.author_id == account_id).values(client_id=None))
    loose = sa.delete(moment_photo).where(moment_photo.c.owner_id == account_id)
    stage_photo_removal(tx, tx.scalars(loose.returning(moment_photo.c.key)))
    said_by_them = sa.or_(moment_comment.c.author_id == account_id, moment_comment.c.reply_to_id == account_id)
    tx.execute(sa.delete(moment_comment).where(said_by_them))
    tx.execute(sa.delete(moment_like).where(moment_like.c.account_id == account_id))
    for table in (moment_audience, moment_timeline, moment_setting, person_mood):
        tx.execute(sa.delete(table).where(table.c.person_id == account_id))
