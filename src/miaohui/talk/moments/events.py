"""What happened in the friends' tab."""

from datetime import datetime

from miaohui.kit.outbox import Event


class MomentPosted(Event, frozen=True, kw_only=True):
    """Somebody has shown something to friends."""

    moment_id: int
    author_id: int
    at: datetime


class MomentDeleted(Event, frozen=True, kw_only=True):
    """A moment is gone, with all that was said to it."""

    moment_id: int
    author_id: int
    at: datetime


class MomentLiked(Event, frozen=True, kw_only=True):
    """A friend likes a moment."""

    moment_id: int
    author_id: int
    """The moment's."""
    person_id: int
    at: datetime


class MomentCommented(Event, frozen=True, kw_only=True):
    """A friend, or the author, said something to a moment. reply_to_id: the person who is answered."""

    comment_id: int
    moment_id: int
    author_id: int
    """The moment's."""
    person_id: int
    reply_to_id: int | None
    at: datetime
