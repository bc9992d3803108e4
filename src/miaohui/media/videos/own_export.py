"""A person's videos in the copy of their data."""

from collections.abc import Iterator
from datetime import datetime

import msgspec

from miaohui.kit.db import Tx
from miaohui.kit.ids import format_id
from miaohui.media.videos.queries import OwnVideo, own_videos, video_cards
from miaohui.people.accounts.export import ExportedFile

_BATCH = 200


class ExportedVideo(msgspec.Struct, frozen=True, kw_only=True):
    """One video as its owner knows it; `file` names it in the archive."""

    id: str
    state: str
    caption: str
    topics: tuple[str, ...]
    duration_ms: int | None
    created_at: datetime
    published_at: datetime | None
    file: str | None


def videos_for_export(tx: Tx, account_id: int) -> Iterator[ExportedVideo]:
    """Yield all that a person has brought and not taken down, newest first."""
    for own in _all(tx, account_id):
        yield ExportedVideo(
            id=format_id(own.id),
            state=own.state,
            caption=own.caption,
            topics=own.topics,
            duration_ms=own.duration_ms,
            created_at=own.created_at,
            published_at=own.published_at,
            file=f"{own.id}.mp4" if own.state == "published" else None,
        )


def video_files_for_export(tx: Tx, account_id: int) -> Iterator[ExportedFile]:
    """Yield the plain file of each published video."""
    for own in _all(tx, account_id):
        card = video_cards(tx, [own.id]).get(own.id)
        if card is not None:
            yield ExportedFile(f"{own.id}.mp4", card.playback.mp4.removeprefix("/media/"))


def _all(tx: Tx, account_id: int) -> Iterator[OwnVideo]:
    after = None
    while batch := own_videos(tx, author_id=account_id, after=after, limit=_BATCH):
        yield from batch
        after = (batch[-1].created_at, batch[-1].id)
