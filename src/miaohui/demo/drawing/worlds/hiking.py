"""Mountain hiking: ridges that slide past each other, big letters standing behind the nearest."""

import math

from PIL import Image, ImageDraw

from miaohui.demo.drawing.artwork import skin
from miaohui.demo.drawing.colours import Colour, as_text, colour, mix
from miaohui.demo.drawing.lettering import Ink
from miaohui.demo.drawing.motion import Moment, hop, squash, wave
from miaohui.demo.drawing.paint import (
    HEIGHT,
    WIDTH,
    blob,
    glow,
    gradient,
    ridge,
    scatter,
    scroll,
    shape,
)
from miaohui.demo.drawing.sticker import Sticker, cut_sticker
from miaohui.demo.drawing.titles import rise, set_titles, show_title
from miaohui.demo.drawing.worlds.world import Draw
from miaohui.demo.ideas import Idea

# (sky above, sky below, sun, far, middle, near, lettering)
_PALETTES = (
    ("#f7b267", "#fde7c3", "#fff6dc", "#d98a6a", "#a3586a", "#432a46", "#7d2f4a"),
    ("#5fb0d9", "#e3f3ee", "#fffbe0", "#8fbfb8", "#4d9080", "#1f4f4a", "#12454a"),
    ("#33407f", "#e59aa0", "#ffe6c9", "#8a6f9f", "#55487f", "#251f45", "#fff3e0"),
    ("#9db8d2", "#f2f6fa", "#ffffff", "#c3d3e2", "#8fa9c4", "#4a6485", "#23405f"),
)


def set_scene(idea: Idea, *, seed: int) -> Draw:
    """Lay out the ridges. Act 0 strides, 1 hops, 2 rests while the clouds move."""
    above, below, sun, far, middle, near, word = (colour(text) for text in _PALETTES[idea.palette % 4])
    backdrop = gradient([(0, above), (0.62, below), (1, mix(below, far, 0.5))])
    light = Sticker(glow(sun, radius_px=250, strength=0.95, core=0.3))
    ranges = [
        ridge(mix(far, below, 0.35), seed=seed, size=(1080, 330), peak=0.9, roughness=4, light=below),
        ridge(far, seed=seed + 1, size=(1080, 300), peak=0.85, roughness=4, light=mix(below, far, 0.3)),
        ridge(middle, seed=seed + 2, size=(1080, 290), peak=0.8, roughness=5, light=mix(middle, below, 0.45)),
    ]
    path = _paint_path(near, middle, seed, snow=idea.palette % 4 == 3)
    pines = _paint_pines(mix(near, (0, 0, 0), 0.4), seed)
    line = as_text(mix(near, (0, 0, 0), 0.45))
    hero = cut_sticker(
        idea.heroes[0], size_px=210, line=line, edge_px=8, shadow=0.4, recolour=skin("#f2715a", "#c8361f")
    )
    flyer = cut_sticker(
        idea.heroes[1] if len(idea.heroes) > 1 else "1F985", size_px=88, line=line, edge_px=4, shadow=0.2
    )
    beside = [cut_sticker(code, size_px=120, line=line, edge_px=5) for code in idea.heroes[2:4]]
    clouds = [Sticker(blob((255, 255, 255), size_px=230, opacity=0.75, seed=seed + i)) for i in range(3)]
    flakes = scatter(26, seed=seed, box=(0, 0, WIDTH, 1)) if idea.palette % 4 == 3 else []
    flake = Sticker(glow((255, 255, 255), radius_px=7, strength=1.0, core=0.4))
    titles = set_titles(idea, ink=Ink(fill=word), size_px=112, width_px=500)

    def draw(moment: Moment) -> Image.Image:
        frame = backdrop.copy()
        light.put(frame, 360 - 180 * (seed % 2), 470 - 26 * wave(moment.phase))
        for i, cloud in enumerate(clouds):
            x = (moment.phase + i * 0.37) % 1.0
            cloud.put(frame, 690 - 840 * x, 90 + i * 105, stretch=(1.3, 0.62))
        scroll(frame, ranges[0], y=400, travelled=0)
        scroll(frame, ranges[1], y=470, travelled=1080 * moment.phase * (idea.act != 2))
        show_title(frame, titles, moment, at=(270, 262), motion=rise)
        flyer.put(
            frame,
            270 + 190 * wave(moment.phase),
            420 + 40 * wave(moment.phase, 2, 0.1),
            turn=8 * wave(moment.phase, 1, 0.25),
        )
        scroll(frame, ranges[2], y=560, travelled=1080 * moment.phase * (idea.act != 2))
        _walk(frame, hero, beside, path, moment, act=idea.act)
        scroll(frame, pines, y=770, travelled=3240 * moment.phase * (idea.act != 2))
        for x, start, share in flakes:
            fall = (start + moment.phase * (1 + round(share))) % 1.0
            flake.put(frame, x + 26 * wave(moment.phase, 1, share), 1000 * fall, stretch=(0.6 + share,) * 2)
        return frame

    return draw


