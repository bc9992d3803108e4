"""Take a moment away, with all that was said to it."""

import sqlalchemy as sa

from miaohui.kit.db import Tx
from miaohui.kit.jobs import stage_job
from miaohui.talk.moments.access import access_own_moment
from miaohui.talk.moments.events import MomentDeleted
from miaohui.talk.moments.queries import Moment, photos_of
from miaohui.talk.moments.tables import (
    moment,
    moment_audience,
    moment_comment,
    moment_like,
    moment_photo,
    moment_timeline,
)


def delete_moment(tx: Tx, *, moment_id: int, by_id: int) -> None:
    """Delete a moment on behalf of its author; deleting twice is deleting once. Raises NotFound, Forbidden."""
    bury_moment(tx, access_own_moment(tx, moment_id, person_id=by_id))


def bury_moment(tx: Tx, found: Moment) -> None:
    """Leave nothing of a moment but the row that knows the author's own name for it."""
    standing = sa.and_(moment.c.id == found.id, moment.c.state == "visible")
    gone = {"state": "deleted", "body": "", "mood": None, "clip_ref": None, "deleted_at": tx.now}
    if not tx.changed(sa.update(moment).where(standing).values(**gone)):
        return
    stage_photo_removal(tx, [photo.key for photo in photos_of(tx, [found.id])])
    for table in (moment_photo, moment_audience, moment_like, moment_comment, moment_timeline):
        tx.execute(sa.delete(table).where(table.c.moment_id == found.id))
    tx.emit(MomentDeleted(moment_id=found.id, author_id=found.author_id, at=tx.now))


def stage_photo_removal(tx: Tx, keys: list[str]) -> None:
    """Remove the files of photos once this transaction is durable."""
    for key in keys:
        stage_job(tx, "moments.remove_photo", unique_key=f"moments.remove_photo:{key}", key=key)
