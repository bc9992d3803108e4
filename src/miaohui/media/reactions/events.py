"""What people did to a video. A repeated act emits nothing, so each event is a change of a counter."""

from datetime import datetime

from miaohui.kit.outbox import Event


class Reacted(Event, frozen=True, kw_only=True):
    """Who did it, to what, by whom, and when."""

    person_id: int
    video_id: int
    author_id: int
    at: datetime


class VideoLiked(Reacted, frozen=True, kw_only=True):
    """A person likes a video."""


class VideoUnliked(Reacted, frozen=True, kw_only=True):
    """A person took their like back."""


class VideoFavourited(Reacted, frozen=True, kw_only=True):
    """A person keeps a video among their favourites."""


class VideoUnfavourited(Reacted, frozen=True, kw_only=True):
    """A person keeps a video no more."""


class VideoShared(Reacted, frozen=True, kw_only=True):
    """A person asked for their share link of a video for the first time."""
