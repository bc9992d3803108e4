"""Retro computers: a tube screen with scan lines, pixels, a grid running to a striped sun."""

import math

import numpy as np
from PIL import Image, ImageDraw

from miaohui.demo.drawing.artwork import load_artwork
from miaohui.demo.drawing.colours import Colour, as_text, colour, mix
from miaohui.demo.drawing.lettering import Ink, Letter
from miaohui.demo.drawing.motion import Moment, hop, wave
from miaohui.demo.drawing.paint import HEIGHT, WIDTH, glow, gradient, scatter, shape
from miaohui.demo.drawing.sticker import Sticker, cut_sticker
from miaohui.demo.drawing.titles import set_titles, show_title, type_in
from miaohui.demo.drawing.worlds.world import Draw
from miaohui.demo.ideas import Idea

# (dark, glow, grid, lettering)
_PALETTES = (
    ("#120b2e", "#6b2a8c", "#ff5fa8", "#ffe36e"),
    ("#04140c", "#0f4a2a", "#3fe07f", "#b6ffcf"),
    ("#0a1230", "#2a4fa8", "#5fd0ff", "#ffffff"),
)
_HORIZON_Y = 560
_STEPS = 12  # pictures of the grid prepared for one line of movement
_PIXEL = 7  # px on our picture for one pixel of the old screen


def set_scene(idea: Idea, *, seed: int) -> Draw:
    """Switch on the tube. Act 0 sets a sun behind the hero, 1 sends rows of invaders, 2 sharpens the pixels."""
    dark, warm, grid, word = (colour(text) for text in _PALETTES[idea.palette % 3])
    backdrop = _paint_sunset(dark, warm, grid, word, seed, sun=idea.act == 0)
    floors = [_paint_grid(dark, warm, grid, step / _STEPS) for step in range(_STEPS)]
    line = as_text(mix(dark, (0, 0, 0), 0.3))
    hero = _pixelate(idea.heroes[0], size_px=294, line=line, pixel=_PIXEL)
    crisp = cut_sticker(
        idea.heroes[0], size_px=280, line=line, edge_px=7, edge=mix(grid, (255, 255, 255), 0.6), shadow=0
    )
    sprites = [_pixelate(code, size_px=104, line=as_text(grid), pixel=4) for code in idea.heroes[1:4]]
    halo = Sticker(glow(grid, radius_px=230, strength=0.5))
    tube = _paint_tube(dark)
    ink = Ink(fill=word, glow=mix(word, grid, 0.6), weight=800)
    titles = set_titles(idea, ink=ink, size_px=74, width_px=430, align="left")

    def draw(moment: Moment) -> Image.Image:
        frame = backdrop.copy()
        frame.paste(floors[int(moment.phase * 6 * _STEPS) % _STEPS], (0, _HORIZON_Y))
        halo.put(frame, 270, 490, fade=0.8 + 0.2 * wave(moment.phase, 2))
        if idea.act == 1:
            _invade(frame, sprites, moment)
        else:
            _march(frame, sprites, moment)
        bob = 5 * round(3 * wave(moment.phase, 2))  # jumps in steps, as old machines did
        sharp = idea.act == 2 and moment.phase % 0.5 > 0.25
        (crisp if sharp else hero).put(frame, 270, 490 + bob)
        show_title(frame, titles, moment, at=(270, 168), motion=type_in)
        _cursor(frame, titles[moment.verse], word, moment)
        frame.paste(tube, (0, 0), tube)
        return frame

    return draw


def _march(frame: Image.Image, sprites: list[Sticker], moment: Moment) -> None:
    """Small sprites hop along the horizon."""
    for i, sprite in enumerate(sprites):
        x = (moment.phase + i / max(1, len(sprites))) % 1.0
        step = _PIXEL * round(hop(moment.beat + i / 3) * 5)
        sprite.put(frame, _PIXEL * round((-80 + 700 * x) / _PIXEL), 690 - step)


def _invade(frame: Image.Image, sprites: list[Sticker], moment: Moment) -> None:
    """Rows move sideways on the beat and step down, as in the arcade of 1978."""
    beat = int(moment.beat)
    sway = _PIXEL * 3 * (beat % 4 if beat % 8 < 4 else 3 - beat % 4)
    for row in range(2):
        for column in range(4):
            sprite = sprites[(row + column) % len(sprites)]
            sprite.put(frame, 76 + column * 116 + sway, 660 + row * 100, turn=0 if (beat + column) % 2 else 8)


