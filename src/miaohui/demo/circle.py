"""A circle of friends in the town: what they show each other, what they say to it, and what they write."""

from datetime import timedelta

import msgspec

from miaohui.demo.market.stalls import Ware
from miaohui.talk.moments.moods import Mood

CIRCLE = ("mei", "omar", "lena", "ajie", "anan", "yuki", "hana", "suli", "jonas")
"""Grown-ups who all follow each other; the three whom visitors enter as are among them."""


class Snapshot(msgspec.Struct, frozen=True):
    """A photo to be drawn. code: of its artwork. ground: colour behind it."""

    code: str
    ground: str

    def ware(self) -> Ware:
        """Return what the painter of the market's goods can draw."""
        key = f"moment/{self.code}"
        return Ware(key=key, code=self.code, title_zh="", title_en="", price_minor=0, category="", option="", values=())


class Showing(msgspec.Struct, frozen=True):
    """A moment. ago: before the planting. said: who says what to it, in this order; the author's words answer."""

    key: str
    author: str
    ago: timedelta
    body: str
    photos: tuple[Snapshot, ...] = ()
    mood: Mood | None = None
    liked_by: tuple[str, ...] = ()
    said: tuple[tuple[str, str], ...] = ()


SHOWINGS = (
    Showing(
        "first-lanterns", "hana", timedelta(days=4, hours=3),
        "Hung the first lantern of the season. Forty to go.",
        (Snapshot("1F3EE", "#c98a78"),), "excited", ("omar", "suli", "mei"),
        (("suli", "第一盏总是最亮的。"), ("hana", "And the crookedest.")),
    ),
    Showing(
        "kiln-opened", "omar", timedelta(days=3, hours=6),
        "Opened the kiln this morning. Three cracked, the rest were worth the wait.",
        (Snapshot("1FAD6", "#d9c3a3"), Snapshot("1F375", "#b9cfa0"), Snapshot("1F3FA", "#d9c3a3")),
        "happy", ("anan", "hana", "lena", "mei"),
        (("anan", "那把青灰的壶给我留着！"), ("omar", "It has your name on it already."), ("lena", "The ash glaze is lovely.")),
    ),
    Showing(
        "long-ride", "jonas", timedelta(days=2, hours=9),
        "112 km, two punctures, one very good noodle soup.",
        (Snapshot("1F6B2", "#8fb7cf"), Snapshot("1F35C", "#e6a06a")),
        "training", ("lena", "ajie"),
        (("ajie", "面在哪家吃的？"), ("jonas", "By the second bridge, blue door.")),
    ),
    Showing(
        "rain", "suli", timedelta(days=1, hours=20), "下雨天，适合泡一壶老茶，什么也不做。",
        (), "rain", ("anan", "mei", "omar"), (("anan", "同款下午。"),),
    ),
    Showing(
        "harvest", "lena", timedelta(days=1, hours=8),
        "The last tomatoes and the first pumpkin. Come and take some.",
        (Snapshot("1F345", "#a9c98b"), Snapshot("1F383", "#e6a06a")),
        "calm", ("mei", "hana", "jonas"), (("mei", "周末来拿，给你带包子。"),),
    ),
    Showing(
        "cat-on-till", "yuki", timedelta(hours=22),
        "The cat has taken over the till again. Cash only, and only in tins.",
        (Snapshot("1F431", "#e3b7c0"),), "happy", ("mei", "hana", "suli", "ajie", "lena"),
        (("mei", "它比你会做生意"), ("yuki", "It certainly keeps the money.")),
    ),
    Showing(
        "night-market", "ajie", timedelta(hours=12),
        "今晚的摊子支好了，辣椒管够。",
        (Snapshot("1F362", "#e6a06a"), Snapshot("1F336", "#c98a78"), Snapshot("1F95F", "#d9c3a3")),
        "eating", ("mei", "omar", "jonas"), (("mei", "给我留二十串"), ("ajie", "早给你串好了")),
    ),
    Showing(
        "morning-tea", "anan", timedelta(hours=4), "早茶第一泡，兰花香。",
        (Snapshot("1F375", "#b9cfa0"),), "coffee", ("suli", "omar"), (("omar", "On my way."),),
    ),
    Showing(
        "buns", "mei", timedelta(hours=2), "跟着包子李学了一早上，褶子终于数得清了。",
        (Snapshot("1F961", "#e6a06a"), Snapshot("1F95F", "#d9c3a3")),
        "happy", ("ajie", "lena", "yuki", "hana"), (("lena", "Save one for me!"), ("ajie", "出师了")),
    ),
)  # fmt: skip

MOODS: tuple[tuple[str, Mood, str], ...] = (
    ("ajie", "busy", "今晚出摊"),
    ("anan", "coffee", "新茶到了"),
    ("yuki", "playing", "with six cats"),
    ("hana", "excited", "lantern night"),
    ("jonas", "training", "hill repeats"),
    ("suli", "rain", ""),
)
"""Who feels how, for a week from the planting on."""

LANTERN, DUMPLING, TEA, GRINNING_CAT = 1000, 3000, 3006, 4002
"""Numbers of stickers, which stay."""

Line = tuple[str, str | int | None]
"""Who writes what: words, a sticker by its number, or None for the card of a clip."""

BETWEEN_TWO: tuple[tuple[Line, ...], ...] = (
    (
        ("omar", "Mei, are you coming to the lantern night on Saturday?"),
        ("mei", "来！我带包子。"),
        ("mei", DUMPLING),
        ("omar", "Then I bring the tea."),
        ("omar", TEA),
    ),
    (
        ("lena", "Do you still need pumpkins for the soup?"),
        ("mei", "要两个，小的就行。"),
        ("lena", "I'll leave them at your stall tomorrow."),
    ),
    (("anan", "今年的凤凰单丛到了，给你留了一包。"), ("omar", "Perfect. I trade it for the grey teapot.")),
)
GROUP_TITLE = "灯会小队 Lantern night"
GROUP = ("hana", "mei", "omar", "lena", "suli", "yuki")
"""The first of them begins it."""
IN_GROUP: tuple[Line, ...] = (
    ("hana", "Saturday, seven o'clock, at the canal. Who brings what?"),
    ("hana", LANTERN),
    ("suli", "我带两盏旧灯，竹骨的。"),
    ("mei", "包子三笼。"),
    ("yuki", GRINNING_CAT),
    ("omar", "Tea for everybody. Look at this for the mood:"),
    ("omar", None),
    ("lena", "Beautiful. I come by bike, so no ladder from me."),
)
