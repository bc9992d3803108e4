"""Captions and titles as tokens: what the interest engine reads of a clip before anybody has watched it, and of goods.

Chinese is cut into words by the jieba dictionary, everything else at the borders of words; case and width
are folded. A hashtag counts twice, as itself (`#美食`, which no plain word can equal) and as the words in it.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import rjieba

from miaohui.media.videos.captions import fold_topic

MAX_TOKENS = 24
"""The engine keeps so many of a clip (weights.Memory.tokens_per_item); hashtags come first."""
MAX_TAGS = 10
MAX_TOKEN_CHARS = 32
_MAX_CAPTION_CHARS = 4000

_MENTION_OR_LINK = re.compile(r"@[\w.]+|\w+://\S+|www\.\S+")
# Before cutting, so that "don't" and "rock'n'roll" stay one word and a possessive is no word.
_POSSESSIVE = re.compile(r"['’]s\b")
_APOSTROPHE = re.compile(r"(?<=\w)['’](?=\w)")
_CJK = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")

STOPWORDS = frozenset(Path(__file__).with_name("stopwords.txt").read_text("utf-8").split())
"""Words that stand in every caption and say nothing of its subject."""


def caption_tokens(caption: str, topics: Iterable[str] = ()) -> list[str]:
    """Return the distinct tokens of a clip, most telling first, at most MAX_TOKENS.

    topics: the caption's hashtags without the sign, from media.videos.captions.find_topics.
    """
    tags = list(dict.fromkeys(fold_topic(topic)[:MAX_TOKEN_CHARS] for topic in topics))[:MAX_TAGS]
    text = _MENTION_OR_LINK.sub(" ", _folded(caption))
    words = [word for source in (*tags, text) for word in _words(source)]
    return list(dict.fromkeys([*(f"#{tag}" for tag in tags), *words]))[:MAX_TOKENS]


def goods_tokens(title: str, *, category_names: Sequence[str], attributes: Iterable[str]) -> list[str]:
    """Return the distinct tokens of goods, most telling first, at most MAX_TOKENS.

    category_names: of the category, the one that stands for its topic first; attributes: their values. The topic
    becomes a hashtag, since clips say #茶叶 as well. Its single characters are tokens too: a title says 茶叶 where a
    caption says 茶, and each is a word to the dictionary.
    """
    tag = fold_topic(category_names[0])[:MAX_TOKEN_CHARS] if category_names else ""
    texts = [*category_names, title, *attributes]
    words = [word for text in texts for word in _words(_folded(text))]
    letters = [letter for letter in tag if _CJK.match(letter) and letter not in STOPWORDS]
    return list(dict.fromkeys([f"#{tag}", *words[: MAX_TOKENS - 1 - len(letters)], *letters]))[:MAX_TOKENS]


def _folded(text: str) -> str:
    # Lone surrogates have no UTF-8 form, and the dictionary's cutter is not made for them.
    whole = text[:_MAX_CAPTION_CHARS].encode("utf-8", "ignore").decode()
    return unicodedata.normalize("NFKC", whole).casefold()


def _words(text: str) -> Iterator[str]:
    for piece in rjieba.cut(_APOSTROPHE.sub("", _POSSESSIVE.sub("", text))):
        word = piece.strip("-_'’.")
        if len(word) <= MAX_TOKEN_CHARS and word not in STOPWORDS and _says_something(word):
            yield word


def _says_something(word: str) -> bool:
    """Return whether this is a word: a Chinese one of any length, or two letters, at least one not a digit."""
    if _CJK.search(word):
        return True
    return len(word) >= 2 and word.isprintable() and any(letter.isalpha() for letter in word)
