"""Where a feed goes on: what its cursors hold. They are signed, so that positions cannot be made up."""

import base64
import binascii
from typing import TypeVar

import msgspec

from miaohui.kit.paging import InvalidCursor
from miaohui.kit.signing import Signer

_PURPOSE = "feed.cursor"


class ForYouCursor(msgspec.Struct, frozen=True, array_like=True, tag="f"):
    """served: items of the session's last pages, oldest first."""

    served: tuple[int, ...] = ()


class FollowingCursor(msgspec.Struct, frozen=True, array_like=True, tag="g"):
    """The last item of the page before."""

    published_at_ms: int
    item_id: int


class MallCursor(msgspec.Struct, frozen=True, array_like=True, tag="m"):
    """served: goods of the session's last pages, oldest first."""

    served: tuple[int, ...] = ()


C = TypeVar("C", ForYouCursor, FollowingCursor, MallCursor)


def write_cursor(cursor: ForYouCursor | FollowingCursor | MallCursor, signer: Signer) -> str:
    """Return the cursor as text for an address."""
    return signer.sign(_PURPOSE, base64.urlsafe_b64encode(msgspec.msgpack.encode(cursor)).decode().rstrip("="))


def read_cursor(text: str, kind: type[C], signer: Signer) -> C:
    """Return what `write_cursor` was given. Raises InvalidCursor for whatever else, another feed's cursor included."""
    body = signer.verify(_PURPOSE, text)
    try:
        if body is not None:
            return msgspec.msgpack.decode(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)), type=kind)
    except (msgspec.DecodeError, binascii.Error):
        # Ours, but of another feed or release.
        pass
    raise InvalidCursor
