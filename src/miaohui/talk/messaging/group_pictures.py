"""Pictures of groups: squares like those of people, but for the members alone."""

import secrets

from miaohui.kit.blobs import Blobs
from miaohui.people.accounts.avatars import draw_squares
from miaohui.talk.messaging.queries import Conversation

_SHOWN_PX = 256


def store_group_picture(blobs: Blobs, *, conversation_id: int, picture: bytes) -> str:
    """Store a group's picture and return its key for `set_group_picture`. Blocks for some 0.1 s.

    Raises UnreadablePicture.
    """
    square = draw_squares(picture)[_SHOWN_PX]
    key = f"private/messages/groups/{conversation_id}/{secrets.token_hex(8)}"
    blobs.put(picture_file(key), square, "image/webp")
    return key


def picture_file(key: str) -> str:
    """Return the file in kit.blobs of a group's picture."""
    return f"{key}/{_SHOWN_PX}.webp"


def picture_url(place: Conversation) -> str | None:
    """Return where members fetch a group's picture: another address for each one, so that it can be kept."""
    if place.picture is None:
        return None
    return f"/api/v1/conversations/{place.id}/picture?v={place.picture.rpartition('/')[2]}"
