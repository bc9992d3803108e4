"""Titles as separate letters, so that each can move by itself.

The face is Noto Sans CJK (SIL OFL 1.1) out of a wheel: the pictures look the same on a bare
machine as on one with fonts.
"""

from functools import lru_cache
from importlib.resources import as_file, files
from pathlib import Path
from typing import NamedTuple

from PIL import Image, ImageDraw, ImageFilter, ImageFont

from miaohui.demo.drawing.colours import Colour
from miaohui.demo.drawing.sticker import Sticker

_SIMPLIFIED_CHINESE = 2  # index of the SC face in the collection: JP, KR, SC, TC, HK
BLACK, BOLD, MEDIUM = 900, 700, 500  # weights of the variable font


@lru_cache(maxsize=1)
def _font_path() -> Path:
    with as_file(files("manimgx_fonts_cjk") / "NotoSansCJK-VF.otf.ttc") as path:
        return path


@lru_cache(maxsize=16)
def font(size_px: int, weight: int = BLACK) -> ImageFont.FreeTypeFont:
    """The face at a size and a weight of 100..900."""
    face = ImageFont.truetype(str(_font_path()), size_px, index=_SIMPLIFIED_CHINESE)
    face.set_variation_by_axes([weight])
    return face


class Ink(NamedTuple):
    """How letters are painted."""

    fill: Colour
    edge: Colour | None = None
    edge_px: int = 0
    glow: Colour | None = None
    shadow: float = 0.0
    weight: int = BLACK


class Letter(NamedTuple):
    """One letter and the place of its middle, px from the middle of the whole title."""

    sticker: Sticker
    x: float
    y: float
    order: int


def is_chinese(text: str) -> bool:
    """Whether the text has a CJK ideograph, and so is set by character, not by word."""
    return any("\u3400" <= character <= "\u9fff" for character in text)


def set_title(
    text: str, *, ink: Ink, size_px: int, width_px: int, lines: int = 2, align: str = "middle"
) -> list[Letter]:
    """Break a title into lines that fit `width_px` and return its letters.

    The size shrinks until the title fits into `lines` lines. align: "middle" or "left".
    """
    size = size_px
    rows = break_lines(text, size_px=size, width_px=width_px, weight=ink.weight)
    while (len(rows) > lines or _too_wide(rows, size, width_px, ink)) and size > 24:
        size -= 4
        rows = break_lines(text, size_px=size, width_px=width_px, weight=ink.weight)
    face = font(size, ink.weight)
    line_height = size * 1.16
    letters: list[Letter] = []
    for number, row in enumerate(rows):
        y = (number - (len(rows) - 1) / 2) * line_height
        width = face.getlength(row)
        left = -width / 2 if align == "middle" else -width_px / 2
        for position, character in enumerate(row):
            if character == " ":
                continue
            # The pen's place comes from the whole prefix, so that kerning is kept.
            start = face.getlength(row[: position + 1]) - face.getlength(character)
            middle = left + start + face.getlength(character) / 2
            painted = paint_letter(character, size_px=size, ink=ink)
            letters.append(Letter(painted, middle, y, len(letters)))
    return _halos(letters, text, size_px=size, ink=ink) + letters


def _halos(letters: list[Letter], text: str, *, size_px: int, ink: Ink) -> list[Letter]:
    """The light behind each letter, to be drawn first: no letter lies under another's light."""
    if ink.glow is None:
        return []
    characters = [character for character in text if character not in " \n"]
    return [
        letter._replace(sticker=paint_halo(character, size_px=size_px, light=ink.glow, weight=ink.weight))
        for letter, character in zip(letters, characters, strict=True)
    ]


def set_column(text: str, *, ink: Ink, size_px: int, height_px: int) -> list[Letter]:
    """Set Chinese from top to bottom in columns from right to left."""
    text = text.replace("\n", "")
    pitch = size_px * 1.1
    rows = max(1, int(height_px // pitch))
    columns = [text[i : i + rows] for i in range(0, len(text), rows)]
    letters: list[Letter] = []
    for number, column in enumerate(columns):
        x = ((len(columns) - 1) / 2 - number) * size_px * 1.25
        for row, character in enumerate(column):
            y = (row - (min(rows, len(text)) - 1) / 2) * pitch
            sticker = paint_letter(character, size_px=size_px, ink=ink)
            letters.append(Letter(sticker, x, y, len(letters)))
    return letters


def break_lines(text: str, *, size_px: int, width_px: int, weight: int = BLACK) -> list[str]:
    """The lines that the author broke; else balanced ones, by word or by Chinese character."""
    if "\n" in text:
        return text.split("\n")
    face = font(size_px, weight)
    if face.getlength(text) <= width_px:
        return [text]
    if " " not in text and is_chinese(text):
        pieces, glue = list(text), ""
    else:
        pieces, glue = text.split(" "), " "
    count = int(face.getlength(text) // width_px) + 1
    target = face.getlength(text) / count * 1.12
    rows = [pieces[0]]
    for piece in pieces[1:]:
        longer = rows[-1] + glue + piece
        closing = piece in "，。！？、：」）"
        if face.getlength(longer) <= min(width_px, target) or closing:
            rows[-1] = longer
        else:
            rows.append(piece)
    return rows


def _too_wide(rows: list[str], size: int, width_px: int, ink: Ink) -> bool:
    face = font(size, ink.weight)
    return any(face.getlength(row) > width_px for row in rows)


def paint_letter(character: str, *, size_px: int, ink: Ink) -> Sticker:
    """One letter on a square sheet whose middle is the middle of the text line."""
    face = font(size_px, ink.weight)
    room = ink.edge_px + 8
    width = round(face.getlength(character)) + 2 * room
    height = round(size_px * 1.2) + 2 * room
    sheet = Image.new("RGBA", (width, height))
    pen = (room, height / 2 + size_px * 0.36)
    if ink.shadow:
        dark = Image.new("L", sheet.size)
        ImageDraw.Draw(dark).text(
            (pen[0], pen[1] + size_px * 0.06),
            character,
            font=face,
            fill=round(255 * ink.shadow),
            anchor="ls",
            stroke_width=ink.edge_px,
        )
        shade = Image.new("RGBA", sheet.size, (15, 8, 15, 0))
        shade.putalpha(dark.filter(ImageFilter.GaussianBlur(3)))
        sheet.alpha_composite(shade)
    ImageDraw.Draw(sheet).text(
        pen,
        character,
        font=face,
        fill=(*ink.fill, 255),
        anchor="ls",
        stroke_width=ink.edge_px,
        stroke_fill=(*(ink.edge or ink.fill), 255),
    )
    return Sticker(sheet)


def paint_halo(character: str, *, size_px: int, light: Colour, weight: int) -> Sticker:
    """The glow of one letter, on a sheet centred like the letter's own."""
    face = font(size_px, weight)
    room = size_px // 2
    sheet = (round(face.getlength(character)) + 2 * room, round(size_px * 1.2) + 2 * room)
    mask = Image.new("L", sheet)
    ImageDraw.Draw(mask).text(
        (room, sheet[1] / 2 + size_px * 0.36),
        character,
        font=face,
        fill=255,
        anchor="ls",
        stroke_width=size_px // 16,
    )
    soft = mask.filter(ImageFilter.GaussianBlur(size_px / 6))
    halo = Image.new("RGBA", sheet, (*light, 0))
    halo.putalpha(soft.point([min(255, round(a * 1.3)) for a in range(256)]))
    return Sticker(halo)
