"""Videos that stand on the shelf without files, for stories in which nobody presses play."""

from datetime import datetime

import sqlalchemy as sa

from miaohui.kit.db import Database, Tx
from miaohui.kit.ids import new_id
from miaohui.media.videos.states import VideoState
from miaohui.media.videos.tables import video


def shelve_video(
    db: Database, *, author_id: int, state: VideoState = "published", published_at: datetime | None = None
) -> int:
    """Put a video row into the database and return its id."""

    def insert(tx: Tx) -> int:
        video_id = new_id()
        tx.execute(
            sa.insert(video).values(
                id=video_id,
                author_id=author_id,
                request_digest="0" * 64,
                state=state,
                ladder="ready",
                progress_percent=100,
                caption="糖画 #街头美食",
                topics=["街头美食"],
                duration_ms=12_000,
                width=1080,
                height=1920,
                has_audio=True,
                mp4=f"videos/{video_id}/first.mp4",
                poster=f"videos/{video_id}/poster.webp",
                thumbnail=f"videos/{video_id}/thumbnail.webp",
                created_at=tx.now,
                published_at=published_at or tx.now,
                removed_at=tx.now if state == "removed" else None,
            )
        )
        return video_id

    return db.write_sync(insert)
