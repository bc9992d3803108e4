"""The chain of filters that brings any picture to a given size in plain 8-bit colour."""

import msgspec

from miaohui.media.videos.ffmpeg.probe import MediaProbe


class Size(msgspec.Struct, frozen=True):
    """Width and height in square pixels, both even, as 4:2:0 needs them."""

    width: int
    height: int


def size_for_short_side(media: MediaProbe, short_side: int) -> Size:
    """The displayed shape of `media` with its short side at `short_side` pixels, never enlarged.

    A phone's 1080 × 1920 gives 540 × 960 at 540, a camera's 1920 × 1080 gives 960 × 540.
    """
    scale = min(short_side / media.short_side, 1.0)
    return Size(_even(media.width, scale), _even(media.height, scale))


def picture_filters(media: MediaProbe, size: Size) -> list[str]:
    """Filters from a decoded, upright frame to `size`, square pixels, limited-range 4:2:0.

    High dynamic range is brought down with the Hable curve after scaling, where it costs least;
    without it such clips look grey on every screen that does not know the transfer function.
    """
    scale = f"scale={size.width}:{size.height}:flags=bicubic:out_range=tv"
    tone_map = [
        "zscale=t=linear:npl=203",  # reference white of ITU-R BT.2408
        "format=gbrpf32le",
        "zscale=p=bt709",
        "tonemap=hable:desat=0",
        "zscale=t=bt709:m=bt709:r=tv",
    ]
    return [scale, *(tone_map if media.is_hdr else []), "format=yuv420p", "setsar=1"]


def _even(pixels: int, scale: float) -> int:
    """The nearest even number that is not above `pixels`."""
    return max(min(round(pixels * scale / 2) * 2, pixels // 2 * 2), 2)
