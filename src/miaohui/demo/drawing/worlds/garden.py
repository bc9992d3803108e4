"""Balcony garden: stems grow out of pots, leaves and flowers open, insects come by."""

import math

from PIL import Image, ImageDraw

from miaohui.demo.drawing.colours import Colour, as_text, colour, mix
from miaohui.demo.drawing.lettering import Ink
from miaohui.demo.drawing.motion import Moment, clamp, ease_in_out, overshoot, wave
from miaohui.demo.drawing.paint import HEIGHT, WIDTH, blob, glow, gradient, scatter, shape
from miaohui.demo.drawing.sticker import Sticker, cut_sticker, with_edge
from miaohui.demo.drawing.titles import set_titles, show_title, sway
from miaohui.demo.drawing.worlds.world import Draw
from miaohui.demo.ideas import Idea

# (sky above, sky below, pot, wall, lettering)
_PALETTES = (
    ("#bfe6ef", "#fdf6dc", "#d9673f", "#f4e3c3", "#2f6b3c"),
    ("#fbd9b8", "#fff4e2", "#3f7f8c", "#e9cfa9", "#8a3f22"),
    ("#cfe3c4", "#f8fbe8", "#8a5a9b", "#e4e9cf", "#4b3a73"),
)
_SILL_Y = 690
_STEM = colour("#4f8f3a")


def set_scene(idea: Idea, *, seed: int) -> Draw:
    """Plant the pots. Act 0 grows, 1 grows in rain from the can, 2 sways in full bloom."""
    above, below, pot, wall, word = (colour(text) for text in _PALETTES[idea.palette % 3])
    backdrop = _paint_balcony(above, below, wall, seed)
    line = as_text(mix(word, (0, 0, 0), 0.5))
    pots = [Sticker(_paint_pot(mix(pot, (255, 255, 255), 0.16 * i), size)) for i, size in enumerate((150, 118, 118))]
    bloom = cut_sticker(idea.heroes[0], size_px=210, line=line, edge_px=7)
    small = [cut_sticker(code, size_px=118, line=line, edge_px=5) for code in idea.heroes[1:3]]
    visitor = cut_sticker(
        idea.heroes[3] if len(idea.heroes) > 3 else "1F41D", size_px=78, line=line, edge_px=4, shadow=0.2
    )
    leaf = Sticker(_paint_leaf())
    sun = Sticker(glow((255, 246, 190), radius_px=240, strength=0.9, core=0.25))
    cloud = Sticker(blob((255, 255, 255), size_px=220, opacity=0.8, seed=seed))
    drop = Sticker(_paint_drop())
    drops = scatter(12, seed=seed, box=(150, 0, 390, 1))
    label = Sticker(_paint_label(word))
    titles = set_titles(idea, ink=Ink(fill=word), size_px=78, width_px=400)

    def draw(moment: Moment) -> Image.Image:
        frame = backdrop.copy()
        sun.put(frame, 430 - 320 * (seed % 2), 330, stretch=(1 + 0.05 * wave(moment.phase),) * 2)
        for i in range(2):
            cloud.put(frame, 700 - 860 * ((moment.phase + i * 0.5) % 1.0), 60 + 330 * i, stretch=(1.3, 0.6))
        grown = _growth(moment, act=idea.act)
        for i, plant in enumerate(small):
            _put_plant(
                frame,
                leaf,
                plant,
                moment,
                foot=(94 + i * 352, _SILL_Y - 60),
                height=130 + 24 * i,
                grown=clamp(grown * 1.4 - 0.3 * i),
                lean=-1 + 2 * i,
            )
            pots[i + 1].put(frame, 94 + i * 352, _SILL_Y - 18)
        _put_plant(frame, leaf, bloom, moment, foot=(270, _SILL_Y - 80), height=120, grown=grown, lean=0)
        pots[0].put(frame, 270, _SILL_Y - 14)
        if idea.act == 1:
            for x, _, share in drops:
                fall = (moment.phase * 3 + share) % 1.0
                drop.put(frame, x, 380 + 330 * fall, fade=0.9)
        turn = math.tau * moment.phase
        visitor.put(
            frame,
            270 + 200 * math.sin(turn),
            470 + 70 * math.sin(2 * turn),
            stretch=(-1.0 if math.cos(turn) > 0 else 1.0, 1.0),
            turn=10 * math.sin(3 * turn),
        )
        label.put(frame, 270, 190, turn=1.5 * wave(moment.phase))
        show_title(frame, titles, moment, at=(270, 196), motion=sway)
        return frame

    return draw


def _growth(moment: Moment, *, act: int) -> float:
    """How far the plants have grown: up and back in a cycle, or always up and only swaying."""
    if act == 2:
        return 1.0
    rising = ease_in_out(moment.phase / 0.55)
    folding = ease_in_out((moment.phase - 0.9) / 0.1)
    return clamp(rising - folding * 0.98, 0.02, 1.0)


def _put_plant(
    frame: Image.Image,
    leaf: Sticker,
    head: Sticker,
    moment: Moment,
    *,
    foot: tuple[float, float],
    height: float,
    grown: float,
    lean: float,
) -> None:
    """A stem as a bent line, leaves that unfold as it passes them, the flower or fruit on top."""
    bend = 26 * wave(moment.phase, 1, lean * 0.2) * grown + 14 * lean * grown
    points = []
    for i in range(13):
        share = i / 12 * grown
        points.append((foot[0] + bend * share**2, foot[1] - height * share))
    ImageDraw.Draw(frame).line(points, fill=_STEM, width=11, joint="curve")
    for i in range(3):
        place = 0.25 + 0.22 * i
        size = overshoot(clamp((grown - place) / 0.25)) if grown > place else 0
        if size > 0:
            side = 1 if i % 2 else -1
            leaf.put(
                frame,
                foot[0] + bend * place**2 + 34 * side * size,
                foot[1] - height * place - 10 * size,
                stretch=(-side * size, size),
                turn=-12 * side + 5 * wave(moment.phase, 2, i * 0.2),
            )
    size = overshoot(clamp((grown - 0.55) / 0.4), 2.4) if grown > 0.55 else 0
    if size > 0:
        head.put(
            frame,
            points[-1][0],
            points[-1][1] - head.size[1] * 0.22 * size,
            stretch=(size, size),
            turn=6 * wave(moment.phase, 1, lean * 0.2 + 0.1),
        )


