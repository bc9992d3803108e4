"""Keep a photo until it is posted with a moment."""

from datetime import timedelta

import sqlalchemy as sa

from miaohui.kit.db import Tx
from miaohui.kit.errors import Conflict
from miaohui.kit.ids import new_id
from miaohui.talk.moments.queries import Photo
from miaohui.talk.moments.tables import moment_photo

_MOST_LOOSE = 60
_LOOSE_FOR = timedelta(days=1)


class TooManyPhotos(Conflict):
    """More photos wait to be posted than anybody posts in a day."""

    code = "too_many_photos"
    title = "So many photos wait to be posted. Please post some first"


def add_photo(tx: Tx, *, owner_id: int, key: str, width: int, height: int) -> Photo:
    """Keep a stored photo for a day, for its owner's next moments. Raises TooManyPhotos."""
    loose = sa.and_(moment_photo.c.owner_id == owner_id, moment_photo.c.moment_id.is_(None))
    if (tx.scalar(sa.select(sa.func.count()).select_from(moment_photo).where(loose)) or 0) >= _MOST_LOOSE:
        raise TooManyPhotos
    added = Photo(id=new_id(), owner_id=owner_id, moment_id=None, key=key, width=width, height=height)
    row = {field: getattr(added, field) for field in added.__struct_fields__}
    tx.execute(sa.insert(moment_photo).values(**row, uploaded_at=tx.now))
    return added


def sweep_photos(tx: Tx, *, limit: int) -> list[str]:
    """Forget photos that were never posted, and return the keys of their files."""
    old = sa.and_(moment_photo.c.moment_id.is_(None), moment_photo.c.uploaded_at < tx.now - _LOOSE_FOR)
    ids = tx.scalars(sa.select(moment_photo.c.id).where(old).order_by(moment_photo.c.id).limit(limit))
    # Asked again in the DELETE: one may have been posted in the meantime.
    gone = sa.delete(moment_photo).where(moment_photo.c.id.in_(ids), old)
    return tx.scalars(gone.returning(moment_photo.c.key))
