"""Lantern crafts: lights rising over water, an animal lantern, words on lantern paper."""

import math
from typing import NamedTuple

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from miaohui.demo.drawing.colours import Colour, as_text, colour, mix
from miaohui.demo.drawing.lettering import Ink
from miaohui.demo.drawing.motion import Moment, wave
from miaohui.demo.drawing.paint import (
    HEIGHT,
    WIDTH,
    darken_edges,
    glow,
    gradient,
    ridge,
    scatter,
    shape,
)
from miaohui.demo.drawing.sticker import Sticker, cut_sticker
from miaohui.demo.drawing.titles import rise, set_titles, show_title, sway
from miaohui.demo.drawing.worlds.world import Draw
from miaohui.demo.ideas import Idea

# (sky above, sky at the water, lantern paper, lantern light)
_PALETTES = (
    ("#0b0b1e", "#3a2148", "#e8472f", "#ffb45a"),
    ("#07141f", "#1e4650", "#f09a36", "#ffd98a"),
    ("#140a1c", "#5b2142", "#d8315b", "#ff9f7a"),
)
_SHORE_Y = 690


class _Lamp(NamedTuple):
    sticker: Sticker
    halo: Sticker
    x: float
    start: float  # share of the climb done at phase 0
    sway: float


def set_scene(idea: Idea, *, seed: int) -> Draw:
    """Light the shore. Act 0 lets lamps rise, 1 hangs them over the street, 2 turns the animal lantern."""
    night, dusk, paper, light = (colour(text) for text in _PALETTES[idea.palette % 3])
    backdrop = _paint_backdrop(night, dusk, seed)
    lamps = _hang(paper, light, seed)
    hero = cut_sticker(
        idea.heroes[0],
        size_px=270,
        line=as_text(mix(paper, (20, 0, 10), 0.72)),
        recolour=_lit(paper, light),
        edge_px=7,
        edge=mix(light, (255, 255, 255), 0.55),
        shadow=0,
    )
    halo = Sticker(glow(light, radius_px=250, strength=0.6))
    floats = [
        cut_sticker(code, size_px=84, line=as_text(mix(paper, (20, 0, 10), 0.7)), recolour=_lit(paper, light), shadow=0)
        for code in idea.heroes[1:3]
    ]
    ink = Ink(fill=mix(light, (255, 255, 255), 0.75), glow=mix(light, paper, 0.35))
    titles = set_titles(idea, ink=ink, size_px=86, width_px=470)
    motion = sway if idea.act == 1 else rise
    deep = np.linspace(0.42, 0.68, HEIGHT - _SHORE_Y)  # share of darkness, growing towards us
    murk = Image.fromarray(np.repeat(np.rint(deep * 255).astype(np.uint8)[:, None], WIDTH, axis=1))
    ripple = np.random.default_rng(seed).integers(0, 1000, HEIGHT - _SHORE_Y) / 1000

    def draw(moment: Moment) -> Image.Image:
        frame = backdrop.copy()
        for lamp in lamps:
            _put_lamp(frame, lamp, moment, still=idea.act == 1)
        middle = 470 + 14 * wave(moment.phase)
        halo.put(frame, 270, middle, fade=0.8 + 0.2 * wave(moment.phase, 2))
        if idea.act == 1:
            turn = 7 * wave(moment.phase)
            hero.put(frame, 270 + 14 * wave(moment.phase), middle, turn=turn)
        else:
            wide = math.cos(math.tau * moment.phase) if idea.act == 2 else 1.0
            hero.put(frame, 270, middle, stretch=(_never_thin(wide), 1.0), turn=4 * wave(moment.phase, 2))
        for i, craft in enumerate(floats):
            x = (moment.phase + i / 2) % 1.0
            craft.put(frame, -60 + 660 * x, _SHORE_Y - 14 + 4 * wave(moment.phase, 3, i * 0.4))
        _reflect(frame, ripple, moment, tint=night, murk=murk)
        show_title(frame, titles, moment, at=(270, 214), motion=motion)
        return frame

    return draw


def _never_thin(wide: float) -> float:
    return math.copysign(max(0.12, abs(wide)), wide)


def _lit(paper: Colour, light: Colour) -> tuple[tuple[str, str], ...]:
    """Recolour any OpenMoji as oiled paper with a lamp inside."""
    pale, warm = mix(light, (255, 255, 255), 0.5), mix(paper, light, 0.55)
    return (
        ("#ffffff", as_text(pale)),
        ("#d0cfce", as_text(mix(pale, light, 0.5))),
        ("#9b9b9a", as_text(warm)),
        ("#3f3f3f", as_text(mix(paper, light, 0.2))),
        ("#fcea2b", as_text(light)),
        ("#f1b31c", as_text(warm)),
        ("#5c9e31", as_text(mix(paper, light, 0.35))),
        ("#b1cc33", as_text(mix(light, paper, 0.2))),
        ("#92d3f5", as_text(mix(light, (255, 255, 255), 0.3))),
        ("#61b2e4", as_text(warm)),
        ("#f4aa41", as_text(light)),
        ("#e27022", as_text(mix(paper, light, 0.3))),
        ("#ea5a47", as_text(mix(paper, light, 0.15))),
        ("#d22f27", as_text(paper)),
    )


