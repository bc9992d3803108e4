"""Comments as the API shows them."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from miaohui.kit.db import Tx
from miaohui.kit.ids import Id, format_id
from miaohui.kit.paging import InvalidCursor, cut_page, decode_cursor, encode_cursor
from miaohui.media.comments.access import access_comment, access_thread
from miaohui.media.comments.queries import (
    Comment,
    LikedPosition,
    Sort,
    authors_of,
    liked_comments,
    most_liked_comments,
    newest_comments,
    replies_in_thread,
)
from miaohui.media.videos.access import access_video, video_author
from miaohui.people.accounts.queries import PersonCard, person_cards
from miaohui.people.graph.answers import Person, person_of
from miaohui.people.graph.queries import hidden_from

_MOST_DIGITS_OF_LIKES = 10


class CommentAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A comment, or the empty place of one: a deleted comment has neither author nor body.

    thread_id: the top-level comment below which a reply stands; null for a top-level one. parent_id:
    the comment that a reply answers, and reply_to its author, null where they are gone or hidden.
    replies: of a top-level comment. can_delete: by the asking person.
    """

    id: Id
    video_id: Id
    thread_id: Id | None
    parent_id: Id | None
    reply_to: Person | None
    author: Person | None
    body: str | None
    deleted: bool
    likes: int
    liked: bool
    replies: int
    mine: bool
    can_delete: bool
    created_at: datetime


class Comments(msgspec.Struct, frozen=True, kw_only=True):
    """A page of comments. cursor: for the next one; null at the end."""

    items: list[CommentAnswer]
    cursor: str | None


def read_comments(tx: Tx, *, video_id: int, viewer_id: int, sort: Sort, cursor: str | None, limit: int) -> Comments:
    """Return a page of a video's top-level comments. Raises NotFound, InvalidCursor."""
    video = access_video(tx, video_id=video_id, viewer_id=viewer_id)
    place = {"video_id": video_id, "viewer_id": viewer_id, "limit": limit + 1}
    if sort == "newest":
        newest = newest_comments(tx, **place, after=decode_cursor(cursor))
        shown, following = cut_page(newest, limit=limit, position=_by_time)
    else:
        most_liked = most_liked_comments(tx, **place, after=_decode_liked(cursor))
        shown, following = most_liked[:limit], None
        if len(most_liked) > limit:
            following = _encode_liked((shown[-1].likes, shown[-1].posted_at, shown[-1].id))
    items = describe_comments(tx, shown, video_author_id=video.author_id, viewer_id=viewer_id)
    return Comments(items=items, cursor=following)


def read_replies(tx: Tx, *, thread_id: int, viewer_id: int, cursor: str | None, limit: int) -> Comments:
    """Return a page of the replies below a top-level comment. Raises NotFound, InvalidCursor."""
    thread = access_thread(tx, thread_id, viewer_id=viewer_id)
    video = access_video(tx, video_id=thread.video_id, viewer_id=viewer_id)
    after = decode_cursor(cursor)
    found = replies_in_thread(tx, thread_id=thread_id, viewer_id=viewer_id, after=after, limit=limit + 1)
    shown, following = cut_page(found, limit=limit, position=_by_time)
    items = describe_comments(tx, shown, video_author_id=video.author_id, viewer_id=viewer_id)
    return Comments(items=items, cursor=following)


class CommentInPlace(msgspec.Struct, frozen=True, kw_only=True):
    """A comment, and the top-level one in whose thread it stands: itself, if it is one."""

    thread: CommentAnswer
    comment: CommentAnswer


def read_in_place(tx: Tx, *, comment_id: int, viewer_id: int) -> CommentInPlace:
    """Return a comment with the top of its thread. Raises NotFound."""
    found = access_comment(tx, comment_id, viewer_id=viewer_id)
    both = [found] if found.thread_id is None else [access_thread(tx, found.thread_id, viewer_id=viewer_id), found]
    author_id = video_author(tx, found.video_id)
    described = describe_comments(tx, both, video_author_id=author_id, viewer_id=viewer_id)
    return CommentInPlace(thread=described[0], comment=described[-1])


def read_comment(tx: Tx, *, comment: Comment, viewer_id: int) -> CommentAnswer:
    """Return one comment to who posted it, now or before, whatever became of the video for them since."""
    author_id = video_author(tx, comment.video_id)
    return describe_comments(tx, [comment], video_author_id=author_id, viewer_id=viewer_id)[0]


def describe_comments(
    tx: Tx, comments: Sequence[Comment], *, video_author_id: int, viewer_id: int
) -> list[CommentAnswer]:
    """Return comments of one video as this viewer sees them."""
    answered = authors_of(tx, {one.reply_to_id for one in comments if one.reply_to_id is not None})
    hidden = hidden_from(tx, viewer_id) if answered else frozenset()
    cards = person_cards(tx, {one.author_id for one in comments} | (set(answered.values()) - hidden))
    liked = liked_comments(tx, person_id=viewer_id, comment_ids=[one.id for one in comments])

    def describe(one: Comment) -> CommentAnswer:
        # Until a deleted account's comments are erased they are shown as if they were.
        author = cards.get(one.author_id) if one.state == "visible" else None
        reply_to = cards.get(answered.get(one.reply_to_id or 0, 0))
        mine = author is not None and one.author_id == viewer_id
        return CommentAnswer(
            id=format_id(one.id),
            video_id=format_id(one.video_id),
            thread_id=None if one.thread_id is None else format_id(one.thread_id),
            parent_id=None if one.reply_to_id is None else format_id(one.reply_to_id),
            reply_to=_person(reply_to),
            author=_person(author),
            body=None if author is None else one.body,
            deleted=author is None,
            likes=one.likes,
            liked=one.id in liked,
            replies=one.replies,
            mine=mine,
            can_delete=mine or (author is not None and video_author_id == viewer_id),
            created_at=one.posted_at,
        )

    return [describe(one) for one in comments]


def _person(card: PersonCard | None) -> Person | None:
    return None if card is None else person_of(card)


def _by_time(one: Comment) -> tuple[datetime, int]:
    return one.posted_at, one.id


def _encode_liked(position: LikedPosition) -> str:
    likes, moment, comment_id = position
    return f"{likes}.{encode_cursor((moment, comment_id))}"


def _decode_liked(text: str | None) -> LikedPosition | None:
    if text is None:
        return None
    likes, _, rest = text.partition(".")
    place = decode_cursor(rest)
    if place is None or not (likes.isascii() and likes.isdigit() and len(likes) <= _MOST_DIGITS_OF_LIKES):
        raise InvalidCursor
    return int(likes), *place
