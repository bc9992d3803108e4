"""Draw a clip and publish it as its author's video."""

import tempfile
from pathlib import Path

import sqlalchemy as sa

from miaohui.demo.draw_portrait import draw_portrait
from miaohui.demo.drawing.film import film_clip
from miaohui.demo.ideas import Idea
from miaohui.demo.programme import air_times, caption_of, plan_programme, rhythm_of
from miaohui.demo.queries import Town, resident_ids
from miaohui.demo.tables import demo_clip
from miaohui.demo.topics import TOPICS
from miaohui.kit.blobs import Blobs
from miaohui.kit.db import Database, Tx, insert_if_absent
from miaohui.media.videos.actions.publish_local_file import publish_local_file
from miaohui.media.videos.actions.publish_video import Wish
from miaohui.media.videos.queries import video_of_local_key
from miaohui.settings import Settings


def make_clip(*, db: Database, blobs: Blobs, settings: Settings, town: Town, idea: Idea) -> int | None:
    """Film the idea and hand the file to the videos domain; return the video's id. Blocks for about 2 s.

    Its author gets a portrait on the way. A clip that was made before is not made again; two processes
    must not make the same one at once. None when its author has left the town.
    """
    key = f"demo:{idea.key}"
    made = db.read_sync(video_of_local_key, key)
    if made is not None:
        return made.id
    author_id = db.read_sync(resident_ids).get(idea.author)
    if author_id is None:
        return None
    # A clip whose author has no face yet looks unfinished.
    draw_portrait(db=db, blobs=blobs, handle=idea.author)
    topic = TOPICS[idea.topic]
    place = settings.data_dir / "work"
    place.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="demo-", dir=place) as folder:
        film = film_clip(
            idea,
            set_scene=topic.world,
            style=topic.style,
            rhythm=rhythm_of(idea),
            path=Path(folder) / f"{idea.key.replace('/', '-')}.mp4",
        )
        aired_at = air_times(plan_programme(seed=town.seed), planted_at=town.planted_at, seed=town.seed)[idea.key]
        return publish_local_file(
            db=db,
            blobs=blobs,
            settings=settings,
            path=film.path,
            author_id=author_id,
            wish=Wish(caption=caption_of(idea), cover_ms=film.cover_ms),
            local_key=key,
            published_at=aired_at,
        )


def note_clip(tx: Tx, *, key: str, video_id: int | None) -> None:
    """Remember which video a clip has become, None for one that will never be; twice is once."""
    closed_at = tx.now if video_id is None else None
    insert_if_absent(tx, demo_clip, {"key": key, "video_id": video_id, "made_at": tx.now, "watched_at": closed_at})


def close_clip(tx: Tx, *, key: str) -> None:
    """Count a clip as done that nobody will see: taken down, or unfit on this machine."""
    tx.execute(sa.update(demo_clip).where(demo_clip.c.key == key).values(watched_at=tx.now))