def _hang(paper: Colour, light: Colour, seed: int) -> list[_Lamp]:
    lamps = []
    for size, count in ((34, 9), (56, 6), (86, 4)):
        tone = mix(paper, (30, 10, 40), 0.45 - size / 200)
        sticker = Sticker(_paint_lantern(size, tone, light))
        halo = Sticker(glow(light, radius_px=round(size * 1.3), strength=0.5))
        spots = scatter(count, seed=seed + size, box=(10, 0, 530, 1))
        lamps += [_Lamp(sticker, halo, x, start, share) for x, start, share in spots]
    return lamps


def _put_lamp(frame: Image.Image, lamp: _Lamp, moment: Moment, *, still: bool) -> None:
    x = lamp.x + 16 * wave(moment.phase, 1, lamp.sway)
    if still:  # strung across the street instead of rising
        y = 40 + lamp.start * 620 + 5 * wave(moment.phase, 2, lamp.sway)
    else:
        y = 820 - 940 * ((moment.phase + lamp.start) % 1.0)
    lamp.halo.put(frame, x, y, fade=0.75 + 0.25 * wave(moment.phase, 3, lamp.sway))
    lamp.sticker.put(frame, x, y, turn=7 * wave(moment.phase, 1, lamp.sway + 0.25))


def _reflect(
    frame: Image.Image,
    ripple: np.ndarray[tuple[int], np.dtype[np.float64]],
    moment: Moment,
    *,
    tint: Colour,
    murk: Image.Image,
) -> None:
    """Mirror what is above the shore into the water, each row pushed sideways by a wave."""
    depth = HEIGHT - _SHORE_Y
    above = frame.crop((0, _SHORE_Y - 2 * depth, WIDTH, _SHORE_Y)).reduce((1, 2))
    mirrored = above.transpose(Image.Transpose.FLIP_TOP_BOTTOM)
    # One 32-bit number a pixel: gathering whole pixels takes a third of the time of three channels.
    pixels = np.frombuffer(mirrored.tobytes("raw", "RGBX"), dtype=np.uint32).reshape(depth, WIDTH)
    rows = np.arange(depth)
    push = np.sin(math.tau * (rows / 26 - 3 * moment.phase)) * (1 + rows / 28)
    push += np.sin(math.tau * (rows / 9 + 5 * moment.phase + ripple * 0.2)) * (0.6 + rows / 90)
    columns = (np.arange(WIDTH)[None, :] + np.rint(push)[:, None].astype(np.intp)) % WIDTH
    pushed = np.take_along_axis(pixels, columns, axis=1)
    water = Image.frombuffer("RGB", (WIDTH, depth), pushed.tobytes(), "raw", "RGBX", 0, 1)
    water.paste(tint, (0, 0), murk)
    frame.paste(water, (0, _SHORE_Y))


def _paint_backdrop(night: Colour, dusk: Colour, seed: int) -> Image.Image:
    picture = gradient([(0, night), (0.72, dusk), (1, mix(dusk, night, 0.6))])
    for x, y, share in scatter(70, seed=seed, box=(0, 0, WIDTH, 420)):
        tone = round(110 + 130 * share)
        picture.putpixel((min(WIDTH - 1, round(x)), round(y)), (tone, tone, tone))
    far = ridge(mix(dusk, night, 0.35), seed=seed, size=(1080, 190), peak=0.8, light=dusk)
    picture.paste(far, (-seed % 500 * -1, _SHORE_Y - 170), far)
    near = ridge(mix(night, (0, 0, 0), 0.25), seed=seed + 5, size=(1080, 90), peak=0.7)
    picture.paste(near, (0, _SHORE_Y - 62), near)
    return darken_edges(picture, strength=0.3)


def _paint_lantern(size: int, paper: Colour, light: Colour) -> Image.Image:
    """A round paper lantern with ribs, caps and a tassel; size is its height in px."""

    def paint(draw: ImageDraw.ImageDraw, s: float) -> None:
        unit = size * s / 100
        left, right, top, bottom = 18 * unit, 102 * unit, 16 * unit, 88 * unit
        gold = mix(light, (120, 70, 20), 0.35)
        draw.ellipse((left, top, right, bottom), fill=(*paper, 255))
        draw.ellipse((36 * unit, 28 * unit, 84 * unit, 84 * unit), fill=(*mix(paper, light, 0.55), 255))
        draw.ellipse((46 * unit, 42 * unit, 74 * unit, 80 * unit), fill=(*mix(light, (255, 255, 255), 0.35), 255))
        for share in (0.33, 0.7):
            half = 42 * unit * share
            draw.ellipse(
                (60 * unit - half, top, 60 * unit + half, bottom),
                outline=(*mix(paper, (60, 0, 0), 0.35), 200),
                width=max(1, round(2 * unit)),
            )
        for y in (8, 84):
            draw.rounded_rectangle((42 * unit, y * unit, 78 * unit, (y + 12) * unit), 4 * unit, fill=(*gold, 255))
        for x in (52, 60, 68):
            draw.line((x * unit, 96 * unit, x * unit, 124 * unit), fill=(*paper, 255), width=max(1, round(4 * unit)))

    sheet = shape((round(size * 1.2), round(size * 1.3)), paint)
    return sheet if size > 40 else sheet.filter(ImageFilter.GaussianBlur(0.8))
