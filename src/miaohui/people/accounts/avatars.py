"""Pictures of people: a stranger's file becomes three small squares with nothing else in them."""

import logging
import secrets
from io import BytesIO

from PIL import Image, ImageCms, ImageOps

from miaohui.kit.blobs import Blobs
from miaohui.kit.errors import Refusal

log = logging.getLogger(__name__)

SIZES_PX = (96, 256, 512)
MOST_PICTURE_BYTES = 8 * 1024**2
_FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
_MOST_PIXELS = 50_000_000
"""About what a phone takes; a file of a few kilobytes can claim a thousand times as many."""
_FEWEST_PX = 32
_PAPER = (251, 247, 240)
"""What shines through a transparent picture: `--paper` by day."""
_QUALITY = 82
_OPAQUE = "RGB"


class UnreadablePicture(Refusal):
    """The file is no picture of a kind that we read, or too small, or too large."""

    code = "unreadable_picture"
    status = 400
    title = "We cannot read this picture. JPEG, PNG, WebP and GIF work, up to 8 MB"


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
    if len(picture) > MOST_PICTURE_BYTES:
        raise UnreadablePicture
    try:
        upright = _read(picture)
    except UnreadablePicture:
        raise
    except Exception as fault:
        # Decoders stumble over a stranger's bytes in more ways than any of them names.
        log.info("a picture was refused: %s: %s", type(fault).__name__, fault)
        raise UnreadablePicture from fault
    return {size_px: _encode(ImageOps.fit(upright, (size_px, size_px))) for size_px in SIZES_PX}


def _read(picture: bytes) -> Image.Image:
    with Image.open(BytesIO(picture), formats=_FORMATS) as source:
        width, height = source.size
        if width * height > _MOST_PIXELS or min(width, height) < _FEWEST_PX:
            raise UnreadablePicture
        # A JPEG is decoded at the smallest scale that is large enough; a no-op for the rest.
        source.draft(_OPAQUE, (2 * SIZES_PX[-1], 2 * SIZES_PX[-1]))
        upright = ImageOps.exif_transpose(source)
        return _in_srgb(_on_paper(upright), upright.info.get("icc_profile"))


def _on_paper(image: Image.Image) -> Image.Image:
    if image.mode == _OPAQUE:
        return image
    layered = image.convert("RGBA")
    ground = Image.new(_OPAQUE, layered.size, _PAPER)
    ground.paste(layered, mask=layered.getchannel("A"))
    return ground


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """Phones photograph in wider spaces; without the profile, which does not travel along, reds would be dull."""
    if not profile:
        return image
    try:
        converted = ImageCms.profileToProfile(image, BytesIO(profile), ImageCms.createProfile("sRGB"))
    except ImageCms.PyCMSError:
        return image
    return converted or image


def _encode(square: Image.Image) -> bytes:
    pixels = Image.new(_OPAQUE, square.size)
    pixels.paste(square)
    file = BytesIO()
    pixels.save(file, "WEBP", quality=_QUALITY, method=4)
    return file.getvalue()
