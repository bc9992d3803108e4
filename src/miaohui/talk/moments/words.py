"""What the text of a moment, of a comment below it and beside a mood may be."""

import re
import unicodedata

from miaohui.kit.errors import Refusal

LONGEST_BODY = 2000
LONGEST_COMMENT = 500
LONGEST_MOOD = 40

_BLANK_LINES = re.compile(r"\n{3,}")
_LINE_BREAKS = re.compile(r"\r\n?")
# Joiners belong to emoji and to some scripts; all other format characters turn text around or hide in it.
_JOINERS = frozenset("\u200c\u200d")
_BLANK_LETTERS = frozenset("\u115f\u1160\u3164\uffa0\u2800")


class InvalidMoment(Refusal):
    """The words are too long or hold what does not belong into a text, or nothing is left to show."""

    code = "invalid_moment"
    status = 400
    title = "This cannot be shown as it is"


def clean_words(text: str, *, longest: int, needed: bool, lines: bool = True) -> str:
    """Return a text in the form in which it is kept: trimmed, NFC, plain line breaks or with `lines` off none.

    longest: in code points. needed: whether something must be left to read. Raises InvalidMoment.
    """
    words = unicodedata.normalize("NFC", _LINE_BREAKS.sub("\n", text).replace("\t", " "))
    words = _BLANK_LINES.sub("\n\n", words).strip() if lines else " ".join(words.split())
    if any(_is_hidden(sign) for sign in words):
        raise InvalidMoment("This text holds characters that nobody can see")
    if len(words) > longest:
        raise InvalidMoment("That is more text than fits")
    is_readable = any(unicodedata.category(sign)[0] in "LNPS" and sign not in _BLANK_LETTERS for sign in words)
    if not is_readable and needed:
        raise InvalidMoment("There is nothing to read in this")
    return words if is_readable else ""


def _is_hidden(sign: str) -> bool:
    hidden = unicodedata.category(sign) in {"Cc", "Cf", "Cs", "Zl", "Zp"}
    return hidden and sign != "\n" and sign not in _JOINERS
