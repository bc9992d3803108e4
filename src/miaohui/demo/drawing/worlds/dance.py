"""Dance: beams of light, a floor that flashes with the beat, dancers and confetti."""

import math

from PIL import Image, ImageDraw

from miaohui.demo.drawing.colours import Colour, as_text, colour, mix
from miaohui.demo.drawing.lettering import Ink
from miaohui.demo.drawing.motion import Moment, hop, kick, wave
from miaohui.demo.drawing.paint import HEIGHT, WIDTH, darken_edges, glow, gradient, scatter, shape
from miaohui.demo.drawing.sticker import Sticker, cut_sticker
from miaohui.demo.drawing.titles import set_titles, show_title, slam
from miaohui.demo.drawing.worlds.world import Draw
from miaohui.demo.ideas import Idea

# (dark, glow at the floor, light 1, light 2, light 3)
_PALETTES = (
    ("#1a0b2e", "#6a1f7a", "#ff4f8b", "#ffd24f", "#4fd8ff"),
    ("#06182b", "#14577a", "#4fffc1", "#ff8f4f", "#8f7bff"),
    ("#2b0a12", "#8a2a2a", "#ffb03b", "#ff5b4a", "#f7f0d0"),
)
_DANCERS = ("1F483", "1F57A", "1F46F", "1F938")  # figures whose plain yellow takes stage light
_FLOOR_Y = 640
_SWING_STEPS = 20  # pictures of the lit stage prepared for one swing of the beams


def set_scene(idea: Idea, *, seed: int) -> Draw:
    """Light the stage. Act 0 is a solo, 1 jumps, 2 a line dance."""
    dark, warm, *lights = (colour(text) for text in _PALETTES[idea.palette % 3])
    stages = _light_stage(dark, warm, lights)
    floors = [_paint_floor(dark, lights, step) for step in range(4)]
    line = as_text(mix(dark, (0, 0, 0), 0.3))
    clothes = (
        (("#fcea2b", as_text(mix(lights[0], (255, 255, 255), 0.25))), ("#f1b31c", as_text(lights[0]))),
        (("#fcea2b", as_text(mix(lights[2], (255, 255, 255), 0.2))), ("#f1b31c", as_text(mix(lights[2], dark, 0.3)))),
    )
    hero = cut_sticker(
        idea.heroes[0], size_px=330, line=line, edge_px=8, recolour=clothes[0] if idea.heroes[0] in _DANCERS else ()
    )
    crew = [
        cut_sticker(code, size_px=190, line=line, edge_px=6, recolour=clothes[1] if code in _DANCERS else ())
        for code in idea.heroes[1:3]
    ]
    ball = Sticker(_paint_ball(lights))
    spot = Sticker(glow(lights[1], radius_px=190, strength=0.55))
    paper = [Sticker(_paint_confetti(tone)) for tone in lights]
    confetti = scatter(30, seed=seed, box=(0, 0, WIDTH, 1))
    ink = Ink(fill=(255, 255, 255), edge=lights[0], edge_px=5, shadow=0.5)
    titles = set_titles(idea, ink=ink, size_px=100, width_px=490)

    def draw(moment: Moment) -> Image.Image:
        frame = stages[round((wave(moment.phase, 2) + 1) / 2 * (_SWING_STEPS - 1))].copy()
        frame.paste(floors[int(moment.beat) % 4], (0, _FLOOR_Y))
        ball.put(frame, 270, 74, stretch=(1 + 0.05 * kick(moment.beat),) * 2)
        spot.put(frame, 270, _FLOOR_Y + 40, stretch=(1.2, 0.35))
        _FIGURES[idea.act % 3](frame, hero, crew, moment)
        for i, (x, speed, share) in enumerate(confetti):
            fall = (moment.phase * (1 + round(speed)) + share) % 1.0
            paper[i % 3].put(
                frame,
                x + 22 * wave(moment.phase, 2, share),
                1000 * fall - 20,
                turn=720 * fall,
                stretch=(1.0, abs(math.cos(9 * fall)) * 0.8 + 0.2),
            )
        show_title(frame, titles, moment, at=(270, 222), motion=slam)
        return frame

    return draw


def _solo(frame: Image.Image, hero: Sticker, crew: list[Sticker], moment: Moment) -> None:
    """One dancer turns on the spot with two echoes at the sides."""
    hit = kick(moment.beat, 3)
    side = 1.0 if int(moment.beat) % 2 else -1.0
    for i, dancer in enumerate(crew):
        dancer.put(frame, 96 + i * 348, _FLOOR_Y - 26 + 10 * hit, stretch=(-side, 1 - 0.1 * hit), fade=0.9)
    hero.put(
        frame,
        270 + 10 * side,
        _FLOOR_Y - 90 + 16 * hit,
        turn=6 * side * (1 - hit),
        stretch=(side * (1 + 0.08 * hit), 1 - 0.1 * hit),
    )


