"""Astronomy and small facts: a turning sky, bodies on orbits, thin lines and clear words."""

import math

from PIL import Image, ImageDraw

from miaohui.demo.drawing.colours import Colour, as_text, colour, mix
from miaohui.demo.drawing.lettering import Ink
from miaohui.demo.drawing.motion import Moment, arrive, ease_in_out, ease_out, leave, wave
from miaohui.demo.drawing.paint import HEIGHT, WIDTH, blob, glow, gradient, ridge, scatter, shape
from miaohui.demo.drawing.sticker import Sticker, cut_sticker
from miaohui.demo.drawing.titles import rise, set_titles, show_title
from miaohui.demo.drawing.worlds.world import Draw
from miaohui.demo.ideas import Idea

# (space above, space below, nebula, accent)
_PALETTES = (
    ("#060919", "#1d2450", "#5a3f9a", "#8ee3f5"),
    ("#0b0714", "#35184a", "#b0477e", "#ffd27a"),
    ("#041417", "#0f3b46", "#2f8f83", "#ffe9a8"),
)
_MIDDLE = (270.0, 500.0)


def set_scene(idea: Idea, *, seed: int) -> Draw:
    """Open the sky. Act 0 circles bodies round the hero, 1 flies it with a trail, 2 circles and tilts it."""
    space, horizon, nebula, accent = (colour(text) for text in _PALETTES[idea.palette % 3])
    backdrop = _paint_space(space, horizon, nebula, seed)
    twinkle = [Sticker(_paint_star(size, accent)) for size in (10, 16, 26)]
    stars = scatter(34, seed=seed, box=(10, 20, 530, 760))
    line = as_text(mix(space, (0, 0, 0), 0.2))
    hero = cut_sticker(
        idea.heroes[0], size_px=280, line=line, edge_px=5, edge=mix(accent, (255, 255, 255), 0.6), shadow=0
    )
    bodies = [
        cut_sticker(code, size_px=92, line=line, edge_px=3, edge=mix(accent, (255, 255, 255), 0.6), shadow=0)
        for code in idea.heroes[1:4]
    ]
    halo = Sticker(glow(mix(nebula, accent, 0.4), radius_px=250, strength=0.55))
    rings = _paint_orbits(accent)
    smoke = Sticker(blob((235, 235, 250), size_px=120, opacity=0.6, seed=seed))
    streak = Sticker(_paint_streak(accent))
    ink = Ink(fill=(250, 250, 255), weight=800, shadow=0.5)
    titles = set_titles(idea, ink=ink, size_px=80, width_px=470)

    def draw(moment: Moment) -> Image.Image:
        frame = backdrop.copy()
        for i, (x, y, share) in enumerate(stars):
            blink = 0.55 + 0.45 * wave(moment.phase, 1 + i % 3, share)
            twinkle[i % 3].put(frame, x, y, fade=blink, stretch=(blink,) * 2)
        flown = (moment.phase * 2) % 1.0
        streak.put(frame, 620 - 760 * flown, 60 + 420 * flown, fade=math.sin(math.pi * flown))
        if idea.act == 1:
            _launch(frame, hero, smoke, halo, moment)
        else:
            _orbit(frame, hero, bodies, halo, moment, rings=rings, tilt=idea.act == 2)
        show_title(frame, titles, moment, at=(270, 196), motion=rise)
        _underline(frame, accent, moment)
        return frame

    return draw


def _orbit(
    frame: Image.Image,
    hero: Sticker,
    bodies: list[Sticker],
    halo: Sticker,
    moment: Moment,
    *,
    rings: Image.Image,
    tilt: bool,
) -> None:
    """Bodies pass behind the hero and in front of it; nearer is larger."""
    x, y = _MIDDLE
    halo.put(frame, x, y, fade=0.85 + 0.15 * wave(moment.phase))
    frame.paste(rings, (0, 0), rings)
    placed = []
    for i, body in enumerate(bodies):
        angle = math.tau * (moment.phase * (1 + (i == 0)) + i / len(bodies))
        placed.append((math.sin(angle), math.cos(angle), 170 + 46 * i, body))
    for depth, across, reach, body in placed:
        if depth < 0:
            body.put(frame, x + reach * across, y + 0.42 * reach * depth, stretch=(1 + 0.35 * depth,) * 2)
    hero.put(frame, x, y + 10 * wave(moment.phase, 2), turn=(16 if tilt else 5) * wave(moment.phase))
    for depth, across, reach, body in placed:
        if depth >= 0:
            body.put(frame, x + reach * across, y + 0.42 * reach * depth, stretch=(1 + 0.35 * depth,) * 2)


