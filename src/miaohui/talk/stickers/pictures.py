"""A photo becomes a sticker: 240 px at most, and nothing of the file but its pixels."""

import secrets

from PIL import Image

from miaohui.kit.blobs import Blobs
from miaohui.kit.pictures import encode_picture, read_picture

EDGE_PX = 240


def store_sticker(blobs: Blobs, *, maker_id: int, photo: bytes) -> str:
    """Store a photo as a sticker's picture and return its key. Blocks for some 0.1 s. Raises UnreadablePicture."""
    upright = read_picture(photo, largest_px=EDGE_PX)
    upright.thumbnail((EDGE_PX, EDGE_PX), Image.Resampling.LANCZOS)
    key = f"{folder_of(maker_id)}/{secrets.token_hex(12)}"
    blobs.put(f"{key}.webp", encode_picture(upright), "image/webp")
    return key


def folder_of(maker_id: int) -> str:
    """Return where somebody's stickers lie in kit.blobs."""
    return f"stickers/{maker_id}"
