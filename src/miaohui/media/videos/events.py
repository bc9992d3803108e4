"""What happens to videos."""

from datetime import datetime

from miaohui.kit.outbox import Event


class VideoPublished(Event, frozen=True, kw_only=True):
    """A video can be watched."""

    video_id: int
    author_id: int
    at: datetime


class VideoSharpened(Event, frozen=True, kw_only=True):
    """The whole ladder of a published video is there; its files have changed."""

    video_id: int
    author_id: int


class VideoEdited(Event, frozen=True, kw_only=True):
    """The caption, and with it perhaps the hashtags, have changed."""

    video_id: int
    author_id: int


class VideoRemoved(Event, frozen=True, kw_only=True):
    """A video is gone: taken down by its owner, by an operator, or with its owner's account."""

    video_id: int
    author_id: int
    was_published: bool


class VideoRefused(Event, frozen=True, kw_only=True):
    """A file cannot become a video; `code` is one of ffmpeg/refusals.py."""

    video_id: int
    author_id: int
    code: str


class VideoFailed(Event, frozen=True, kw_only=True):
    """A file could not be worked on, and the fault is ours; the reason is in the video's moves."""

    video_id: int
    author_id: int


class VideoProgressed(Event, frozen=True, kw_only=True):
    """State, ladder or percentage of a video that is being worked on have changed."""

    video_id: int
