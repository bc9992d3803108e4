"""Football: a mown pitch that runs towards us, a ball that leaves its shadow, a score board."""

import math
from collections.abc import Callable

from PIL import Image, ImageDraw

from miaohui.demo.drawing.colours import Colour, as_text, colour, mix
from miaohui.demo.drawing.lettering import Ink
from miaohui.demo.drawing.motion import Moment, arrive, ease_out, hop, kick, leave, squash, wave
from miaohui.demo.drawing.paint import HEIGHT, WIDTH, darken_edges, glow, gradient, scatter, shape
from miaohui.demo.drawing.sticker import Sticker, cut_sticker, with_edge
from miaohui.demo.drawing.titles import set_titles, show_title, slam
from miaohui.demo.drawing.worlds.world import Draw
from miaohui.demo.ideas import Idea

# (sky above, sky below, grass, mown grass, board)
_PALETTES = (
    ("#0f2440", "#3f6f9b", "#2f8f4a", "#3aa557", "#e2492f"),
    ("#f08a4b", "#fde0a8", "#4a8f3a", "#5aa446", "#27406b"),
    ("#8fcdf0", "#e8f6fb", "#3f9f55", "#50b466", "#1f3d36"),
)
_GRASS_Y = 500
_STEPS = 12  # pictures of the pitch prepared for one stripe of movement


def set_scene(idea: Idea, *, seed: int) -> Draw:
    """Mow the pitch. Act 0 dribbles, 1 juggles, 2 scores under confetti."""
    above, below, grass, mown, board = (colour(text) for text in _PALETTES[idea.palette % 3])
    sky = _paint_stand(above, below, board, seed, floodlit=idea.palette % 3 == 0)
    pitches = [_paint_pitch(grass, mown, step / _STEPS) for step in range(_STEPS)]
    line = as_text(mix(board, (0, 0, 0), 0.65))
    hero = cut_sticker(idea.heroes[0], size_px=220, line=line, edge_px=6, shadow=0)
    sides = [cut_sticker(code, size_px=150, line=line, edge_px=6) for code in idea.heroes[1:3]]
    goal = cut_sticker("1F945", size_px=280, line=line, edge_px=0, shadow=0.2)
    shade = Sticker(_paint_shade())
    sign = Sticker(_paint_board(board))
    paper = [Sticker(shape((16, 12), _confetto(tone))) for tone in (board, (255, 255, 255), mown)]
    confetti = scatter(24, seed=seed, box=(0, 0, WIDTH, 1))
    ink = Ink(fill=(255, 250, 235), shadow=0.35)
    titles = set_titles(idea, ink=ink, size_px=82, width_px=420)

    def draw(moment: Moment) -> Image.Image:
        frame = sky.copy()
        runs = idea.act != 2
        frame.paste(pitches[int(moment.phase * 4 * _STEPS) % _STEPS if runs else 0], (0, _GRASS_Y))
        if not runs:
            goal.put(frame, 270, _GRASS_Y - 22)
        _PLAYS[idea.act % 3](frame, hero, sides, shade, moment)
        for i, (x, speed, share) in enumerate(confetti if idea.act == 2 else []):
            fall = (moment.phase * (1 + round(speed)) + share) % 1.0
            paper[i % 3].put(frame, x + 20 * wave(moment.phase, 1, share), 1000 * fall - 20, turn=720 * fall)
        flip = ease_out(arrive(moment, over=0.35)) * max(0.05, leave(moment, over=0.2))
        sign.put(frame, 270, 228, stretch=(1.0, max(0.06, flip)))
        show_title(frame, titles, moment, at=(270, 234), motion=slam)
        return frame

    return draw


