"""What a comment's text may be."""

import re
import unicodedata

import regex

from miaohui.kit.errors import Refusal

LONGEST = 500
"""Characters as a reader counts them: a family emoji is one, though it has up to eleven code points."""
LONGEST_CODE_POINTS = 4000
"""So that nobody hides a book in the marks above a single letter."""

_GRAPHEME = regex.compile(r"\X")
_LINE_BREAKS = re.compile(r"\r\n?")
_BLANK_LINES = re.compile(r"\n{3,}")
_DIRECTION_CONTROLS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""They make the text around them read backwards, names and buttons included."""


class InvalidComment(Refusal):
    """The text is empty, too long, or holds what does not belong into a text."""

    code = "invalid_comment"
    status = 400
    title = "This comment cannot be posted as it is"


def clean_body(text: str) -> str:
    """Return a comment's text in the form in which it is kept: trimmed, with plain line breaks (NFC).

    Raises InvalidComment if nothing readable is left, if it is longer than 500 grapheme clusters (UAX
    #29), or if it holds control characters other than line breaks and tabs.
    """
    body = unicodedata.normalize("NFC", _LINE_BREAKS.sub("\n", text).replace("\t", " ")).strip()
    if any(_is_control(character) for character in body):
        raise InvalidComment("A comment cannot hold control characters")
    if not any(_is_readable(character) for character in body):
        raise InvalidComment("There is nothing to read in this comment")
    if len(body) > LONGEST_CODE_POINTS or grapheme_count(body) > LONGEST:
        raise InvalidComment("A comment has at most 500 characters")
    return _BLANK_LINES.sub("\n\n", body)


def grapheme_count(text: str) -> int:
    """Return how many characters a reader sees: extended grapheme clusters (UAX #29)."""
    return sum(1 for _ in _GRAPHEME.finditer(text))


def _is_control(character: str) -> bool:
    return character != "\n" and (
        unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"} or character in _DIRECTION_CONTROLS
    )


def _is_readable(character: str) -> bool:
    # Joiners, blanks, and marks without a letter leave an empty bubble.
    return unicodedata.category(character)[0] in "LNPS" and character not in _BLANK_LETTERS


_BLANK_LETTERS = frozenset("\u115f\u1160\u3164\uffa0\u2800")
"""Hangul fillers and the empty Braille cell: letters and symbols by category, nothing to the eye."""
