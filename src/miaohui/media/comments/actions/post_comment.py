"""Say something under a video, or answer somebody there."""

from datetime import datetime

import sqlalchemy as sa

from miaohui.kit.db import Tx, insert_if_absent, insert_or_update
from miaohui.kit.errors import NotFound
from miaohui.kit.idempotency import IdempotencyKeyReused
from miaohui.kit.ids import new_id
from miaohui.media.comments.access import access_comment
from miaohui.media.comments.body import clean_body
from miaohui.media.comments.events import CommentPosted
from miaohui.media.comments.queries import Comment, comment_by_client_id
from miaohui.media.comments.tables import comment, comment_count
from miaohui.media.videos.access import access_video


def post_comment(
    tx: Tx,
    *,
    video_id: int,
    author_id: int,
    body: str,
    reply_to_id: int | None = None,
    client_id: str | None = None,
    at: datetime | None = None,
) -> Comment:
    """Post a comment, or with `reply_to_id` a reply; replies to a reply stand in the same thread.

    client_id: the author's own name for this act; the same one again returns the first result.
    at: when it was said; the moment of the transaction unless given.
    Raises InvalidComment, IdempotencyKeyReused, and NotFound if the video or the answered
    comment is not there for this author.
    """
    text = clean_body(body)
    if client_id is not None and (first := comment_by_client_id(tx, author_id=author_id, client_id=client_id)):
        return _first_result(first, video_id=video_id, reply_to_id=reply_to_id, text=text)
    video = access_video(tx, video_id=video_id, viewer_id=author_id)
    answered = None if reply_to_id is None else access_comment(tx, reply_to_id, viewer_id=author_id)
    if answered is not None and answered.video_id != video_id:
        raise NotFound
    posted = Comment(
        id=new_id(),
        video_id=video_id,
        thread_id=None if answered is None else answered.thread_id or answered.id,
        reply_to_id=reply_to_id,
        author_id=author_id,
        client_id=client_id,
        body=text,
        state="visible",
        likes=0,
        replies=0,
        posted_at=at or tx.now,
    )
    if not insert_if_absent(tx, comment, {field: getattr(posted, field) for field in posted.__struct_fields__}):
        return _result_of_competitor(tx, posted, text=text)
    _count(tx, posted)
    tx.emit(
        CommentPosted(
            comment_id=posted.id,
            person_id=author_id,
            video_id=video_id,
            author_id=video.author_id,
            reply_to_id=reply_to_id,
            reply_to_person_id=None if answered is None else answered.author_id,
            at=posted.posted_at,
        )
    )
    return posted


def _first_result(first: Comment, *, video_id: int, reply_to_id: int | None, text: str) -> Comment:
    # The words of a deleted comment are gone, and with them the means to compare.
    same_text = first.body is None or first.body == text
    if (first.video_id, first.reply_to_id) != (video_id, reply_to_id) or not same_text:
        raise IdempotencyKeyReused
    return first


def _result_of_competitor(tx: Tx, posted: Comment, *, text: str) -> Comment:
    """Return what the same request, sent twice at once, has posted in the meantime."""
    if posted.client_id is None:
        raise RuntimeError("a new id was drawn twice")
    first = comment_by_client_id(tx, author_id=posted.author_id, client_id=posted.client_id)
    if first is None:
        raise RuntimeError("a new id was drawn twice")
    return _first_result(first, video_id=posted.video_id, reply_to_id=posted.reply_to_id, text=text)


def _count(tx: Tx, posted: Comment) -> None:
    # In the order of locks.py: the thread, then the video's counter.
    if posted.thread_id is not None:
        tx.execute(sa.update(comment).where(comment.c.id == posted.thread_id).values(replies=comment.c.replies + 1))
    row = {"video_id": posted.video_id, "comments": 1}
    insert_or_update(tx, comment_count, row, key=("video_id",), changes={"comments": comment_count.c.comments + 1})