def _dribble(frame: Image.Image, ball: Sticker, sides: list[Sticker], shade: Sticker, moment: Moment) -> None:
    """The ball runs with us, left and right, with small hops."""
    x = 270 + 120 * wave(moment.phase, 2)
    height = hop(moment.beat)
    for i, side in enumerate(sides):
        side.put(
            frame,
            90 + 360 * i,
            640 + 16 * kick(moment.beat + i * 0.5),
            turn=8 * wave(moment.phase, moment.beats // 2, i * 0.5),
        )
    shade.put(frame, x, 742, stretch=(1 - 0.3 * height, 1.0), fade=0.9 - 0.4 * height)
    ball.put(frame, x, 660 - 60 * height, turn=-720 * moment.phase, stretch=squash(height, 0.1))


def _juggle(frame: Image.Image, ball: Sticker, sides: list[Sticker], shade: Sticker, moment: Moment) -> None:
    """Keepy-uppy: high, low, and the boot that meets it on the beat."""
    height = hop(moment.beat / 2)
    boot = sides[0] if sides else None
    shade.put(frame, 270, 792, stretch=(1.2 - 0.6 * height, 1.0), fade=0.9 - 0.5 * height)
    if boot is not None:
        hit = kick(moment.beat / 2, 5)
        boot.put(frame, 250, 780 - 40 * hit, turn=16 - 34 * hit, stretch=(1.25, 1.25))
    ball.put(
        frame,
        270 + 18 * wave(moment.phase, 2),
        640 - 150 * height,
        turn=360 * moment.phase * 2,
        stretch=squash(height, 0.14),
    )


def _score(frame: Image.Image, ball: Sticker, sides: list[Sticker], shade: Sticker, moment: Moment) -> None:
    """A shot from our feet into the net, over and over, in two bends."""
    shot = (moment.phase * 2) % 1.0
    bend = 1 if moment.phase < 0.5 else -1
    flight = min(1.0, shot / 0.62)
    size = 1.0 - 0.66 * ease_out(flight)
    x = 270 + bend * (70 * math.sin(math.pi * flight) + 60 * flight)
    y = 770 - 270 * ease_out(flight) - 90 * math.sin(math.pi * flight)
    for i, side in enumerate(sides):
        jump = hop(moment.phase * 2 + i * 0.5)
        side.put(frame, 84 + 372 * i, 690 - 40 * jump, turn=10 * wave(moment.phase, 2, i * 0.5))
    shade.put(frame, x, 812 - 290 * ease_out(flight), stretch=(size, size), fade=0.7)
    ball.put(frame, x, y + 30 * max(0.0, shot - 0.62), turn=540 * flight * bend, stretch=(size, size))


_PLAYS = (_dribble, _juggle, _score)


def _paint_stand(above: Colour, below: Colour, board: Colour, seed: int, *, floodlit: bool) -> Image.Image:
    picture = gradient([(0, above), (0.52, below), (1, below)])
    crowd = [mix(below, tone, 0.7) for tone in (board, (250, 240, 220), (60, 60, 80), (230, 180, 60))]

    def paint(draw: ImageDraw.ImageDraw, s: float) -> None:
        draw.rectangle((0, 372 * s, WIDTH * s, _GRASS_Y * s), fill=(*mix(below, (20, 20, 40), 0.6), 255))
        for i, (x, y, share) in enumerate(scatter(520, seed=seed, box=(0, 378, WIDTH, 472))):
            r = 5 + 2 * share
            draw.ellipse(
                ((x - r) * s, (y - r) * s, (x + r) * s, (y + r) * s),
                fill=(*mix(crowd[i % 4], (0, 0, 20), 0.15 + 0.25 * share), 255),
            )
        draw.rectangle((0, 472 * s, WIDTH * s, _GRASS_Y * s), fill=(*board, 255))
        for i in range(9):
            draw.rectangle(
                ((i * 64 + 8) * s, 480 * s, (i * 64 + 44) * s, 490 * s), fill=(*mix(board, (255, 255, 255), 0.65), 255)
            )

    front = shape((WIDTH, HEIGHT), paint)
    picture.paste(front, (0, 0), front)
    if floodlit:
        for x in (50, 490):
            light = glow((255, 255, 240), radius_px=170, strength=0.85, core=0.08)
            picture.paste(light, (x - 170, 120 - 170), light)
    return darken_edges(picture, strength=0.2)


def _paint_pitch(grass: Colour, mown: Colour, share: float) -> Image.Image:
    """Stripes in perspective; share is how far they have come towards us, in pairs of stripes."""
    height = HEIGHT - _GRASS_Y

    def paint(draw: ImageDraw.ImageDraw, s: float) -> None:
        draw.rectangle((0, 0, WIDTH * s, height * s), fill=(*grass, 255))
        for pair in range(-1, 9):
            near, far = (_seen(pair + share + part, height) for part in (0.5, 0.0))
            draw.rectangle((0, far * s, WIDTH * s, near * s), fill=(*mown, 255))
        chalk = mix(mown, (255, 255, 255), 0.75)
        for side in (-1, 1):
            draw.polygon(
                [
                    ((270 + side * 120) * s, 0),
                    ((270 + side * 124) * s, 0),
                    ((270 + side * 412) * s, height * s),
                    ((270 + side * 396) * s, height * s),
                ],
                fill=(*chalk, 255),
            )

    return shape((WIDTH, height), paint).convert("RGB")


def _seen(distance: float, height: float) -> float:
    """Where on the picture a line lies that is `distance` stripe pairs from the horizon."""
    return height * (math.exp(0.42 * max(0.0, distance)) - 1) / (math.exp(0.42 * 8) - 1)


def _paint_shade() -> Image.Image:
    return shape((190, 44), lambda draw, s: draw.ellipse((0, 0, 190 * s, 44 * s), fill=(10, 40, 20, 110)))


def _confetto(tone: Colour) -> Callable[[ImageDraw.ImageDraw, float], None]:
    def paint(draw: ImageDraw.ImageDraw, s: float) -> None:
        draw.rectangle((0, 0, 16 * s, 12 * s), fill=(*tone, 255))

    return paint


def _paint_board(board: Colour) -> Image.Image:
    def paint(draw: ImageDraw.ImageDraw, s: float) -> None:
        for x in (90, 380):
            draw.rectangle((x * s, 0, (x + 10) * s, 26 * s), fill=(60, 64, 72, 255))
        draw.rounded_rectangle((6 * s, 16 * s, 474 * s, 236 * s), 22 * s, fill=(36, 38, 46, 255))
        draw.rounded_rectangle((16 * s, 26 * s, 464 * s, 226 * s), 16 * s, fill=(*board, 255))
        for i in range(19):
            for y in (34, 214):
                draw.ellipse(((26 + i * 23.4) * s, y * s, (32 + i * 23.4) * s, (y + 6) * s), fill=(255, 236, 180, 255))

    return with_edge(shape((480, 244), paint), edge_px=0, edge=board, shadow=0.35)
