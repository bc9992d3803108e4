"""This server's log as files that `miaohui bench interest` reads: what people liked, and the tags that somebody set.

likes.txt   `person item item …`, a line for each person, in order of time; people are numbered anew
tags.txt    `item tag tag …`: the hashtags of clips, and of goods the topic of their category
"""

from pathlib import Path

from miaohui.discovery.feed.fitting import tell_log
from miaohui.kit.db import Database

LIKES, TAGS = "likes.txt", "tags.txt"
LEAST_LIKED = 3
"""Of a person: one to ask for, one to choose by, and a past."""


def write_own_data(db: Database, folder: Path) -> int:
    """Write both files into the folder; return how many people are in them. Telling the log takes 0.2 ms an act."""
    lesson, folded = tell_log(db)
    catalogue = folded.engine.catalogue
    pasts = [
        [str(catalogue.ids[slot]) for slot in past if catalogue.alive[slot]] for _, past in sorted(lesson.pasts.items())
    ]
    told = [past for past in pasts if len(past) >= LEAST_LIKED]
    lines = [f"{number} {' '.join(past)}\n" for number, past in enumerate(told, start=1)]
    (folder / LIKES).write_text("".join(lines), "utf-8")
    tagged = [*folded.catalogue.items.values(), *folded.catalogue.goods.values()]
    # A tag is one word in the file, and some hashtags hold a space that is no plain one.
    tags = [f"{each.item_id} {' '.join('_'.join(topic.split()) for topic in each.topics)}\n" for each in tagged]
    (folder / TAGS).write_text("".join(tags), "utf-8")
    return len(told)
