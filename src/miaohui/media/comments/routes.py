"""The JSON API of the comments: translate, make one domain call, translate back."""

from collections.abc import Sequence
from typing import Annotated, Any

import msgspec
from litestar import delete, get, post, put
from litestar.params import Parameter

from miaohui.kit.db import Database
from miaohui.kit.http.viewer import Member, Viewer
from miaohui.kit.ids import Id, parse_id
from miaohui.kit.rate_limits import RateLimits
from miaohui.media.comments.actions.delete_comment import delete_comment
from miaohui.media.comments.actions.like_comment import like_comment
from miaohui.media.comments.actions.post_comment import post_comment
from miaohui.media.comments.actions.unlike_comment import unlike_comment
from miaohui.media.comments.answers import (
    CommentAnswer,
    CommentInPlace,
    Comments,
    read_comment,
    read_comments,
    read_in_place,
    read_replies,
)
from miaohui.media.comments.body import LONGEST_CODE_POINTS
from miaohui.media.comments.queries import CommentLikes, Sort

_KEY_FORM = r"^[\x21-\x7e]{1,64}$"
Limit = Annotated[int, Parameter(ge=1, le=50, description="comments at most")]
Cursor = Annotated[str | None, Parameter(max_length=120, description="from the page before, in the same order")]
Key = Annotated[
    str | None,
    Parameter(header="Idempotency-Key", pattern=_KEY_FORM, description="the same one again gets the first result"),
]
_TAG = ["comments"]
_COMMENTS_A_MINUTE = 20
"""A lively talk has one every three seconds; faster is a machine."""
_LIKES_A_MINUTE = 120


class NewComment(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be said: 1 to 500 characters as a reader counts them.

    parent_id: the comment that is answered. client_id: as the header Idempotency-Key, which wins.
    """

    body: Annotated[str, msgspec.Meta(min_length=1, max_length=LONGEST_CODE_POINTS)]
    parent_id: Id | None = None
    client_id: Annotated[str, msgspec.Meta(pattern=_KEY_FORM)] | None = None


@get("/api/v1/videos/{video_id:str}/comments", tags=_TAG)
async def list_comments(
    *, video_id: Id, viewer: Viewer, db: Database, sort: Sort = "newest", limit: Limit = 20, cursor: Cursor = None
) -> Comments:
    """List a video's top-level comments."""
    return await db.read(
        read_comments,
        video_id=parse_id(video_id),
        viewer_id=viewer.person_id,
        sort=sort,
        cursor=cursor,
        limit=limit,
    )


@post("/api/v1/videos/{video_id:str}/comments", tags=_TAG)
async def post_one(
    *, video_id: Id, data: NewComment, member: Member, db: Database, limiter: RateLimits, key: Key = None
) -> CommentAnswer:
    """Say something under a video, or answer a comment there. A resend with the same key gets the first result."""
    limiter.check("comments.post", member.account_id, _COMMENTS_A_MINUTE, 60)
    posted = await db.write(
        post_comment,
        video_id=parse_id(video_id),
        author_id=member.account_id,
        body=data.body,
        reply_to_id=None if data.parent_id is None else parse_id(data.parent_id),
        client_id=key or data.client_id,
    )
    return await db.read(read_comment, comment=posted, viewer_id=member.account_id)


@get("/api/v1/comments/{comment_id:str}", tags=_TAG)
async def show_comment(*, comment_id: Id, viewer: Viewer, db: Database) -> CommentInPlace:
    """Show one comment with the top of its thread: where a notice leads."""
    return await db.read(read_in_place, comment_id=parse_id(comment_id), viewer_id=viewer.person_id)


@get("/api/v1/comments/{comment_id:str}/replies", tags=_TAG)
async def list_replies(
    *, comment_id: Id, viewer: Viewer, db: Database, limit: Limit = 20, cursor: Cursor = None
) -> Comments:
    """List the replies below a top-level comment, oldest first."""
    return await db.read(
        read_replies, thread_id=parse_id(comment_id), viewer_id=viewer.person_id, cursor=cursor, limit=limit
    )


@delete("/api/v1/comments/{comment_id:str}", tags=_TAG)
async def delete_one(*, comment_id: Id, member: Member, db: Database) -> None:
    """Delete a comment of one's own, or under one's own video. Its replies stay below an empty place."""
    await db.write(delete_comment, comment_id=parse_id(comment_id), by_id=member.account_id)


@put("/api/v1/comments/{comment_id:str}/like", tags=_TAG)
async def like(*, comment_id: Id, member: Member, db: Database, limiter: RateLimits) -> CommentLikes:
    """Like a comment."""
    limiter.check("comments.like", member.account_id, _LIKES_A_MINUTE, 60)
    return await db.write(like_comment, comment_id=parse_id(comment_id), account_id=member.account_id)


@delete("/api/v1/comments/{comment_id:str}/like", status_code=200, tags=_TAG)
async def unlike(*, comment_id: Id, member: Member, db: Database, limiter: RateLimits) -> CommentLikes:
    """Take the like of a comment back."""
    limiter.check("comments.like", member.account_id, _LIKES_A_MINUTE, 60)
    return await db.write(unlike_comment, comment_id=parse_id(comment_id), account_id=member.account_id)


route_handlers: Sequence[Any] = (list_comments, post_one, show_comment, list_replies, delete_one, like, unlike)
