"""What happened under a video."""

from datetime import datetime

from miaohui.kit.outbox import Event


class CommentPosted(Event, frozen=True, kw_only=True):
    """A person said something under a video. reply_to_id: the comment that is answered, if one is."""

    comment_id: int
    person_id: int
    video_id: int
    author_id: int
    """The video's author."""
    reply_to_id: int | None
    reply_to_person_id: int | None
    at: datetime


class CommentDeleted(Event, frozen=True, kw_only=True):
    """A comment is gone. deleted_by: its author, the video's author, or the author by leaving."""

    comment_id: int
    person_id: int
    """Who had posted it."""
    video_id: int
    author_id: int
    """The video's author."""
    deleted_by: int
    at: datetime


class CommentLiked(Event, frozen=True, kw_only=True):
    """A person likes a comment."""

    comment_id: int
    person_id: int
    video_id: int
    commenter_id: int
    at: datetime


class CommentUnliked(Event, frozen=True, kw_only=True):
    """A person took their like of a comment back."""

    comment_id: int
    person_id: int
    video_id: int
    commenter_id: int
    at: datetime
