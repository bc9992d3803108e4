"""Cats: a bright sunburst, a cat that pops up, strolls or bursts out of a box, a speech bubble."""

import math

from PIL import Image, ImageDraw

from miaohui.demo.drawing.artwork import Recolour
from miaohui.demo.drawing.colours import Colour, as_text, colour, mix
from miaohui.demo.drawing.lettering import Ink
from miaohui.demo.drawing.motion import (
    Moment,
    arrive,
    ease_in_out,
    hop,
    kick,
    leave,
    overshoot,
    squash,
    wave,
)
from miaohui.demo.drawing.paint import HEIGHT, WIDTH, scatter, shape
from miaohui.demo.drawing.sticker import Sticker, cut_sticker, with_edge
from miaohui.demo.drawing.titles import pop, set_titles, show_title
from miaohui.demo.drawing.worlds.world import Draw
from miaohui.demo.ideas import Idea

# (ground, rays, floor, lettering)
_PALETTES = (
    ("#ffd25e", "#ffbf3d", "#f2715a", "#c8361f"),
    ("#8fd3c8", "#7ac5ba", "#f7e3b5", "#14665d"),
    ("#f7b3c2", "#f29fb2", "#7d5ba6", "#7a2f6a"),
    ("#a9c8f5", "#95b8ee", "#ffe08a", "#2d4c9b"),
)
# Fur instead of OpenMoji's orange: as it is, grey, cream, brown.
_FURS: tuple[Recolour, ...] = (
    (),
    (("#f4aa41", "#b4bbc6"), ("#e27022", "#8791a1"), ("#a57939", "#6d7787")),
    (("#f4aa41", "#f4e6cd"), ("#e27022", "#d9b98c"), ("#a57939", "#8a6a4a")),
    (("#f4aa41", "#b98a5e"), ("#e27022", "#8a5f3c"), ("#a57939", "#5f4028")),
)
_FLOOR_Y = 700
_TURNS = 12  # ray pictures prepared for one wedge of rotation


def set_scene(idea: Idea, *, seed: int) -> Draw:
    """Let the cat in. Act 0 peeks over the edge, 1 strolls to and fro, 2 bounces among circling toys."""
    ground, ray, floor, word = (colour(text) for text in _PALETTES[idea.palette % 4])
    bursts = [_paint_burst(ground, ray, turn / _TURNS) for turn in range(_TURNS)]
    front = _paint_floor(floor, ray)
    line = as_text(mix(word, (0, 0, 0), 0.55))
    fur = _FURS[idea.palette % 4]
    cat = cut_sticker(idea.heroes[0], size_px=330, line=line, edge_px=10, recolour=fur)
    props = [cut_sticker(code, size_px=110, line=line, edge_px=6) for code in idea.heroes[1:4]]
    bubble = Sticker(_paint_bubble(word))
    ink = Ink(fill=word, weight=900)
    titles = set_titles(idea, ink=ink, size_px=80, width_px=390)
    hearts = scatter(6, seed=seed, box=(60, 0, 480, 1))
    note = cut_sticker("2764" if seed % 2 else "1F43E", size_px=44, line=line, shadow=0)

    def draw(moment: Moment) -> Image.Image:
        frame = bursts[int(moment.phase * 2 * _TURNS) % _TURNS].copy()
        for x, _, share in hearts:
            climb = (moment.phase + share) % 1.0
            note.put(
                frame,
                x + 24 * wave(moment.phase, 2, share),
                700 - 600 * climb,
                fade=math.sin(math.pi * climb),
                turn=20 * wave(moment.phase, 1, share),
            )
        _ACTS[idea.act % 3](frame, cat, props, front, moment)
        size = overshoot(arrive(moment, over=0.4)) * min(1.0, leave(moment, over=0.2) + 0.01)
        bubble.put(frame, 270, 262 + 4 * wave(moment.phase, 2), stretch=(size, size))
        show_title(frame, titles, moment, at=(270, 246 + 4 * wave(moment.phase, 2)), motion=pop)
        return frame

    return draw


def _peek(frame: Image.Image, cat: Sticker, props: list[Sticker], front: Image.Image, moment: Moment) -> None:
    """The head comes up from behind the floor's edge, looks left and right, ducks."""
    up = ease_in_out(min(1.0, 3 * abs(wave(moment.phase, 1, 0.0) ** 2)))
    look = 16 * wave(moment.phase, 3)
    cat.put(
        frame, 270 + 40 * wave(moment.phase, 2), _FLOOR_Y + 130 - 250 * up, turn=look, stretch=squash(up * 0.6, 0.1)
    )
    frame.paste(front, (0, _FLOOR_Y), front)
    for i, prop in enumerate(props):
        height = hop(moment.beat / 2 + i / 3)
        prop.put(
            frame,
            (92, 448, 270)[i % 3],
            _FLOOR_Y + (60, 60, 140)[i % 3] - 80 * height,
            stretch=squash(height),
            turn=30 * wave(moment.phase, 1, i / 3),
        )


