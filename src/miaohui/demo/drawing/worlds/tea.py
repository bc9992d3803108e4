"""Tea and porcelain: a moon window on misty hills, a calm table, ink and a red seal."""

import math
import random

from PIL import Image, ImageDraw, ImageFilter

from miaohui.demo.drawing.colours import Colour, as_text, colour, mix
from miaohui.demo.drawing.lettering import BOLD, Ink, Letter, paint_letter, set_column, set_title
from miaohui.demo.drawing.motion import Moment, arrive, clamp, ease_out, leave, overshoot, wave
from miaohui.demo.drawing.paint import HEIGHT, WIDTH, gradient, ridge, scatter, scroll, shape, tinted
from miaohui.demo.drawing.sticker import Sticker, cut_sticker
from miaohui.demo.drawing.worlds.world import Draw
from miaohui.demo.ideas import Idea

# (paper, sky, far hills, near hills, glaze, glaze in shade)
_PALETTES = (
    ("#f4ecdd", "#dfe8dc", "#a9c2b4", "#5f8a7b", "#dcebe4", "#a9cbbd"),
    ("#eef0ee", "#d6e2ef", "#9db4d1", "#4b6a9b", "#e9f0fa", "#8fb0de"),
    ("#f7e9df", "#f6d5bf", "#d99f8a", "#8d5a5c", "#f8e6d8", "#e0b09a"),
)
_INK = colour("#2b2622")
_SEAL = colour("#b5301f")
_WINDOW = (226, 400, 190)  # middle and radius, px
_TABLE_Y = 640


def set_scene(idea: Idea, *, seed: int) -> Draw:
    """Lay the table under the moon window. Act 1 lifts and pours the hero, the others let it stand."""
    paper, sky, far, near, glaze, shade = (colour(t) for t in _PALETTES[idea.palette % 3])
    wall = _paint_wall(paper, near, seed)
    view = gradient([(0, sky), (1, mix(sky, paper, 0.6))], size=(380, 380))
    sun = shape((90, 90), lambda draw, s: draw.ellipse((0, 0, 90 * s, 90 * s), fill=(*_SEAL, 210)))
    hills = [
        ridge(mix(far, sky, 0.45), seed=seed, size=(820, 200), peak=0.8, light=sky),
        ridge(far, seed=seed + 1, size=(820, 170), peak=0.75, light=mix(far, sky, 0.8)),
        ridge(near, seed=seed + 2, size=(820, 130), peak=0.8, light=mix(near, sky, 0.55)),
    ]
    bird = cut_sticker("1F54A", size_px=46, line=as_text(_INK), shadow=0)
    porcelain = (
        ("#d0cfce", as_text(glaze)),
        ("#9b9b9a", as_text(shade)),
        ("#f4aa41", as_text(glaze)),
        ("#e27022", as_text(shade)),
        ("#ffffff", as_text(mix(glaze, (255, 255, 255), 0.6))),
    )
    line = as_text(mix(_INK, near, 0.25))
    hero = cut_sticker(idea.heroes[0], size_px=270, line=line, recolour=porcelain, shadow=0.4)
    sides = [cut_sticker(code, size_px=120, line=line, recolour=porcelain, shadow=0.35) for code in idea.heroes[1:3]]
    petal_art = idea.heroes[3] if len(idea.heroes) > 3 else "1F343"
    petal = cut_sticker(petal_art, size_px=66, line=line, shadow=0.2)
    petals = scatter(7, seed=seed, box=(30, 0, 510, 1))
    steam = _paint_steam()
    words = _set_words(idea)
    seal = Sticker(_paint_seal())

    def draw(moment: Moment) -> Image.Image:
        scene = view.copy()
        scene.paste(sun, (70 + 190 * (seed % 2), 60), sun)
        for i, hill in enumerate(hills):
            scroll(scene, hill, y=170 + i * 62, travelled=moment.phase * 820 * i)
        bird.put(scene, 420 - 460 * moment.phase, 120 + 18 * wave(moment.phase, 2))
        frame = Image.new("RGB", (WIDTH, HEIGHT))
        frame.paste(scene, (_WINDOW[0] - 190, _WINDOW[1] - 190))
        frame.paste(wall, (0, 0), wall)
        for i, side in enumerate(sides):
            side.put(frame, 118 + i * 305, _TABLE_Y + 36 - 3 * wave(moment.phase, 1, i * 0.5))
        _pour_steam(frame, steam, moment)
        tilt = -9 * max(0.0, wave(moment.phase)) if idea.act == 1 else 2 * wave(moment.phase)
        lift = 34 * max(0.0, wave(moment.phase)) if idea.act == 1 else 0
        hero.put(frame, 270, _TABLE_Y - 18 - lift, turn=tilt)
        for x, turns, share in petals:
            fall = (moment.phase + share) % 1.0
            petal.put(
                frame,
                x + 50 * wave(moment.phase, 1, share),
                -40 + 1040 * fall,
                turn=360 * (fall + turns),
                stretch=(0.6 + 0.4 * share,) * 2,
                fade=0.9,
            )
        _write(frame, words, seal, moment)
        return frame

    return draw


def _set_words(idea: Idea) -> dict[int, tuple[list[Letter], tuple[float, float], bool]]:
    ink = Ink(fill=_INK, weight=BOLD)
    placed = {}
    for verse, text in enumerate((idea.title, idea.other_title)):
        if text == idea.title_zh:
            letters = set_column(text, ink=ink, size_px=64, height_px=500)
            right = max(letter.x for letter in letters)
            placed[verse] = (letters, (486 - right, 350.0), True)
        else:
            letters = set_title(text, ink=ink, size_px=56, width_px=480)
            placed[verse] = (letters, (262.0, 116.0), False)
    return placed


