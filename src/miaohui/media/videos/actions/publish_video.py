"""Publish a file that has arrived."""

import hashlib
from datetime import datetime

import msgspec
import sqlalchemy as sa

from miaohui.kit.db import Tx
from miaohui.kit.errors import Refusal
from miaohui.kit.ids import new_id
from miaohui.kit.jobs import stage_job
from miaohui.media.uploads.actions.claim_upload import UploadAlreadyUsed, claim_upload
from miaohui.media.videos.captions import clean_caption, find_topics
from miaohui.media.videos.queries import video_of_upload
from miaohui.media.videos.tables import video

BACKGROUND_PRIORITY = 200


class PublishedOtherwise(Refusal):
    """The upload has been published before, with another caption, cut or cover. Data: video_id."""

    code = "published_otherwise"
    status = 409
    title = "This file has been published before, with other words or another cut"


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """What a person wants a file to become; times in milliseconds of the file itself."""

    caption: str = ""
    start_ms: int | None = None
    end_ms: int | None = None
    cover_ms: int | None = None


def publish_video(tx: Tx, *, author_id: int, upload_id: int, wish: Wish) -> int:
    """Make a video of a complete upload and return its id; it is worked on as soon as `tx` has committed.

    The same upload with the same wish gives the same video, however often it is asked for.
    Raises InvalidCaption, PublishedOtherwise, and what claim_upload raises: NotFound, UploadGone,
    UploadIncomplete, UploadAlreadyUsed by another domain.
    """
    before = _published_before(tx, author_id, upload_id, wish)
    if before is not None:
        return before
    try:
        claim_upload(tx, upload_id=upload_id, owner_id=author_id, reason="published as a video")
    except UploadAlreadyUsed:
        # Another request claimed it since we looked, and has committed.
        before = _published_before(tx, author_id, upload_id, wish)
        if before is None:
            raise
        return before
    return insert_video(tx, author_id=author_id, upload_id=upload_id, wish=wish)


def insert_video(
    tx: Tx,
    *,
    author_id: int,
    upload_id: int,
    wish: Wish,
    local_key: str | None = None,
    published_at: datetime | None = None,
    in_background: bool = False,
) -> int:
    """Insert a video whose upload is claimed already, and stage the work on it.

    published_at: the date that it will bear; the moment of its publication unless given.
    in_background: its ladder waits until nobody else's does.
    """
    video_id = new_id()
    caption = clean_caption(wish.caption)
    row = {
        "id": video_id,
        "author_id": author_id,
        "upload_id": upload_id,
        "local_key": local_key,
        "request_digest": _digest(wish),
        "state": "processing",
        "ladder": "waiting",
        "progress_percent": 0,
        "caption": caption,
        "topics": find_topics(caption),
        "asked_start_ms": wish.start_ms,
        "asked_end_ms": wish.end_ms,
        "asked_cover_ms": wish.cover_ms,
        "created_at": published_at or tx.now,
        "published_at": published_at,
    }
    tx.execute(sa.insert(video).values(row))
    stage_job(
        tx,
        "videos.prepare",
        unique_key=f"videos.prepare:{video_id}",
        video_id=video_id,
        in_background=in_background,
    )
    return video_id


def _published_before(tx: Tx, author_id: int, upload_id: int, wish: Wish) -> int | None:
    found = video_of_upload(tx, upload_id)
    if found is None or found.author_id != author_id:
        return None
    if found.request_digest != _digest(wish):
        raise PublishedOtherwise(video_id=str(found.id))
    return found.id


def _digest(wish: Wish) -> str:
    return hashlib.sha256(msgspec.json.encode(wish)).hexdigest()
