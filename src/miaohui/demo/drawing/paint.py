"""Backdrops and soft light, painted once per clip and then only pasted."""

import math
import random
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from miaohui.demo.drawing.colours import Colour

WIDTH, HEIGHT = 540, 960  # px; portrait 9:16, the short side of the ladder's 540p rung
_SMOOTH = 2  # shapes are drawn this many times larger and shrunk: Pillow draws no soft edges


def gradient(stops: Sequence[tuple[float, Colour]], *, size: tuple[int, int] = (WIDTH, HEIGHT)) -> Image.Image:
    """A vertical gradient through (position 0..1, colour) stops, dithered against banding."""
    width, height = size
    places = np.array([place for place, _ in stops])
    colours = np.array([value for _, value in stops], dtype=np.float64)
    rows = np.linspace(0.0, 1.0, height)
    column = np.stack([np.interp(rows, places, colours[:, c]) for c in range(3)], axis=-1)
    noise = np.random.default_rng(7).random((height, width, 1)) - 0.5
    return Image.fromarray(np.clip(column[:, None, :] + noise, 0, 255).astype(np.uint8))


def glow(colour: Colour, *, radius_px: int, strength: float = 1.0, core: float = 0.0) -> Image.Image:
    """A round light that fades outwards, RGBA. core: share of the radius at full strength."""
    size = 2 * radius_px
    across = (np.arange(size) + 0.5 - radius_px) / radius_px
    distance = np.sqrt(across[:, None] ** 2 + across[None, :] ** 2)
    fall = np.clip((1 - distance) / max(1e-6, 1 - core), 0, 1)
    return _tinted(colour, 255 * strength * fall**2)


def blob(colour: Colour, *, size_px: int, opacity: float, seed: int) -> Image.Image:
    """A cloud-like puff, RGBA."""
    rng = random.Random(seed)
    mask = Image.new("L", (size_px, size_px))
    draw = ImageDraw.Draw(mask)
    for _ in range(7):
        angle, reach = rng.random() * math.tau, rng.random() * size_px * 0.2
        x = size_px / 2 + math.cos(angle) * reach
        y = size_px / 2 + math.sin(angle) * reach * 0.7
        r = size_px * rng.uniform(0.12, 0.2)
        draw.ellipse((x - r, y - r, x + r, y + r), fill=round(255 * opacity))
    soft = mask.filter(ImageFilter.GaussianBlur(size_px / 16))
    return tinted(colour, soft)


def tinted(colour: Colour, mask: Image.Image) -> Image.Image:
    """One colour through an L mask, RGBA."""
    result = Image.new("RGBA", mask.size, (*colour, 0))
    result.putalpha(mask)
    return result


def _tinted(colour: Colour, alpha: NDArray[np.float64]) -> Image.Image:
    return tinted(colour, Image.fromarray(np.clip(alpha, 0, 255).astype(np.uint8)))


def shape(size: tuple[int, int], paint: Callable[[ImageDraw.ImageDraw, float], None]) -> Image.Image:
    """Run `paint(draw, scale)` on a larger transparent sheet and shrink it: smooth edges."""
    large = Image.new("RGBA", (size[0] * _SMOOTH, size[1] * _SMOOTH))
    paint(ImageDraw.Draw(large), float(_SMOOTH))
    return large.resize(size, Image.Resampling.BOX)


def ridge(
    colour: Colour,
    *,
    seed: int,
    size: tuple[int, int] = (2 * WIDTH, 400),
    peak: float = 0.6,
    roughness: int = 3,
    light: Colour | None = None,
) -> Image.Image:
    """A strip of hills, RGBA, whose left and right edges meet: it can scroll for ever.

    peak: height of the hills as a share of the strip. roughness: how many overtones.
    light: colour that the hills fade to at their foot (mist).
    """
    width, height = size
    rng = random.Random(seed)
    x = np.arange(width) * _SMOOTH / (width * _SMOOTH)
    outline = np.zeros(width)
    for overtone in range(roughness):
        waves = 1 + overtone * 2 + rng.randrange(2)
        offset = rng.random()
        outline += np.sin(math.tau * (x * waves + offset)) / (1.0 + overtone * 1.6)
    outline = (outline - outline.min()) / (outline.max() - outline.min())
    top = height * (1 - peak * (0.35 + 0.65 * outline))
    rows = np.arange(height)[:, None]
    cover = np.clip(rows - top[None, :] + 0.5, 0, 1)
    foot = np.array(light if light is not None else colour, dtype=np.float64)
    body = np.array(colour, dtype=np.float64)
    depth = np.clip((rows - top[None, :]) / height, 0, 1)[..., None]
    tone = body + (foot - body) * depth
    pixels = np.concatenate([tone, cover[..., None] * 255], axis=-1)
    return Image.fromarray(pixels.astype(np.uint8), "RGBA")


def scroll(frame: Image.Image, strip: Image.Image, *, y: int, travelled: float) -> None:
    """Paste an endless strip, moved to the left by `travelled` px."""
    left = -round(travelled) % strip.width - strip.width
    while left < frame.width:
        if left + strip.width > 0:
            frame.paste(strip, (left, y), strip)
        left += strip.width


def rays(
    colour: Colour,
    *,
    size: tuple[int, int],
    middle: tuple[float, float],
    count: int,
    opacity: float,
    turn: float = 0.0,
) -> Image.Image:
    """Sunburst: `count` wedges around `middle`, RGBA. turn: 0..1 of the way to the next wedge."""
    width, height = size
    y, x = np.mgrid[0:height, 0:width]
    angle = np.arctan2(y - middle[1], x - middle[0]) / math.tau
    teeth = np.sin(math.tau * (angle * count + turn))
    soft = np.clip(teeth * 6 + 0.5, 0, 1)
    return _tinted(colour, soft * 255 * opacity)


def scatter(count: int, *, seed: int, box: tuple[float, float, float, float]) -> list[tuple[float, float, float]]:
    """Points (x, y, share 0..1) spread evenly but not regularly over box (l, t, r, b)."""
    left, top, right, bottom = box
    start = random.Random(seed).random()
    points = []
    for i in range(count):
        # The R2 sequence (Roberts 2018): low discrepancy, no clumps, no grid.
        x = (start + i * 0.7548776662466927) % 1.0
        y = (start * 3 + i * 0.5698402909980532) % 1.0
        points.append((left + x * (right - left), top + y * (bottom - top), (i * 0.618) % 1.0))
    return points


def darken_edges(picture: Image.Image, *, strength: float = 0.35) -> Image.Image:
    """A vignette baked into a backdrop (over moving parts it would cost 1.5 ms a frame)."""
    width, height = picture.size
    y = np.linspace(-1, 1, height)[:, None]
    x = np.linspace(-1, 1, width)[None, :]
    shade = 1 - strength * np.clip((x**2 * 0.6 + y**2) - 0.25, 0, 1)
    pixels = np.asarray(picture, dtype=np.float64) * shade[..., None]
    return Image.fromarray(pixels.astype(np.uint8))
