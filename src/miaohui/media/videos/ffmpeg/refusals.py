"""Why a file cannot become a video, as its owner reads it."""

from miaohui.kit.errors import Refusal


class MediaRefused(Refusal):
    """The file was read and will not be published. Trying again with the same file cannot help."""

    code = "media_refused"
    status = 422
    title = "This file cannot be published"


class NotAVideo(MediaRefused):
    """No demuxer that we allow recognises the file; playlists and scripts end here too."""

    code = "not_a_video"
    title = "This file is not a video that we can read"


class VideoUnreadable(MediaRefused):
    """The container was recognised, but its contents are damaged or of a kind that is not decoded."""

    code = "video_unreadable"
    title = "This video is damaged, or in a format that we cannot read"


class VideoTruncated(MediaRefused):
    """The file ends long before the length that it announces. Data: announced_ms, found_ms."""

    code = "video_truncated"
    title = "The end of this video is missing; please send the whole file again"


class NoPicture(MediaRefused):
    """The file has sound, a cover or a still, but no moving picture."""

    code = "no_picture"
    title = "This file has no moving picture"


class VideoTooLong(MediaRefused):
    """Longer than the limit of this server. Data: limit_ms."""

    code = "video_too_long"
    title = "This video is too long for this server"


class VideoTooShort(MediaRefused):
    """Shorter than what can be shown at all. Data: limit_ms."""

    code = "video_too_short"
    title = "This video is too short"


class FileTooLarge(MediaRefused):
    """More bytes than this server accepts. Data: limit_bytes."""

    code = "file_too_large"
    title = "This file is too large for this server"


class DimensionsUnusual(MediaRefused):
    """Too small, too large or too narrow to be shown. Data: width, height in pixels."""

    code = "dimensions_unusual"
    title = "The size of this picture cannot be shown"


class CutUnusable(MediaRefused):
    """The chosen beginning, end or cover lies outside the video. Data: duration_ms."""

    code = "cut_unusable"
    title = "The chosen beginning, end or cover lies outside the video"


REFUSALS: dict[str, type[MediaRefused]] = {
    refusal.code: refusal
    for refusal in (
        NotAVideo,
        VideoUnreadable,
        VideoTruncated,
        NoPicture,
        VideoTooLong,
        VideoTooShort,
        FileTooLarge,
        DimensionsUnusual,
        CutUnusable,
    )
}
"""By code, for rows that keep the code alone."""
