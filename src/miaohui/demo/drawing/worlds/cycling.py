"""City cycling: a skyline with lit windows goes by, lamp posts pass close, wheels turn."""

import math
import random

from PIL import Image, ImageDraw, ImageFilter

from miaohui.demo.drawing.colours import Colour, as_text, colour, mix
from miaohui.demo.drawing.lettering import Ink
from miaohui.demo.drawing.motion import Moment, kick, wave
from miaohui.demo.drawing.paint import HEIGHT, WIDTH, glow, gradient, scatter, scroll, shape
from miaohui.demo.drawing.sticker import Sticker, cut_sticker
from miaohui.demo.drawing.titles import set_titles, show_title, slam
from miaohui.demo.drawing.worlds.world import Draw
from miaohui.demo.ideas import Idea

# (sky above, sky below, far houses, near houses, road, windows)
_PALETTES = (
    ("#2b2a5e", "#f58f6c", "#7a4f86", "#3c2a58", "#241d33", "#ffd98a"),
    ("#6fc3e8", "#e6f6ef", "#a9cfd6", "#5d9aa8", "#3f5560", "#eefaff"),
    ("#0c1a33", "#2f4f7f", "#23406b", "#142845", "#101826", "#ffe39a"),
    ("#f6c453", "#fdeccb", "#e8a27a", "#c0664f", "#5a3a3c", "#fff3d0"),
)
_ROAD_Y = 700


