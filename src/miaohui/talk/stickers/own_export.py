"""Somebody's stickers in the copy of their data."""

from collections.abc import Iterator
from datetime import datetime

import msgspec

from miaohui.kit.db import Tx
from miaohui.kit.ids import format_id
from miaohui.people.accounts.export import ExportedFile
from miaohui.talk.stickers.queries import favourites_of, stickers_made_by


class ExportedSticker(msgspec.Struct, frozen=True, kw_only=True):
    """A sticker that the person made, or (with nothing but the id) one that they keep."""

    id: str
    name: str | None = None
    made_at: datetime | None = None
    favourite: bool = False


def stickers_for_export(tx: Tx, account_id: int) -> Iterator[ExportedSticker]:
    """Yield what the person made, and what they keep."""
    kept = favourites_of(tx, account_id)
    made = stickers_made_by(tx, account_id)
    for one in made:
        yield ExportedSticker(id=format_id(one.id), name=one.name, made_at=one.made_at, favourite=one.id in kept)
    for sticker_id in kept:
        if sticker_id not in {one.id for one in made}:
            yield ExportedSticker(id=format_id(sticker_id), favourite=True)


def sticker_files_for_export(tx: Tx, account_id: int) -> Iterator[ExportedFile]:
    """Yield the pictures of the stickers that the person made."""
    for one in stickers_made_by(tx, account_id):
        yield ExportedFile(f"{one.id}.webp", f"{one.picture}.webp")
