"""What people may call themselves and say about themselves."""

import re
import unicodedata

from miaohui.kit.errors import Refusal

LONGEST_NICKNAME = 24
LONGEST_BIO = 160
_BIO_LINES = 5
# Format characters that emoji and some scripts need; all others turn text around or hide in it.
_ZERO_WIDTH_JOINERS = {"\u200c", "\u200d"}
_INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
# Letters to Unicode, blanks to the eye: Hangul fillers and the empty Braille pattern.
_BLANK_LETTERS = {"\u115f", "\u1160", "\u2800", "\u3164", "\uffa0"}
_LONGEST_PILE = 4
"""Combining marks in a row; more than any language stacks is there to break the page."""


class InvalidNickname(Refusal):
    """The nickname is empty, too long, or made of what nobody can see."""

    code = "invalid_nickname"
    status = 400
    title = "A name has 1 to 24 visible characters"


class InvalidBio(Refusal):
    """The text about oneself is too long."""

    code = "invalid_bio"
    status = 400
    title = "Keep it within 160 characters and five lines"


def clean_nickname(text: str) -> str:
    """Return the nickname as it is kept: NFC, single spaces, nothing invisible. Raises InvalidNickname."""
    nickname = _visible(" ".join(text.split()))
    if not 1 <= len(nickname) <= LONGEST_NICKNAME or not nickname.strip("\u200c\u200d "):
        raise InvalidNickname
    return nickname


def clean_bio(text: str) -> str:
    """Return the text about oneself as it is kept. Raises InvalidBio."""
    lines = [_visible(" ".join(line.split())) for line in text.strip().splitlines()]
    bio = re.sub(r"\n{3,}", "\n\n", "\n".join(lines))
    if len(bio) > LONGEST_BIO or bio.count("\n") >= _BIO_LINES:
        raise InvalidBio
    return bio


def _visible(text: str) -> str:
    kept: list[str] = []
    pile = 0
    for character in unicodedata.normalize("NFC", text):
        category = unicodedata.category(character)
        if (category in _INVISIBLE and character not in _ZERO_WIDTH_JOINERS) or character in _BLANK_LETTERS:
            continue
        pile = pile + 1 if category in {"Mn", "Me"} else 0
        if pile <= _LONGEST_PILE:
            kept.append(character)
    return "".join(kept).strip()