def _cursor(frame: Image.Image, letters: list[Letter], word: Colour, moment: Moment) -> None:
    """A block that follows the last typed letter and blinks when the line is done."""
    step = min(0.09, moment.span * 0.025)
    typed = int((moment.second - 0.2) / step) if moment.second > 0.2 else -1
    count = max(letter.order for letter in letters)
    shown = [letter for letter in letters if letter.order <= min(typed, count)]
    if not shown or (typed > count and moment.second % 0.6 > 0.3):
        return
    last = shown[-1]
    x = 270 + last.x + last.sticker.size[0] / 2 - 4
    y = 168 + last.y
    ImageDraw.Draw(frame).rectangle((x, y - 26, x + 26, y + 28), fill=word)


def _pixelate(code: str, *, size_px: int, line: str, pixel: int) -> Sticker:
    """Artwork redrawn with the pixels and the few colours of an old machine."""
    small = load_artwork(code, size_px=size_px // pixel, line=line)
    alpha = small.getchannel("A").point([255 if a > 110 else 0 for a in range(256)])
    few = small.convert("RGB").quantize(10, dither=Image.Dither.NONE).convert("RGBA")
    few.putalpha(alpha)
    return Sticker(few.resize((few.width * pixel, few.height * pixel), Image.Resampling.NEAREST))


def _paint_sunset(dark: Colour, warm: Colour, grid: Colour, word: Colour, seed: int, *, sun: bool) -> Image.Image:
    picture = gradient([(0, dark), (0.56, warm), (0.585, mix(warm, grid, 0.5)), (1, dark)])
    for x, y, share in scatter(90, seed=seed, box=(0, 0, WIDTH - 3, 480)):
        tone = mix(dark, (255, 255, 255), 0.25 + 0.55 * share)
        picture.paste(tone, (int(x), int(y), int(x) + 2, int(y) + 2))
    if not sun:
        return picture

    def paint(draw: ImageDraw.ImageDraw, s: float) -> None:
        for row in range(0, 400):
            half = math.sqrt(max(0.0, 200.0**2 - (row - 200.0) ** 2))
            gap = row > 200 and (row - 200) % 26 < (row - 200) * 0.075
            if not gap:
                draw.line(
                    ((200 - half) * s, row * s, (200 + half) * s, row * s),
                    fill=(*mix(word, grid, row / 400), 255),
                    width=round(2 * s),
                )

    disc = shape((400, 400), paint)
    picture.paste(disc, (70, _HORIZON_Y - 290), disc)
    return picture


def _paint_grid(dark: Colour, warm: Colour, grid: Colour, share: float) -> Image.Image:
    height = HEIGHT - _HORIZON_Y
    floor = gradient([(0, mix(dark, warm, 0.5)), (1, dark)], size=(WIDTH, height))

    def paint(draw: ImageDraw.ImageDraw, s: float) -> None:
        draw.rectangle((0, 0, WIDTH * s, 4 * s), fill=(*mix(grid, (255, 255, 255), 0.5), 255))
        for number in range(12):
            y = height * ((number + share) / 11) ** 2.4
            draw.line(
                (0, y * s, WIDTH * s, y * s), fill=(*grid, 210), width=max(1, round((0.8 + 2.4 * y / height) * s))
            )
        for column in range(-14, 15):
            draw.line(
                ((270 + column * 26) * s, 0, (270 + column * 130) * s, height * s),
                fill=(*grid, 170),
                width=round(1.6 * s),
            )

    lines = shape((WIDTH, height), paint)
    floor.paste(lines, (0, 0), lines)
    return floor


def _paint_tube(dark: Colour) -> Image.Image:
    """Scan lines and the rounded dark rim of the glass."""
    lines = np.zeros((HEIGHT, WIDTH), dtype=np.uint8)
    lines[::4] = 58
    lines[1::4] = 26
    y = np.linspace(-1, 1, HEIGHT)[:, None]
    x = np.linspace(-1, 1, WIDTH)[None, :]
    rim = np.clip((np.abs(x) ** 8 + np.abs(y) ** 14 - 0.45) * 420, 0, 235)
    alpha = np.maximum(lines, rim.astype(np.uint8))
    glass = Image.new("RGBA", (WIDTH, HEIGHT), (*mix(dark, (0, 0, 0), 0.6), 0))
    glass.putalpha(Image.fromarray(alpha))
    return glass
