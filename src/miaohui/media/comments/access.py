"""Where a comment is fetched on somebody's behalf, and the permission with it."""

import sqlalchemy as sa

from miaohui.kit.db import Tx
from miaohui.kit.errors import Forbidden, NotFound
from miaohui.media.comments.queries import Comment, comment_by_id
from miaohui.media.comments.tables import comment
from miaohui.media.videos.access import access_video, video_author
from miaohui.people.graph.queries import hidden_accounts


def access_comment(tx: Tx, comment_id: int, *, viewer_id: int) -> Comment:
    """Return a comment that stands there for this person to read, answer or like.

    Raises NotFound if it is deleted, if its video is not there for them, or if they must not meet its
    author or the author of the thread in which it stands.
    """
    found = _access_place(tx, comment_id, viewer_id=viewer_id)
    if found.state != "visible":
        raise NotFound
    return found


def access_thread(tx: Tx, comment_id: int, *, viewer_id: int) -> Comment:
    """Return a top-level comment whose replies this person may read, also when it is deleted itself.

    Raises NotFound, for replies as well.
    """
    found = _access_place(tx, comment_id, viewer_id=viewer_id)
    if found.thread_id is not None:
        raise NotFound
    return found


def access_comment_to_delete(tx: Tx, comment_id: int, *, person_id: int) -> Comment:
    """Return a comment, deleted or not, that this person may delete: its author, or the video's.

    Raises Forbidden to others who can read it, and NotFound to those who cannot.
    """
    found = comment_by_id(tx, comment_id)
    if found is None:
        raise NotFound
    if person_id in (found.author_id, video_author(tx, found.video_id)):
        return found
    access_comment(tx, comment_id, viewer_id=person_id)
    raise Forbidden


def _access_place(tx: Tx, comment_id: int, *, viewer_id: int) -> Comment:
    found = comment_by_id(tx, comment_id)
    if found is None:
        raise NotFound
    access_video(tx, video_id=found.video_id, viewer_id=viewer_id)
    here = (comment_id, found.thread_id or comment_id)
    unwelcome = sa.select(comment.c.id).where(
        comment.c.id.in_(here), comment.c.author_id.in_(hidden_accounts(viewer_id))
    )
    if tx.scalar(unwelcome.limit(1)) is not None:
        raise NotFound
    return found
