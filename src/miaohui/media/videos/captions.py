"""What stands under a video: its text, and the hashtags in it."""

import re
import unicodedata

from miaohui.kit.errors import Refusal

MAX_CAPTION = 500
MAX_TOPICS = 10
_MAX_LINES = 20
_JOINERS = {"\u200c", "\u200d"}
_INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}

# Letters and digits of any script, up to the first other sign. Several may follow each other without a
# space, and the last may have the closing sign of `#话题#`. Chinese has no space before it either, but
# behind a Latin letter or a slash it is none: `C#`, the end of an address.
_HASHTAGS = re.compile(r"(?<![0-9A-Za-zÀ-ɏ_/&#＃])(?:[#＃][\w\u200c\u200d]{1,32}(?!\w))+")
_SIGN = re.compile(r"[#＃]")


class InvalidCaption(Refusal):
    """The caption is too long. Data: max_characters, max_lines."""

    code = "invalid_caption"
    status = 400
    title = "A caption has at most 500 characters in 20 lines"


def clean_caption(text: str) -> str:
    """Return the caption as it is kept: NFC, trimmed, nothing invisible. Raises InvalidCaption."""
    lines = [" ".join(_visible(line).split()) for line in text.strip().splitlines()]
    caption = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
    if len(caption) > MAX_CAPTION or len(lines) > _MAX_LINES:
        raise InvalidCaption(max_characters=MAX_CAPTION, max_lines=_MAX_LINES)
    return caption


def find_topics(caption: str) -> tuple[str, ...]:
    """Return the distinct hashtags of a caption in their order, as written and without the sign.

    Two that differ only in case or width are one, and a number alone is none.
    """
    found: dict[str, str] = {}
    for written in (each for run in _HASHTAGS.findall(caption) for each in _SIGN.split(run)):
        if any(character.isalpha() for character in written):
            found.setdefault(fold_topic(written), written)
    return tuple(found.values())[:MAX_TOPICS]


def fold_topic(topic: str) -> str:
    """Return the form under which a hashtag is found: `Ｎｉｇｈｔ` and `night` are the same."""
    return unicodedata.normalize("NFKC", topic).casefold()


def _visible(text: str) -> str:
    kept = (
        character
        for character in unicodedata.normalize("NFC", text)
        if character == "\t" or character in _JOINERS or unicodedata.category(character) not in _INVISIBLE
    )
    return "".join(kept)