def _write(
    frame: Image.Image,
    words: dict[int, tuple[list[Letter], tuple[float, float], bool]],
    seal: Sticker,
    moment: Moment,
) -> None:
    """Ink sinks into the paper letter by letter; the seal is pressed below the last."""
    letters, (x, y), column = words[moment.verse]
    gone = leave(moment, over=0.4)
    for letter in letters:
        wet = clamp((moment.second - 0.2 - letter.order * 0.09) / 0.5)
        size = 1.15 - 0.15 * ease_out(wet)
        letter.sticker.put(frame, x + letter.x, y + letter.y, fade=wet * gone, stretch=(size, size))
    last = letters[-1]
    delay = min(0.5 + len(letters) * 0.09, moment.span * 0.5)
    pressed = arrive(moment, delay=delay, over=0.25)
    if pressed > 0:
        size = 2.0 - overshoot(pressed)
        if column:
            place = (x + last.x, y + last.y + 78)
        else:
            place = (x + max(letter.x for letter in letters) + 34, y + last.y + 46)
        seal.put(frame, *place, stretch=(size, size), fade=clamp(pressed * 3) * gone, turn=-4)


def _pour_steam(frame: Image.Image, steam: Sticker, moment: Moment) -> None:
    for i in range(3):
        climb = (moment.phase + i / 3) % 1.0
        steam.put(
            frame,
            215 + 45 * i + 10 * wave(moment.phase, 1, i * 0.3),
            _TABLE_Y - 150 - 150 * climb,
            stretch=(0.7 + 0.6 * climb, 0.8 + 0.5 * climb),
            fade=0.85 * math.sin(math.pi * climb),
            turn=8 * wave(climb, 1),
        )


def _paint_steam() -> Sticker:
    def paint(draw: ImageDraw.ImageDraw, s: float) -> None:
        points = [((45 + 16 * math.sin(i / 9)) * s, (10 + i * 2.2) * s) for i in range(60)]
        draw.line(points, fill=(255, 255, 255, 235), width=round(11 * s), joint="curve")

    soft = shape((90, 160), paint).getchannel("A").filter(ImageFilter.GaussianBlur(5))
    return Sticker(tinted((255, 255, 255), soft))


def _paint_wall(paper: Colour, wood: Colour, seed: int) -> Image.Image:
    """Rice-paper wall with a round hole, its wooden rim, and the table in front."""
    rng = random.Random(seed)
    x, y, radius = _WINDOW
    timber = mix(wood, colour("#5a3623"), 0.86)

    def paint(draw: ImageDraw.ImageDraw, s: float) -> None:
        draw.rectangle((0, 0, WIDTH * s, HEIGHT * s), fill=(*paper, 255))
        for _ in range(240):
            fx, fy = rng.random() * WIDTH * s, rng.random() * _TABLE_Y * s
            angle, length = rng.random() * math.tau, rng.uniform(6, 26) * s
            tone = mix(paper, (255, 255, 255) if rng.random() < 0.5 else _INK, 0.08)
            draw.line(
                (fx, fy, fx + math.cos(angle) * length, fy + math.sin(angle) * length), fill=(*tone, 255), width=2
            )
        for grow, tone in ((16, timber), (10, mix(timber, (255, 235, 200), 0.25)), (4, timber)):
            r = (radius + grow - 8) * s
            draw.ellipse((x * s - r, y * s - r, x * s + r, y * s + r), fill=(*tone, 255))
        hole = (radius - 6) * s
        draw.ellipse((x * s - hole, y * s - hole, x * s + hole, y * s + hole), fill=(0, 0, 0, 0))
        top = (_TABLE_Y + 30) * s
        draw.rectangle((0, top, WIDTH * s, HEIGHT * s), fill=(*mix(timber, paper, 0.12), 255))
        draw.rectangle((0, top, WIDTH * s, top + 16 * s), fill=(*mix(timber, paper, 0.42), 255))
        for i in range(12):
            gy = top + (40 + i * 22 + rng.randrange(12)) * s
            gx = rng.random() * WIDTH * s
            draw.line(
                (gx, gy, gx + rng.uniform(80, 260) * s, gy),
                fill=(*mix(timber, (0, 0, 0), 0.18), 255),
                width=round(2 * s),
            )
        draw.ellipse((120 * s, top + 34 * s, 420 * s, top + 92 * s), fill=(*mix(timber, (0, 0, 0), 0.25), 255))
        draw.ellipse((126 * s, top + 26 * s, 414 * s, top + 80 * s), fill=(*mix(timber, colour("#c79a62"), 0.5), 255))

    return shape((WIDTH, HEIGHT), paint)


def _paint_seal() -> Image.Image:
    def paint(draw: ImageDraw.ImageDraw, s: float) -> None:
        draw.rounded_rectangle((4 * s, 4 * s, 56 * s, 56 * s), 8 * s, fill=(*_SEAL, 255))
        draw.rounded_rectangle((9 * s, 9 * s, 51 * s, 51 * s), 5 * s, outline=(255, 240, 225, 255), width=round(2 * s))

    seal = shape((60, 60), paint)
    letter = paint_letter("茶", size_px=32, ink=Ink(fill=(255, 240, 225), weight=BOLD))
    seal.alpha_composite(letter.picture, (30 - letter.size[0] // 2, 30 - letter.size[1] // 2))
    return seal