def _launch(frame: Image.Image, hero: Sticker, smoke: Sticker, halo: Sticker, moment: Moment) -> None:
    """Something flies towards the upper right, trembling, with its trail behind."""
    shake = 4 * wave(moment.phase, 12)
    x = 300 + 40 * wave(moment.phase) + shake
    y = 470 - 46 * wave(moment.phase, 1, 0.1)
    halo.put(frame, x, y)
    for i in range(9):
        age = (moment.phase * 3 + i / 9) % 1.0
        smoke.put(
            frame,
            x - 70 - 260 * age + 14 * math.sin(i * 2),
            y + 80 + 330 * age,
            stretch=(0.35 + 1.1 * age,) * 2,
            fade=(1 - age) * 0.9,
        )
    hero.put(frame, x, y, turn=3 * wave(moment.phase, 4))


def _underline(frame: Image.Image, accent: Colour, moment: Moment) -> None:
    drawn = ease_in_out(arrive(moment, delay=0.5, over=0.7)) * ease_out(leave(moment))
    half = 120 * drawn
    if half > 1:
        ImageDraw.Draw(frame).rectangle((270 - half, 300, 270 + half, 303), fill=accent)


def _paint_space(space: Colour, horizon: Colour, nebula: Colour, seed: int) -> Image.Image:
    picture = gradient([(0, space), (0.75, horizon), (1, mix(horizon, nebula, 0.35))])
    for i, (x, y, share) in enumerate(scatter(5, seed=seed, box=(40, 240, 500, 700))):
        cloud = glow(mix(nebula, horizon, share * 0.6), radius_px=200 + 20 * i, strength=0.3)
        picture.paste(cloud, (round(x) - cloud.width // 2, round(y) - cloud.height // 2), cloud)
    for x, y, share in scatter(240, seed=seed + 1, box=(0, 0, WIDTH - 1, 800)):
        picture.putpixel((int(x), int(y)), mix(horizon, (255, 255, 255), 0.25 + 0.6 * share))
    hills = ridge(mix(space, (0, 0, 0), 0.35), seed=seed, size=(1080, 200), peak=0.75)
    picture.paste(hills, (-(seed % 400), HEIGHT - 200), hills)
    return picture


def _paint_star(size: int, accent: Colour) -> Image.Image:
    def paint(draw: ImageDraw.ImageDraw, s: float) -> None:
        c, thin = size * s, size * s * 0.16
        draw.polygon(
            [
                (c, 0),
                (c + thin, c - thin),
                (2 * c, c),
                (c + thin, c + thin),
                (c, 2 * c),
                (c - thin, c + thin),
                (0, c),
                (c - thin, c - thin),
            ],
            fill=(*mix(accent, (255, 255, 255), 0.6), 255),
        )

    return shape((2 * size, 2 * size), paint)


def _paint_orbits(accent: Colour) -> Image.Image:
    x, y = _MIDDLE

    def paint(draw: ImageDraw.ImageDraw, s: float) -> None:
        for i in range(3):
            reach = 170 + 46 * i
            box = ((x - reach) * s, (y - 0.42 * reach) * s, (x + reach) * s, (y + 0.42 * reach) * s)
            for part in range(0, 360, 6):
                draw.arc(box, part, part + 3.2, fill=(*accent, 150), width=round(2 * s))

    return shape((WIDTH, HEIGHT), paint)


def _paint_streak(accent: Colour) -> Image.Image:
    def paint(draw: ImageDraw.ImageDraw, s: float) -> None:
        for i in range(60):
            share = i / 60
            draw.line(
                ((150 - 2.4 * i) * s, (2 + 1.33 * i) * s, (147 - 2.4 * i) * s, (3.7 + 1.33 * i) * s),
                fill=(*mix(accent, (255, 255, 255), share), round(255 * share**2)),
                width=round((1 + 3 * share) * s),
            )

    return shape((156, 90), paint)
