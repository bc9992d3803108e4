"""Publish a file that lies on this machine, as the demo town does."""

from datetime import datetime
from pathlib import Path

from miaohui.kit.blobs import Blobs
from miaohui.kit.db import Database, Tx
from miaohui.media.uploads.actions.bring_file import bring_file
from miaohui.media.uploads.files import UploadFiles
from miaohui.media.videos.actions.publish_video import Wish, insert_video
from miaohui.media.videos.queries import video_of_local_key
from miaohui.settings import Settings


def publish_local_file(
    *,
    db: Database,
    blobs: Blobs,
    settings: Settings,
    path: Path,
    author_id: int,
    wish: Wish,
    local_key: str,
    published_at: datetime | None = None,
) -> int:
    """Publish a copy of the file at `path` for a person and return the video's id; blocks while it copies.

    Takes the same way as an upload from there on: probe, first copy, ladder in the background of
    others' work. local_key: whatever names the file for the caller; a second call with the same key
    returns the first video. published_at: the date that the video will bear.
    Raises InvalidCaption.
    """
    found = db.read_sync(video_of_local_key, local_key)
    if found is not None:
        return found.id
    files = UploadFiles(settings=settings, blobs=blobs)
    upload_id = files.bring(path)

    def publish(tx: Tx) -> int:
        bring_file(tx, upload_id=upload_id, owner_id=author_id, size_bytes=path.stat().st_size, filename=path.name)
        return insert_video(
            tx,
            author_id=author_id,
            upload_id=upload_id,
            wish=wish,
            local_key=local_key,
            published_at=published_at,
            in_background=True,
        )

    return db.write_sync(publish)