def _walk(
    frame: Image.Image,
    hero: Sticker,
    beside: list[Sticker],
    path: Image.Image,
    moment: Moment,
    *,
    act: int,
) -> None:
    """Act 0 strides along the path, act 1 hops up it, act 2 rests while the clouds move."""
    travelled = 0.0 if act == 2 else 2160 * moment.phase
    for i, thing in enumerate(beside):
        left = (i * 520 + 380 - travelled) % 1080
        thing.put(frame, left - 160, 664 + 8 * math.sin(i))
    scroll(frame, path, y=700, travelled=travelled)
    height = 0.0 if act == 2 else hop(moment.beat) * (0.35 if act == 0 else 1.0)
    lean = 3 * wave(moment.phase) if act == 2 else 5 * wave(moment.phase, moment.beats // 2)
    hero.put(frame, 230, 656 - 46 * height, turn=lean, stretch=squash(height, 0.08))


def _paint_path(near: Colour, grass: Colour, seed: int, *, snow: bool) -> Image.Image:
    """The nearest ground: a strip of 1080 px with tufts, stones and posts that closes on itself."""
    top = mix(grass, (255, 255, 255), 0.75) if snow else mix(near, grass, 0.45)
    spots = scatter(34, seed=seed, box=(0, 46, 1080, 250))

    def paint(draw: ImageDraw.ImageDraw, s: float) -> None:
        edge = [
            (x * s, (26 + 10 * math.sin(math.tau * x / 270) + 6 * math.sin(math.tau * x / 108)) * s)
            for x in range(0, 1081, 4)
        ]
        draw.polygon([*edge, (1080 * s, 260 * s), (0, 260 * s)], fill=(*near, 255))
        draw.line(edge, fill=(*top, 255), width=round(16 * s), joint="curve")
        for x, y, share in spots:
            tone = mix(near, grass, 0.18 + 0.3 * share)
            r = 3 + 8 * share
            if share < 0.5:
                draw.ellipse(((x - r) * s, y * s, (x + r) * s, (y + r) * s), fill=(*tone, 255))
            else:
                for lean in (-5, 0, 5):
                    draw.line((x * s, (y + 12) * s, (x + lean) * s, (y - 6) * s), fill=(*tone, 255), width=round(3 * s))

    return shape((1080, HEIGHT - 700), paint)


def _paint_pines(dark: Colour, seed: int) -> Image.Image:
    """Silhouettes close to the camera, which pass faster than the walker."""

    def paint(draw: ImageDraw.ImageDraw, s: float) -> None:
        for x, _, share in scatter(5, seed=seed + 9, box=(90, 0, 990, 1)):
            height = 90 + 90 * share
            for step in range(4):
                top = 190 - height + step * height * 0.2
                half = (14 + step * 13) * (0.7 + 0.5 * share)
                draw.polygon(
                    [
                        (x * s, top * s),
                        ((x - half) * s, (top + height * 0.42) * s),
                        ((x + half) * s, (top + height * 0.42) * s),
                    ],
                    fill=(*dark, 255),
                )
        draw.rectangle((0, 172 * s, 1080 * s, 190 * s), fill=(*dark, 255))

    return shape((1080, 190), paint)
