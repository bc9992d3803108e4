"""A source that browsers play as it is, published within a moment."""

from pathlib import Path

from miaohui.media.videos.ffmpeg.child import Watch, transform
from miaohui.media.videos.ffmpeg.cut import Cut, is_whole
from miaohui.media.videos.ffmpeg.encode import NOTHING_BUT_STREAMS
from miaohui.media.videos.ffmpeg.probe import MediaProbe

_PROFILES = frozenset({"Baseline", "Constrained Baseline", "Main", "High"})
_PIXEL_FORMATS = frozenset({"yuv420p", "yuvj420p"})
_LARGEST_SHORT_SIDE = 1080
_HIGHEST_BIT_RATE = 20_000_000
"""Above this a phone's connection stalls; what phones record at 1080p30 lies at 17 Mbit/s."""


def can_copy(*, media: MediaProbe, cut: Cut) -> bool:
    """Whether every current browser plays these streams, and all of them may be shown.

    A cut is never copied: a copy begins at the keyframe before, and so would still hold the frames
    that the person cut away.
    """
    picture = media.video_codec == "h264" and media.video_profile in _PROFILES
    sound = media.audio_codec is None or (media.audio_codec == "aac" and media.audio_profile in {"LC", "HE-AAC"})
    return (
        picture
        and sound
        and media.pixel_format in _PIXEL_FORMATS
        and media.short_side <= _LARGEST_SHORT_SIDE
        and media.bit_rate <= _HIGHEST_BIT_RATE
        and is_whole(cut, media)
    )


def publish_copy(*, source: Path, media: MediaProbe, target: Path, watch: Watch) -> None:
    """Copy picture and sound untouched into an MP4 that plays from its first bytes, and nothing else.

    Places, dates, device names, chapters, subtitles and data streams stay behind, and so do the
    messages inside the picture stream (H.264 SEI), where dashboard cameras and drones write positions.
    Raises FfmpegFailed, FfmpegTimedOut, FfmpegStopped.
    """
    sei_dropped = ["-bsf:v", "filter_units=remove_types=6"]
    streams = ["-map", "0:V:0", "-map", "0:a:0?", "-c", "copy", *sei_dropped, *NOTHING_BUT_STREAMS]
    container = ["-fflags", "+bitexact", "-movflags", "+faststart", "-f", "mp4"]
    outputs = [*streams, *container, str(target)]
    transform(source=source, seek=[], outputs=outputs, duration_ms=media.duration_ms, watch=watch)
