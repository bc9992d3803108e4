"""Night market: a lit stall, something tossed over the fire, steam and sparks."""

import math

from PIL import Image, ImageDraw, ImageFilter

from miaohui.demo.drawing.colours import Colour, as_text, colour, mix
from miaohui.demo.drawing.lettering import Ink, paint_letter
from miaohui.demo.drawing.motion import Moment, hop, kick, squash, wave
from miaohui.demo.drawing.paint import (
    HEIGHT,
    WIDTH,
    blob,
    darken_edges,
    glow,
    gradient,
    scatter,
    shape,
)
from miaohui.demo.drawing.sticker import Sticker, cut_sticker
from miaohui.demo.drawing.titles import flicker, set_titles, show_title
from miaohui.demo.drawing.worlds.world import Draw
from miaohui.demo.ideas import Idea

# (sky above, sky below, awning, counter)
_PALETTES = (
    ("#1d1030", "#7a2f4a", "#e2492f", "#5a2f25"),
    ("#0d1b2e", "#2b5468", "#f08a3c", "#4a3326"),
    ("#25101c", "#8a3d2a", "#2f8f83", "#523026"),
)
_LAMP = colour("#ffcf70")
_COUNTER_Y = 640


def set_scene(idea: Idea, *, seed: int) -> Draw:
    """Set up the stall. Act 0 tosses the hero in a wok, 1 lets it steam while the rest juggles, 2 lets it hop."""
    sky, dusk, awning, wood = (colour(text) for text in _PALETTES[idea.palette % 3])
    backdrop = _paint_backdrop(sky, dusk, wood, seed)
    stall = _paint_awning(awning)
    lamp = Sticker(glow(_LAMP, radius_px=90, strength=0.75))
    bulb = Sticker(_paint_bulb())
    line = as_text(mix(sky, (0, 0, 0), 0.35))
    hero = cut_sticker(idea.heroes[0], size_px=290, line=line, edge_px=9, shadow=0.5)
    sides = [cut_sticker(code, size_px=104, line=line, edge_px=5, shadow=0.4) for code in idea.heroes[1:4]]
    steam = [Sticker(blob((255, 240, 225), size_px=190, opacity=0.5, seed=seed + i)) for i in (1, 2)]
    spark = Sticker(glow(colour("#ffb347"), radius_px=9, strength=1.0, core=0.25))
    sparks = scatter(16, seed=seed, box=(60, 0, 480, 1))
    sign = Ink(
        fill=(255, 246, 224), edge=mix(awning, (255, 90, 40), 0.4), edge_px=3, glow=mix(awning, (255, 140, 60), 0.5)
    )
    titles = set_titles(idea, ink=sign, size_px=88, width_px=470)
    flags = [Sticker(_paint_flag(character, awning)) for character in "香鲜热辣"]
    wok = Sticker(_paint_wok(line))
    flame = cut_sticker("1F525", size_px=92, line=line, shadow=0)

    def draw(moment: Moment) -> Image.Image:
        frame = backdrop.copy()
        _hang_lamps(frame, lamp, bulb, moment)
        for i, flag in enumerate(flags):
            flag.put(frame, 90 + i * 120, _COUNTER_Y + 118, turn=4 * wave(moment.phase, 1, i * 0.2))
        if idea.act == 0:
            for i in range(3):
                lick = 1 + 0.16 * wave(moment.phase, 4, i * 0.37)
                flame.put(frame, 205 + i * 65, _COUNTER_Y + 18, stretch=(1.0, lick))
            wok.put(frame, 270, _COUNTER_Y - 18, turn=3 * wave(moment.phase, moment.beats // 2))
        _toss(frame, hero, sides, steam, moment, act=idea.act)
        for x, speed, share in sparks:
            climb = (moment.phase * (1 + round(speed)) + share) % 1.0
            spark.put(
                frame,
                x + 18 * wave(moment.phase, 2, share),
                700 - 420 * climb,
                stretch=(1 - climb * 0.6,) * 2,
                fade=1 - climb,
            )
        frame.paste(stall, (0, 0), stall)
        show_title(frame, titles, moment, at=(WIDTH / 2, 250), motion=flicker)
        return frame

    return draw


def _hang_lamps(frame: Image.Image, lamp: Sticker, bulb: Sticker, moment: Moment) -> None:
    for i in range(4):
        x = 68 + i * 135 + 8 * wave(moment.phase, 1, i * 0.23)
        y = 388 + (18 if i in (1, 2) else 0)
        lamp.put(frame, x, y, fade=0.7 + 0.3 * kick(moment.beat + i * 0.5, 2.0))
        bulb.put(frame, x, y, turn=6 * wave(moment.phase, 1, i * 0.23 + 0.2))


def _toss(
    frame: Image.Image,
    hero: Sticker,
    sides: list[Sticker],
    steam: list[Sticker],
    moment: Moment,
    *,
    act: int,
) -> None:
    """Act 0 tosses the hero, act 1 lets it sit while the rest juggles, act 2 slides a row by."""
    ground = _COUNTER_Y - (96 if act == 0 else 60)
    for i in range(6):
        climb = (moment.phase + i / 6) % 1.0
        x = 270 + 90 * math.sin(i * 2.4) + 26 * wave(moment.phase, 1, i * 0.3)
        steam[i % 2].put(
            frame, x, ground - 40 - 260 * climb, stretch=(0.6 + climb * 0.9,) * 2, fade=(1 - climb) * min(1, climb * 5)
        )
    toss = hop(moment.beat / 2)
    if act == 0:
        spin = 360 * (moment.beat / 2 % 1.0) if int(moment.beat / 2) % 2 else 14 * wave(moment.phase, 2)
        hero.put(frame, 270, ground - 130 * toss, turn=spin, stretch=squash(toss))
    elif act == 1:
        bounce = kick(moment.beat, 3)
        hero.put(
            frame,
            270,
            ground + 8 * bounce,
            stretch=(1 + 0.06 * bounce, 1 - 0.06 * bounce),
            turn=5 * wave(moment.phase, 2),
        )
    else:
        hero.put(
            frame,
            270 + 60 * wave(moment.phase),
            ground - 30 * hop(moment.beat),
            turn=-10 * wave(moment.phase, 1, 0.25),
            stretch=squash(hop(moment.beat), 0.1),
        )
    for i, side in enumerate(sides):
        flight = (moment.beat / 2 + i / len(sides)) % 1.0
        direction = 1 if i % 2 else -1
        reach = 130 + 90 * hop(flight)
        side.put(
            frame, 270 + direction * reach, ground + 60 - 230 * hop(flight) - 24 * i, turn=direction * 360 * flight
        )


def _paint_backdrop(sky: Colour, dusk: Colour, wood: Colour, seed: int) -> Image.Image:
    picture = gradient([(0, sky), (0.68, dusk), (1, mix(dusk, sky, 0.5))])
    for x, y, share in scatter(26, seed=seed, box=(-20, 300, 560, 640)):
        warm = mix(_LAMP, colour("#ff6b4a"), share)
        light = glow(warm, radius_px=round(14 + 34 * share), strength=0.35, core=0.75)
        picture.paste(light, (round(x), round(y)), light)
    picture = picture.filter(ImageFilter.GaussianBlur(2))

    def counter(draw: ImageDraw.ImageDraw, s: float) -> None:
        draw.rectangle((0, 30 * s, WIDTH * s, 330 * s), fill=(*wood, 255))
        draw.rectangle((0, 0, WIDTH * s, 40 * s), fill=(*mix(wood, _LAMP, 0.35), 255))
        draw.rectangle((0, 40 * s, WIDTH * s, 52 * s), fill=(*mix(wood, (0, 0, 0), 0.45), 255))
        for i in range(1, 7):
            x = WIDTH * s * i / 7
            draw.line((x, 52 * s, x, 330 * s), fill=(*mix(wood, (0, 0, 0), 0.3), 255), width=round(3 * s))

    board = shape((WIDTH, HEIGHT - _COUNTER_Y), counter)
    picture.paste(board, (0, _COUNTER_Y), board)
    warmth = glow(_LAMP, radius_px=330, strength=0.42)
    picture.paste(warmth, (270 - 330, _COUNTER_Y - 300), warmth)
    return darken_edges(picture, strength=0.5)


def _paint_awning(cloth: Colour) -> Image.Image:
    pale = colour("#fff3dc")
    stripes = 9
    width = WIDTH / stripes

    def cover(draw: ImageDraw.ImageDraw, s: float) -> None:
        for i in range(stripes):
            tone = cloth if i % 2 == 0 else pale
            left, right = i * width * s, (i + 1) * width * s
            draw.rectangle((left, 0, right, 120 * s), fill=(*tone, 255))
            draw.ellipse((left, 92 * s, right, 148 * s), fill=(*tone, 255))
        draw.rectangle((0, 0, WIDTH * s, 26 * s), fill=(*mix(cloth, (0, 0, 0), 0.45), 255))

    cloth_picture = shape((WIDTH, 150), cover)
    shaded = Image.new("RGBA", (WIDTH, 175))
    dark = Image.new("RGBA", cloth_picture.size, (10, 5, 10, 255))
    dark.putalpha(cloth_picture.getchannel("A").point([round(a * 0.4) for a in range(256)]))
    shaded.paste(dark, (0, 14))
    shaded = shaded.filter(ImageFilter.GaussianBlur(6))
    shaded.paste(cloth_picture, (0, 0), cloth_picture)
    return shaded


def _paint_bulb() -> Image.Image:
    def paint(draw: ImageDraw.ImageDraw, s: float) -> None:
        draw.line((20 * s, 0, 20 * s, 34 * s), fill=(30, 16, 20, 255), width=round(2 * s))
        draw.rounded_rectangle((14 * s, 28 * s, 26 * s, 40 * s), 3 * s, fill=(60, 40, 30, 255))
        draw.ellipse((8 * s, 36 * s, 32 * s, 62 * s), fill=(255, 236, 180, 255))

    return shape((40, 96), paint)


def _paint_flag(character: str, cloth: Colour) -> Image.Image:
    def paint(draw: ImageDraw.ImageDraw, s: float) -> None:
        draw.rectangle((14 * s, 0, 96 * s, 120 * s), fill=(*cloth, 255))
        draw.rectangle((14 * s, 0, 96 * s, 10 * s), fill=(*mix(cloth, (0, 0, 0), 0.4), 255))
        draw.ellipse((22 * s, 26 * s, 88 * s, 92 * s), fill=(255, 243, 220, 255))

    flag = shape((110, 126), paint)
    letter = paint_letter(character, size_px=44, ink=Ink(fill=mix(cloth, (0, 0, 0), 0.35)))
    flag.alpha_composite(letter.picture, (55 - letter.size[0] // 2, 59 - letter.size[1] // 2))
    return flag


def _paint_wok(line: str) -> Image.Image:
    iron, shine = (58, 52, 60), (120, 112, 124)

    def paint(draw: ImageDraw.ImageDraw, s: float) -> None:
        draw.line((300 * s, 44 * s, 398 * s, 14 * s), fill=(92, 58, 40, 255), width=round(16 * s))
        draw.pieslice((30 * s, -60 * s, 330 * s, 130 * s), 0, 180, fill=(*iron, 255), outline=line, width=round(6 * s))
        draw.ellipse((30 * s, 14 * s, 330 * s, 56 * s), fill=(34, 28, 34, 255), outline=line, width=round(6 * s))
        draw.arc((70 * s, -40 * s, 300 * s, 112 * s), 100, 150, fill=(*shine, 255), width=round(7 * s))

    return shape((400, 140), paint)
