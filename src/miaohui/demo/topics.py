"""What the town talks about: each topic with its drawn world, its music and its rhythm."""

import msgspec

from miaohui.demo.drawing.film import Rhythm
from miaohui.demo.drawing.worlds import (
    cats,
    cycling,
    dance,
    football,
    garden,
    hiking,
    lanterns,
    retro,
    stars,
    street_food,
    tea,
)
from miaohui.demo.drawing.worlds.world import SetScene
from miaohui.demo.music.composing import Style
from miaohui.demo.music.styles import STYLES


class Topic(msgspec.Struct, frozen=True, kw_only=True):
    """One subject of the town.

    tags: hashtags that every clip of the topic carries, Chinese and English.
    rhythms: cycles that its clips choose from; the music's tempo follows from them.
    """

    key: str
    name_zh: str
    name_en: str
    tags: tuple[str, ...]
    world: SetScene
    rhythms: tuple[Rhythm, ...]

    @property
    def style(self) -> Style:
        return STYLES[self.key]


def _beats(beats: int, *frames: int) -> tuple[Rhythm, ...]:
    return tuple(Rhythm(count, beats) for count in frames)


TOPICS: dict[str, Topic] = {
    topic.key: topic
    for topic in (
        Topic(
            key="street-food",
            name_zh="夜市小吃",
            name_en="Street food",
            tags=("夜市", "小吃", "streetfood"),
            world=street_food.set_scene,
            rhythms=_beats(8, 84, 96),
        ),
        Topic(
            key="tea",
            name_zh="茶与瓷",
            name_en="Tea & porcelain",
            tags=("茶", "手艺", "tea"),
            world=tea.set_scene,
            rhythms=_beats(4, 84, 90),
        ),
        Topic(
            key="cats",
            name_zh="猫",
            name_en="Cats",
            tags=("猫", "吸猫", "cats"),
            world=cats.set_scene,
            rhythms=_beats(8, 72, 84),
        ),
        Topic(
            key="lanterns",
            name_zh="花灯",
            name_en="Lantern crafts",
            tags=("花灯", "非遗", "lanterns"),
            world=lanterns.set_scene,
            rhythms=_beats(4, 84, 90),
        ),
        Topic(
            key="hiking",
            name_zh="爬山",
            name_en="Hiking",
            tags=("爬山", "户外", "hiking"),
            world=hiking.set_scene,
            rhythms=_beats(8, 84, 90),
        ),
        Topic(
            key="stars",
            name_zh="星空",
            name_en="The night sky",
            tags=("星空", "科普", "astronomy"),
            world=stars.set_scene,
            rhythms=_beats(4, 84, 90),
        ),
        Topic(
            key="dance",
            name_zh="跳舞",
            name_en="Dance",
            tags=("跳舞", "dance"),
            world=dance.set_scene,
            rhythms=_beats(8, 84, 90),
        ),
        Topic(
            key="garden",
            name_zh="阳台花园",
            name_en="Balcony gardens",
            tags=("阳台花园", "种菜", "gardening"),
            world=garden.set_scene,
            rhythms=_beats(8, 84, 96),
        ),
        Topic(
            key="football",
            name_zh="足球",
            name_en="Football",
            tags=("足球", "football"),
            world=football.set_scene,
            rhythms=_beats(8, 84, 90),
        ),
        Topic(
            key="cycling",
            name_zh="城市骑行",
            name_en="City cycling",
            tags=("骑行", "城市", "cycling"),
            world=cycling.set_scene,
            rhythms=_beats(8, 84, 96),
        ),
        Topic(
            key="retro",
            name_zh="老电脑",
            name_en="Retro computers",
            tags=("老电脑", "怀旧", "retrocomputing"),
            world=retro.set_scene,
            rhythms=_beats(8, 72, 84),
        ),
    )
}