def _jump(frame: Image.Image, hero: Sticker, crew: list[Sticker], moment: Moment) -> None:
    """Everybody jumps, one after the other, and lands on the beat."""
    for i, dancer in enumerate(crew):
        height = hop(moment.beat / 2 + 0.25 * (i + 1))
        dancer.put(frame, 100 + i * 340, _FLOOR_Y - 20 - 110 * height, turn=20 * (height - 0.5))
    height = hop(moment.beat / 2)
    spin = 360 * (moment.beat / 2 % 1.0) if int(moment.beat / 2) % 4 == 3 else 0
    hero.put(
        frame, 270, _FLOOR_Y - 80 - 140 * height, turn=spin, stretch=(1 + 0.1 * (1 - height), 1 - 0.08 * (1 - height))
    )


def _line(frame: Image.Image, hero: Sticker, crew: list[Sticker], moment: Moment) -> None:
    """A line dance: steps to the left, steps to the right, all the same way."""
    step = 70 * wave(moment.phase, 2)
    hit = kick(moment.beat, 3)
    lean = 10 * wave(moment.phase, 2, 0.25)
    for i, dancer in enumerate((*crew, *crew)):
        x = (70, 470, 170, 370)[i % 4] + step * 0.6
        dancer.put(frame, x, _FLOOR_Y - 40 + 8 * hit - 20 * (i > 1), turn=lean, stretch=(0.95, 0.95 - 0.06 * hit))
    hero.put(frame, 270 + step, _FLOOR_Y - 70 + 14 * hit, turn=-lean, stretch=(1 + 0.05 * hit, 1 - 0.07 * hit))


_FIGURES = (_solo, _jump, _line)


def _paint_floor(dark: Colour, lights: list[Colour], step: int) -> Image.Image:
    """A chequered floor in perspective; each of four steps lights other tiles."""
    height = HEIGHT - _FLOOR_Y

    def paint(draw: ImageDraw.ImageDraw, s: float) -> None:
        rows = [0.0, 0.1, 0.23, 0.4, 0.63, 1.0]
        for row in range(5):
            top, bottom = rows[row] * height, rows[row + 1] * height
            for column in range(-7, 7):
                tone = lights[(column + row + step) % 3]
                lit = (column * 3 + row * 5 + step) % 4 == 0
                share = 0.95 if lit else 0.16 + 0.08 * ((column + row) % 2)
                corners = []
                for y, across in ((top, column), (top, column + 1), (bottom, column + 1), (bottom, column)):
                    spread = 52 + 170 * y / height
                    corners.append(((270 + across * spread) * s, y * s))
                draw.polygon(corners, fill=(*mix(dark, tone, share), 255), outline=(*mix(dark, (0, 0, 0), 0.4), 255))

    return shape((WIDTH, height), paint).convert("RGB")


def _light_stage(dark: Colour, warm: Colour, lights: list[Colour]) -> list[Image.Image]:
    """The stage under beams that stand a little further in each picture.

    Painted at half size: light has no edges, and turning full-size beams in every frame would
    cost more than all the rest of the clip.
    """
    half = (WIDTH // 2, HEIGHT // 2)
    stage = darken_edges(gradient([(0, dark), (0.66, warm), (1, dark)], size=half), strength=0.4)
    beams = [Sticker(_paint_beam(tone)) for tone in lights]
    pictures = []
    for step in range(_SWING_STEPS):
        place = step / (_SWING_STEPS - 1) * 2 - 1
        picture = stage.copy()
        for i, beam in enumerate(beams):
            swing = 22 * place * (-1 if i == 1 else 1)
            beam.put(picture, 135 + (i - 1) * 75 + swing * 2, 165, turn=swing - (i - 1) * 14)
        pictures.append(picture.resize((WIDTH, HEIGHT), Image.Resampling.BILINEAR))
    return pictures


def _paint_beam(tone: Colour) -> Image.Image:
    """A cone of light that weakens downwards, at half size."""

    def paint(draw: ImageDraw.ImageDraw, s: float) -> None:
        for i in range(38):
            share = i / 38
            reach = 3 + 67 * share
            draw.polygon(
                [((75 - reach) * s, 10 * s * i), ((75 + reach) * s, 10 * s * i), (145 * s, 380 * s), (5 * s, 380 * s)],
                fill=(*tone, round(105 * (1 - share))),
            )

    return shape((150, 380), paint)


def _paint_ball(lights: list[Colour]) -> Image.Image:
    def paint(draw: ImageDraw.ImageDraw, s: float) -> None:
        draw.rectangle((58 * s, 0, 62 * s, 30 * s), fill=(20, 16, 24, 255))
        draw.ellipse((10 * s, 20 * s, 110 * s, 120 * s), fill=(190, 190, 205, 255))
        for row in range(-4, 5):
            for column in range(-4, 5):
                x, y = column * 11, row * 11
                if x * x + y * y > 42 * 42:
                    continue
                tone = lights[(row * 2 + column) % 3]
                share = 0.2 + 0.6 * ((row * 7 + column * 5) % 4) / 4
                draw.rectangle(
                    ((60 + x - 4.6) * s, (70 + y - 4.6) * s, (60 + x + 4.6) * s, (70 + y + 4.6) * s),
                    fill=(*mix((250, 250, 255), tone, share), 255),
                )

    return shape((120, 130), paint)


def _paint_confetti(tone: Colour) -> Image.Image:
    return shape((22, 14), lambda draw, s: draw.rectangle((2 * s, 2 * s, 20 * s, 12 * s), fill=(*tone, 255)))
