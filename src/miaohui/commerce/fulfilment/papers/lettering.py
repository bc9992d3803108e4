"""The letters of printed papers: a small TrueType font with just what a page needs.

The Noto Sans CJK that we have is one file of 32 MB with every East Asian letter in all weights, which no
PDF can hold. So the outlines of the needed letters are drawn at one weight, turned from cubic to quadratic
curves, and put into a font of some kilobytes, which the PDF embeds. Drawn letters are kept; the big file
is opened (0.6 s) only for letters that no page had before, and let go of again (70 MB).
"""

import io
import threading
from collections.abc import Iterable
from importlib.resources import as_file, files
from typing import Any

import msgspec

_SIMPLIFIED_CHINESE = 2
"""Index of the face within the collection."""
_WEIGHT = 400
_UNITS = 1000
_ASCENT, _DESCENT = 880, -120
_MOST_LETTERS = 8_000
"""Kept in memory; about 1 kB each."""
_BASIC = "".join(map(chr, range(0x20, 0x7F))) + "·×—–，。、：；（）【】「」《》！？￥…"
_TOFU = "□"


class _Letter(msgspec.Struct):
    glyph: Any
    width: int


_letters: dict[str, _Letter] = {}
_drawing = threading.Lock()


def font_with(texts: Iterable[str], *, name: str) -> io.BytesIO:
    """Return a TrueType font that has every letter of these texts; what the face lacks shows as a box.

    name: its PostScript name, another one for each font, for programs know fonts by it.
    """
    wanted = sorted({letter for text in texts for letter in text} | {_TOFU})
    with _drawing:
        if len(_letters) > _MOST_LETTERS:
            _letters.clear()
        missing = [letter for letter in wanted if letter not in _letters]
        if missing:
            _draw(sorted({*missing, *(each for each in _BASIC if each not in _letters)}))
        return _assembled({letter: _letters[letter] for letter in wanted}, name)


def _draw(missing: Iterable[str]) -> None:
    from fontTools.pens.cu2quPen import Cu2QuPen
    from fontTools.pens.ttGlyphPen import TTGlyphPen
    from fontTools.ttLib import TTFont

    with (
        as_file(files("manimgx_fonts_cjk") / "NotoSansCJK-VF.otf.ttc") as path,
        TTFont(path, fontNumber=_SIMPLIFIED_CHINESE, lazy=True) as face,
    ):
        outlines = face.getGlyphSet(location={"wght": _WEIGHT})
        names = face.getBestCmap()
        for letter in missing:
            pen = TTGlyphPen(None)
            outline = outlines[names.get(ord(letter), names[ord(_TOFU)])]
            # TrueType's outlines turn the other way round; one unit off cannot be seen.
            outline.draw(Cu2QuPen(pen, 1.0, reverse_direction=True))
            _letters[letter] = _Letter(pen.glyph(), round(outline.width))


def _assembled(letters: dict[str, _Letter], name: str) -> io.BytesIO:
    from fontTools.fontBuilder import FontBuilder

    names = {letter: f"u{ord(letter):05X}" for letter in letters}
    glyphs = {".notdef": letters[_TOFU].glyph} | {names[letter]: each.glyph for letter, each in letters.items()}
    widths = {".notdef": letters[_TOFU].width} | {names[letter]: each.width for letter, each in letters.items()}
    builder = FontBuilder(_UNITS, isTTF=True)
    builder.setupGlyphOrder(list(glyphs))
    builder.setupCharacterMap({ord(letter): each for letter, each in names.items()})
    builder.setupGlyf(glyphs)
    builder.setupHorizontalMetrics({each: (widths[each], getattr(glyph, "xMin", 0)) for each, glyph in glyphs.items()})
    builder.setupHorizontalHeader(ascent=_ASCENT, descent=_DESCENT)
    builder.setupNameTable({"familyName": name, "styleName": "Regular", "psName": name})
    builder.setupOS2(sTypoAscender=_ASCENT, sTypoDescender=_DESCENT, usWinAscent=_ASCENT, usWinDescent=-_DESCENT)
    builder.setupPost()
    built = io.BytesIO()
    builder.save(built)
    built.seek(0)
    return built
