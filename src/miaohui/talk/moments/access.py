"""Where moments, photos and comments are fetched on somebody's behalf, and the permission with it."""

from miaohui.kit.db import Tx
from miaohui.kit.errors import Forbidden, NotFound
from miaohui.talk.moments.queries import (
    Moment,
    MomentComment,
    Photo,
    comment_by_id,
    moment_by_id,
    photo_by_id,
    seen_moment,
)


def access_moment(tx: Tx, moment_id: int, *, viewer_id: int) -> Moment:
    """Return a moment that is there for this person. Raises NotFound."""
    found = seen_moment(tx, moment_id, viewer_id=viewer_id)
    if found is None:
        raise NotFound
    return found


def access_own_moment(tx: Tx, moment_id: int, *, person_id: int) -> Moment:
    """Return a moment, deleted or not, to its author. Raises NotFound, or Forbidden for who can see it."""
    found = moment_by_id(tx, moment_id)
    if found is not None and found.author_id == person_id:
        return found
    access_moment(tx, moment_id, viewer_id=person_id)
    raise Forbidden


def access_photo(tx: Tx, photo_id: int, *, viewer_id: int) -> Photo:
    """Return a photo of a moment that this person sees, or one of their own. Raises NotFound."""
    found = photo_by_id(tx, photo_id)
    if found is None:
        raise NotFound
    if found.owner_id != viewer_id:
        if found.moment_id is None:
            raise NotFound
        access_moment(tx, found.moment_id, viewer_id=viewer_id)
    return found


def access_comment_to_delete(tx: Tx, comment_id: int, *, person_id: int) -> MomentComment:
    """Return a comment to its author or the moment's. Raises NotFound, or Forbidden for who sees the moment."""
    found = comment_by_id(tx, comment_id)
    if found is None:
        raise NotFound
    if found.author_id != person_id and access_moment(tx, found.moment_id, viewer_id=person_id).author_id != person_id:
        raise Forbidden
    return found
