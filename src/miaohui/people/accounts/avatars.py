"""Pictures of people: a stranger's file becomes three small squares with nothing else in them."""

import secrets

from PIL import ImageOps

from miaohui.kit.blobs import Blobs
from miaohui.kit.pictures import MOST_PICTURE_BYTES, UnreadablePicture, encode_picture, read_picture

__all__ = ["MOST_PICTURE_BYTES", "SIZES_PX", "UnreadablePicture", "draw_squares", "remove_avatar", "store_avatar"]

SIZES_PX = (96, 256, 512)


def store_avatar(blobs: Blobs, *, account_id: int, picture: bytes) -> str:
    """Store the squares of a picture and return the name for `set_avatar` or `create_account`.

    Blocks for about 0.1 s. The file's metadata (place, camera, date) is left behind, because only pixels
    are copied. Raises UnreadablePicture.
    """
    squares = draw_squares(picture)
    avatar = f"avatars/{account_id}/{secrets.token_hex(8)}"
    for size_px, content in squares.items():
        blobs.put(f"{avatar}-{size_px}.webp", content, "image/webp")
    return avatar


def remove_avatar(blobs: Blobs, avatar: str) -> None:
    """Remove the squares of a picture that is shown no more."""
    for size_px in SIZES_PX:
        blobs.delete(f"{avatar}-{size_px}.webp")


def draw_squares(picture: bytes) -> dict[int, bytes]:
    """Return WebP files by their edge in pixels. Raises UnreadablePicture."""
    upright = read_picture(picture, largest_px=SIZES_PX[-1])
    return {size_px: encode_picture(ImageOps.fit(upright, (size_px, size_px))) for size_px in SIZES_PX}
