"""Pictures out of a video: its cover in two sizes, and a strip of frames."""

from pathlib import Path

import msgspec

from miaohui.media.videos.ffmpeg.child import FfmpegFailed, Watch, run_over_own_files, transform
from miaohui.media.videos.ffmpeg.cut import Cut
from miaohui.media.videos.ffmpeg.picture import Size, picture_filters, size_for_short_side
from miaohui.media.videos.ffmpeg.plan_ladder import LadderPlan, Rung
from miaohui.media.videos.ffmpeg.probe import MediaProbe

POSTER_SHORT_SIDE = 720
THUMBNAIL_SHORT_SIDE = 270
"""A third of a 390-pixel phone at twice the density."""
STRIP_FRAMES = 8
STRIP_SHORT_SIDE = 120


def take_cover(*, source: Path, media: MediaProbe, cut: Cut, poster: Path, thumbnail: Path, watch: Watch) -> Size:
    """Write the frame at `cut.cover_ms` as a JPEG poster and a small WebP; returns the poster's size.

    Raises FfmpegFailed, FfmpegTimedOut.
    """
    large = size_for_short_side(media, POSTER_SHORT_SIDE)
    small = size_for_short_side(media, THUMBNAIL_SHORT_SIDE)
    # A frame before the end: at the very end there is none to take.
    last_ms = max(cut.end_ms - round(1000 / media.frame_rate) - 1, 0)
    chain = ",".join(picture_filters(media, large))
    # JPEG is always full range.
    graph = (
        f"[0:V:0]{chain},split[large][rest];[large]scale=out_range=pc[poster];"
        f"[rest]scale={small.width}:{small.height}:flags=bicubic[thumbnail]"
    )
    one = ["-frames:v", "1", "-update", "1", "-bitexact", "-f", "image2"]
    outputs = ["-filter_complex", graph, "-map", "[poster]", "-c:v", "mjpeg", "-q:v", "4", *one, str(poster)]
    outputs += ["-map", "[thumbnail]", "-c:v", "libwebp", "-quality", "72", *one, str(thumbnail)]
    for at_ms in (min(cut.cover_ms, last_ms), 0):
        seek = ["-ss", f"{at_ms / 1000:.3f}"]
        transform(source=source, seek=seek, outputs=outputs, duration_ms=1, watch=watch)
        if poster.exists() and thumbnail.exists():
            return large
    raise FfmpegFailed(0, "no frame for the cover")


class Strip(msgspec.Struct, frozen=True, kw_only=True):
    """Frames side by side in one picture, evenly spread over the video."""

    n_frames: int
    frame_width: int
    frame_height: int


def make_strip(*, plan: LadderPlan, encoded: Path, duration_ms: int, target: Path, timeout_s: float) -> Strip:
    """Write up to STRIP_FRAMES frames of the smallest rung as one WebP, left to right.

    encoded: where encode_ladder wrote.
    Raises FfmpegFailed, FfmpegTimedOut.
    """
    smallest = plan.rungs[0]
    width, height = _strip_frame(smallest)
    n_in_video = max(int(duration_ms * plan.frame_rate / 1000), 1)
    n_frames = min(STRIP_FRAMES, n_in_video)
    step = n_in_video // n_frames
    # From the middle of each part: the very first frame of a clip is often black.
    chosen = f"select='eq(mod(n,{step}),{step // 2})',scale={width}:{height},tile={n_frames}x1"
    picture = ["-frames:v", "1", "-update", "1", "-c:v", "libwebp", "-quality", "60", "-f", "image2", str(target)]
    source = ["-i", str(encoded / f"{smallest.name}.mp4")]
    run_over_own_files(arguments=[*source, "-vf", chosen, *picture], timeout_s=timeout_s)
    return Strip(n_frames=n_frames, frame_width=width, frame_height=height)


def _strip_frame(rung: Rung) -> tuple[int, int]:
    scale = min(STRIP_SHORT_SIDE / rung.short_side, 1.0)
    return round(rung.size.width * scale / 2) * 2, round(rung.size.height * scale / 2) * 2
