"""Pages of lists that are ordered by a moment and an id: a cursor names the last entry of a page.

It is no secret and no permission: whoever makes one up gets another part of a list that is theirs to read.
"""

import base64
import binascii
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeVar

import msgspec

from miaohui.kit.clock import from_ms, to_ms
from miaohui.kit.errors import InvalidInput
from miaohui.kit.ids import MAX_ID

R = TypeVar("R")

Position = tuple[datetime, int]
"""Where a page ended: its last entry's moment and id."""
_LATEST_MS = 253_402_300_799_000
"""The end of the year 9999, behind which Python knows no moment."""


class InvalidCursor(InvalidInput):
    """The cursor is none that this server has given out."""

    code = "invalid_cursor"
    title = "This is not a cursor of this list"


def encode_cursor(position: Position) -> str:
    """Return a position as text for an address."""
    moment, entry_id = position
    packed = msgspec.msgpack.encode((to_ms(moment), entry_id))
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")


def decode_cursor(text: str | None) -> Position | None:
    """Return the position behind a cursor, None for the beginning. Raises InvalidCursor."""
    if text is None:
        return None
    try:
        packed = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        ms, entry_id = msgspec.msgpack.decode(packed, type=tuple[int, int])
    except (msgspec.DecodeError, binascii.Error, ValueError):
        raise InvalidCursor from None
    if not (0 <= ms <= _LATEST_MS and 0 < entry_id <= MAX_ID):
        raise InvalidCursor
    return from_ms(ms), entry_id


def cut_page(found: Sequence[R], *, limit: int, position: Callable[[R], Position]) -> tuple[list[R], str | None]:
    """Return the entries of one page and the cursor of the next, None if there is none.

    found: up to `limit` + 1 entries; the one too many only tells that there is more.
    """
    shown = list(found[:limit])
    return shown, encode_cursor(position(shown[-1])) if len(found) > limit else None