def set_scene(idea: Idea, *, seed: int) -> Draw:
    """Build the street. Act 1 pulls ahead and falls back, 2 rides in the rain, the others keep their place."""
    above, below, far, near, road, window = (colour(text) for text in _PALETTES[idea.palette % 4])
    backdrop = gradient([(0, above), (0.74, below), (1, below)])
    sun = Sticker(glow(mix(window, (255, 255, 255), 0.3), radius_px=210, strength=0.9, core=0.35))
    skyline = _paint_houses(far, mix(far, window, 0.5), seed, low=120, high=250)
    street = _paint_houses(near, window, seed + 1, low=70, high=210, wide=(70, 120))
    lane = _paint_road(road, window)
    lamps = _paint_lamps(mix(road, (0, 0, 0), 0.3), window)
    line = as_text(mix(road, (0, 0, 0), 0.4))
    tone = mix(window, colour("#e2492f"), 0.45)
    rider = cut_sticker(
        idea.heroes[0],
        size_px=290,
        line=line,
        edge_px=8,
        flip=True,
        recolour=(("#fcea2b", as_text(tone)), ("#f1b31c", as_text(mix(tone, road, 0.3)))),
    )
    passers = [cut_sticker(code, size_px=150, line=line, edge_px=5) for code in idea.heroes[1:3]]
    gust = Sticker(_paint_gust())
    gusts = scatter(8, seed=seed, box=(0, 430, 1, 760))
    rain = _paint_rain(seed) if idea.act == 2 else None
    sign = (255, 252, 240)
    ink = Ink(fill=sign, edge=mix(near, (0, 0, 0), 0.3), edge_px=6, shadow=0.3)
    titles = set_titles(idea, ink=ink, size_px=94, width_px=480)

    def draw(moment: Moment) -> Image.Image:
        frame = backdrop.copy()
        sun.put(frame, 400 - 260 * (seed % 2), 470)
        scroll(frame, skyline, y=420, travelled=1080 * moment.phase)
        show_title(frame, titles, moment, at=(270, 246), motion=slam)
        scroll(frame, street, y=492, travelled=2160 * moment.phase)
        for i, passer in enumerate(passers):
            x = (moment.phase * (1 + i) + 0.45 * i) % 1.0
            passer.put(frame, 700 - 860 * x, _ROAD_Y - 36)
        scroll(frame, lane, y=_ROAD_Y, travelled=3240 * moment.phase)
        for x, y, share in gusts:
            gone = (x + share + moment.phase * 3) % 1.0
            gust.put(frame, 640 - 760 * gone, y, fade=math.sin(math.pi * gone) * 0.8)
        _ride(frame, rider, moment, act=idea.act)
        scroll(frame, lamps, y=330, travelled=4320 * moment.phase)
        if rain is not None:
            shift = round(moment.phase * 8 * 240) % 240
            frame.paste(rain, (-(shift // 3), shift - 240), rain)
        return frame

    return draw


def _ride(frame: Image.Image, rider: Sticker, moment: Moment, *, act: int) -> None:
    """Act 1 pulls ahead and falls back; the others keep their place and bob on the beat."""
    jolt = kick(moment.beat, 5)
    x = 250 + (110 if act == 1 else 24) * wave(moment.phase)
    lean = 4 * wave(moment.phase, 1, 0.25) + 2 * wave(moment.phase, moment.beats)
    rider.put(
        frame,
        x,
        _ROAD_Y - 30 - 6 * jolt,
        turn=lean,
        stretch=(-1 - 0.02 * jolt, 1 + 0.03 * jolt) if act == 3 else (1 + 0.02 * jolt, 1 - 0.02 * jolt),
    )


def _paint_houses(
    tone: Colour,
    window: Colour,
    seed: int,
    *,
    low: int,
    high: int,
    wide: tuple[int, int] = (44, 96),
) -> Image.Image:
    """A row of 1080 px that closes on itself, RGBA."""
    rng = random.Random(seed)
    height = high + 60

    def paint(draw: ImageDraw.ImageDraw, s: float) -> None:
        x = 0
        while x < 1080:
            width = min(rng.randint(*wide), 1080 - x)
            top = height - rng.randint(low, high)
            body = mix(tone, (255, 255, 255) if rng.random() < 0.5 else (0, 0, 0), rng.random() * 0.1)
            draw.rectangle((x * s, top * s, (x + width) * s, height * s), fill=(*body, 255))
            roof = rng.random()
            if roof < 0.25:
                draw.polygon(
                    [(x * s, top * s), ((x + width / 2) * s, (top - 26) * s), ((x + width) * s, top * s)],
                    fill=(*body, 255),
                )
            elif roof < 0.5:
                draw.rectangle(
                    ((x + width * 0.6) * s, (top - 18) * s, (x + width * 0.8) * s, top * s), fill=(*body, 255)
                )
            elif roof < 0.6:
                draw.line(
                    ((x + width / 2) * s, (top - 40) * s, (x + width / 2) * s, top * s),
                    fill=(*body, 255),
                    width=round(3 * s),
                )
            for wy in range(top + 14, height - 14, 24):
                for wx in range(x + 10, x + width - 12, 19):
                    if rng.random() < 0.55:
                        lit = mix(body, window, 0.35 + 0.6 * rng.random())
                        draw.rectangle((wx * s, wy * s, (wx + 9) * s, (wy + 12) * s), fill=(*lit, 255))
            x += width

    return shape((1080, height), paint)


def _paint_road(road: Colour, paint_tone: Colour) -> Image.Image:
    def paint(draw: ImageDraw.ImageDraw, s: float) -> None:
        draw.rectangle((0, 0, 1080 * s, 260 * s), fill=(*road, 255))
        draw.rectangle((0, 0, 1080 * s, 26 * s), fill=(*mix(road, paint_tone, 0.28), 255))
        draw.rectangle((0, 26 * s, 1080 * s, 34 * s), fill=(*mix(road, (0, 0, 0), 0.4), 255))
        for i in range(12):
            draw.rectangle((i * 90 * s, 12 * s, (i * 90 + 3) * s, 26 * s), fill=(*mix(road, (0, 0, 0), 0.25), 255))
        for i in range(6):
            left = i * 180 + 20
            draw.polygon(
                [
                    (left * s, 128 * s),
                    ((left + 96) * s, 128 * s),
                    ((left + 88) * s, 140 * s),
                    ((left - 10) * s, 140 * s),
                ],
                fill=(*mix(road, (255, 255, 255), 0.75), 255),
            )

    return shape((1080, HEIGHT - _ROAD_Y), paint)


def _paint_lamps(post: Colour, light: Colour) -> Image.Image:
    def paint(draw: ImageDraw.ImageDraw, s: float) -> None:
        draw.rectangle((200 * s, 20 * s, 214 * s, 560 * s), fill=(*post, 255))
        draw.arc((206 * s, 6 * s, 320 * s, 90 * s), 180, 290, fill=(*post, 255), width=round(9 * s))
        draw.rounded_rectangle((270 * s, 8 * s, 340 * s, 24 * s), 6 * s, fill=(*post, 255))
        draw.ellipse((280 * s, 18 * s, 330 * s, 34 * s), fill=(*mix(light, (255, 255, 255), 0.5), 255))

    strip = shape((1080, 560), paint)
    # Close to the camera and fast: a horizontal smear reads as speed.
    return strip.resize((270, 560), Image.Resampling.BOX).resize((1080, 560), Image.Resampling.BILINEAR)


def _paint_gust() -> Image.Image:
    def paint(draw: ImageDraw.ImageDraw, s: float) -> None:
        draw.rounded_rectangle((0, 2 * s, 150 * s, 6 * s), 2 * s, fill=(255, 255, 255, 150))

    return shape((150, 8), paint)


def _paint_rain(seed: int) -> Image.Image:
    """A sheet taller than the frame by one period of 240 px, so that it can fall for ever."""
    rng = random.Random(seed)
    sheet = Image.new("RGBA", (WIDTH + 80, HEIGHT + 240))
    draw = ImageDraw.Draw(sheet)
    drops = [(rng.randrange(WIDTH + 80), rng.randrange(240)) for _ in range(26)]
    for base in range(0, HEIGHT + 240, 240):
        for x, y in drops:
            draw.line((x, base + y, x - 8, base + y + 26), fill=(220, 235, 255, 120), width=2)
    return sheet.filter(ImageFilter.GaussianBlur(0.6))
