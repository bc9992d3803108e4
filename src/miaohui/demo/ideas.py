"""What a clip of the demo town is, before it is drawn."""

from typing import Literal

import msgspec


class Idea(msgspec.Struct, frozen=True, kw_only=True):
    """One clip to be drawn, with its words in both languages.

    key: stable name; the seed of its picture and music comes from it.
    topic: key of a topic in topics.py. author: handle of one of the townspeople.
    lead: the language that the caption and the title begin with.
    heroes: OpenMoji codes; the first is what the clip is about.
    act: which of the world's compositions is played.
    palette: which of the world's palettes.
    verses: how many cycles of the music the clip lasts; the titles take turns.
    """

    key: str
    topic: str
    author: str
    lead: Literal["zh", "en"]
    title_zh: str
    title_en: str
    caption_zh: str
    caption_en: str
    heroes: tuple[str, ...]
    tags: tuple[str, ...] = ()
    act: int = 0
    palette: int = 0
    verses: int = 3

    @property
    def title(self) -> str:
        return self.title_zh if self.lead == "zh" else self.title_en

    @property
    def other_title(self) -> str:
        return self.title_en if self.lead == "zh" else self.title_zh