def _stroll(frame: Image.Image, cat: Sticker, props: list[Sticker], front: Image.Image, moment: Moment) -> None:
    """The cat hops across while its toys roll the other way."""
    frame.paste(front, (0, _FLOOR_Y), front)
    for i, prop in enumerate(props):
        x = (moment.phase + i / 3) % 1.0
        prop.put(frame, -80 + 700 * x, _FLOOR_Y + 70 + 26 * i, turn=-720 * x)
    height = hop(moment.beat)
    x = ease_in_out(moment.phase * 2) if moment.phase < 0.5 else 1 - ease_in_out(moment.phase * 2 - 1)
    facing = -1.0 if moment.phase < 0.5 else 1.0
    wide, tall = squash(height, 0.12)
    cat.put(
        frame,
        150 + 240 * x,
        _FLOOR_Y - 70 - 60 * height,
        stretch=(facing * wide, tall),
        turn=-facing * 6 * wave(moment.phase, moment.beats),
    )


def _surprise(frame: Image.Image, cat: Sticker, props: list[Sticker], front: Image.Image, moment: Moment) -> None:
    """On the spot: bounces to the beat while the toys circle round."""
    frame.paste(front, (0, _FLOOR_Y), front)
    hit = kick(moment.beat, 3.5)
    turns = [(moment.phase + i / max(1, len(props))) % 1.0 for i in range(len(props))]
    for behind in (True, False):
        for turn, prop in zip(turns, props, strict=True):
            depth = math.sin(math.tau * turn)
            if (depth < 0) == behind:
                size = 0.85 + 0.3 * depth
                prop.put(
                    frame,
                    270 + 215 * math.cos(math.tau * turn),
                    _FLOOR_Y - 90 + 70 * depth,
                    stretch=(size, size),
                    turn=360 * turn,
                )
        if behind:
            cat.put(
                frame,
                270,
                _FLOOR_Y - 100 + 14 * hit,
                turn=9 * wave(moment.phase, moment.beats // 2),
                stretch=(1 + 0.1 * hit, 1 - 0.1 * hit),
            )


_ACTS = (_peek, _stroll, _surprise)


def _paint_burst(ground: Colour, ray: Colour, turn: float) -> Image.Image:
    count, x, y, reach = 12, 270, 520, 900

    def paint(draw: ImageDraw.ImageDraw, s: float) -> None:
        draw.rectangle((0, 0, WIDTH * s, HEIGHT * s), fill=(*ground, 255))
        for i in range(count):
            start = math.tau * (i + turn) / count
            end = start + math.pi / count
            draw.polygon(
                [(x * s, y * s)]
                + [((x + math.cos(a) * reach) * s, (y + math.sin(a) * reach) * s) for a in (start, end)],
                fill=(*ray, 255),
            )
        pale = mix(ray, (255, 255, 255), 0.35)
        for row in range(9):  # halftone, larger towards the top
            for column in range(19):
                r = (9 - row) * 1.1
                cx, cy = (column * 30 + (row % 2) * 15), row * 26
                draw.ellipse(((cx - r) * s, (cy - r) * s, (cx + r) * s, (cy + r) * s), fill=(*pale, 255))

    return shape((WIDTH, HEIGHT), paint).convert("RGB")


def _paint_floor(floor: Colour, ray: Colour) -> Image.Image:
    def paint(draw: ImageDraw.ImageDraw, s: float) -> None:
        draw.rectangle((0, 14 * s, WIDTH * s, 260 * s), fill=(*floor, 255))
        for i in range(-1, 10):
            draw.ellipse(((i * 60) * s, 0, (i * 60 + 60) * s, 40 * s), fill=(*floor, 255))
        stitch = mix(floor, (255, 255, 255), 0.45)
        for i in range(28):
            draw.line(((i * 20 + 2) * s, 62 * s, (i * 20 + 12) * s, 62 * s), fill=(*stitch, 255), width=round(4 * s))

    return shape((WIDTH, HEIGHT - _FLOOR_Y), paint)


def _paint_bubble(edge: Colour) -> Image.Image:
    def paint(draw: ImageDraw.ImageDraw, s: float) -> None:
        for grow, tone in ((0, edge), (7, (255, 253, 246))):
            draw.rounded_rectangle(
                ((6 + grow) * s, (6 + grow) * s, (454 - grow) * s, (244 - grow) * s), (90 - grow) * s, fill=(*tone, 255)
            )
            draw.polygon(
                [
                    ((180 + grow) * s, 230 * s),
                    ((250 - grow) * s, 230 * s),
                    ((196 + grow * 0.4) * s, (292 - grow * 2.2) * s),
                ],
                fill=(*tone, 255),
            )

    return with_edge(shape((460, 300), paint), edge_px=0, edge=edge, shadow=0.25)