def _paint_balcony(above: Colour, below: Colour, wall: Colour, seed: int) -> Image.Image:
    picture = gradient([(0, above), (0.7, below), (1, below)])
    towers = mix(above, below, 0.35)

    def paint(draw: ImageDraw.ImageDraw, s: float) -> None:
        for i, (x, _, share) in enumerate(scatter(7, seed=seed, box=(-30, 0, 540, 1))):
            top, wide = 430 + 130 * share, 60 + 20 * (i % 3)
            tone = mix(towers, (120, 140, 150), 0.12 + 0.1 * share)
            draw.rectangle((x * s, top * s, (x + wide) * s, _SILL_Y * s), fill=(*tone, 255))
            for wy in range(int(top) + 16, _SILL_Y, 26):
                for wx in range(10, wide - 12, 20):
                    draw.rectangle(
                        ((x + wx) * s, wy * s, (x + wx + 9) * s, (wy + 12) * s),
                        fill=(*mix(tone, (255, 255, 255), 0.4), 255),
                    )
        draw.rectangle((0, _SILL_Y * s, WIDTH * s, HEIGHT * s), fill=(*wall, 255))
        draw.rectangle(
            (0, (_SILL_Y + 10) * s, WIDTH * s, (_SILL_Y + 40) * s), fill=(*mix(wall, (255, 255, 255), 0.5), 255)
        )
        draw.rectangle(
            (0, (_SILL_Y + 40) * s, WIDTH * s, (_SILL_Y + 48) * s), fill=(*mix(wall, (60, 40, 20), 0.3), 255)
        )
        for row in range(5):
            for column in range(-1, 8):
                x = column * 84 + (42 if row % 2 else 0)
                y = _SILL_Y + 60 + row * 44
                draw.rounded_rectangle(
                    (x * s, y * s, (x + 78) * s, (y + 38) * s),
                    6 * s,
                    fill=(*mix(wall, (150, 100, 60), 0.12 + 0.05 * ((row * 3 + column) % 3)), 255),
                )

    front = shape((WIDTH, HEIGHT), paint)
    picture.paste(front, (0, 0), front)
    return picture


def _paint_pot(clay: Colour, size: int) -> Image.Image:
    def paint(draw: ImageDraw.ImageDraw, s: float) -> None:
        u = size * s / 100
        draw.polygon([(16 * u, 30 * u), (84 * u, 30 * u), (72 * u, 96 * u), (28 * u, 96 * u)], fill=(*clay, 255))
        draw.polygon(
            [(66 * u, 30 * u), (84 * u, 30 * u), (72 * u, 96 * u), (62 * u, 96 * u)],
            fill=(*mix(clay, (40, 10, 0), 0.22), 255),
        )
        draw.rounded_rectangle((8 * u, 14 * u, 92 * u, 36 * u), 6 * u, fill=(*mix(clay, (255, 255, 255), 0.15), 255))
        draw.ellipse((16 * u, 10 * u, 84 * u, 24 * u), fill=(92, 60, 40, 255))

    return with_edge(shape((size, size), paint), edge_px=0, edge=clay, shadow=0.3)


def _paint_leaf() -> Image.Image:
    def paint(draw: ImageDraw.ImageDraw, s: float) -> None:
        upper = [((6 + i * 3) * s, (24 - 16 * math.sin(math.pi * i / 24)) * s) for i in range(25)]
        lower = [((6 + i * 3) * s, (24 + 14 * math.sin(math.pi * i / 24)) * s) for i in range(25)]
        draw.polygon([*upper, *reversed(lower)], fill=(118, 182, 74, 255))
        draw.line((10 * s, 24 * s, 76 * s, 24 * s), fill=(79, 143, 58, 255), width=round(3 * s))

    return shape((84, 48), paint)


def _paint_drop() -> Image.Image:
    def paint(draw: ImageDraw.ImageDraw, s: float) -> None:
        draw.polygon([(8 * s, 0), (14 * s, 16 * s), (2 * s, 16 * s)], fill=(110, 180, 230, 235))
        draw.ellipse((1 * s, 10 * s, 15 * s, 25 * s), fill=(110, 180, 230, 235))

    return shape((16, 26), paint)


def _paint_label(word: Colour) -> Image.Image:
    def paint(draw: ImageDraw.ImageDraw, s: float) -> None:
        for x in (70, 390):
            draw.line((x * s, 0, x * s, 20 * s), fill=(*mix(word, (90, 60, 30), 0.6), 255), width=round(5 * s))
        draw.rounded_rectangle((10 * s, 14 * s, 450 * s, 226 * s), 20 * s, fill=(255, 252, 240, 255))
        draw.rounded_rectangle(
            (20 * s, 24 * s, 440 * s, 216 * s),
            14 * s,
            outline=(*mix(word, (255, 252, 240), 0.55), 255),
            width=round(3 * s),
        )

    return with_edge(shape((460, 236), paint), edge_px=0, edge=word, shadow=0.22)
