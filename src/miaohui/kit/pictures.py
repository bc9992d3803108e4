"""Pictures from strangers: a file becomes WebP in our sizes, with nothing else of it left."""

import logging
import secrets
from io import BytesIO

import msgspec
from PIL import Image, ImageCms, ImageOps

from miaohui.kit.blobs import Blobs
from miaohui.kit.errors import Refusal

log = logging.getLogger(__name__)

WIDTHS_PX = (240, 720, 1440)
"""A card in a list, a phone's width, a large screen; the names of the files end so."""
MOST_PICTURE_BYTES = 8 * 1024**2
_FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
_MOST_PIXELS = 50_000_000
"""About what a phone takes; a file of a few kilobytes can claim a thousand times as many."""
_FEWEST_PX = 32
_TALLEST = 3
"""Times its width: a longer strip is cut into several pictures by whoever uploads it."""
_PAPER = (251, 247, 240)
"""What shines through a transparent picture: `--paper` by day."""
_QUALITY = 82
_OPAQUE = "RGB"


class UnreadablePicture(Refusal):
    """The file is no picture of a kind that we read, or too small, or too large."""

    code = "unreadable_picture"
    status = 400
    title = "We cannot read this picture. JPEG, PNG, WebP and GIF work, up to 8 MB"


class StoredPicture(msgspec.Struct, frozen=True, kw_only=True):
    """A picture as `{key}-{240|720|1440}.webp`; width and height in pixels are those of the largest."""

    key: str
    width: int
    height: int


def store_picture(blobs: Blobs, *, folder: str, picture: bytes, name: str | None = None) -> StoredPicture:
    """Store a picture in all widths under a new key in `folder`, such as `goods/7` or `private/shops/7`.

    name: for who stores the same picture again when a job is repeated; drawn by chance unless given.
    Blocks for some 0.3 s. What is narrower than a width is stored as it is. The file's metadata (place, camera,
    date) is left behind, because only pixels are copied. Raises UnreadablePicture.
    """
    upright = read_picture(picture, largest_px=WIDTHS_PX[-1])
    if upright.height > upright.width * _TALLEST:
        raise UnreadablePicture
    key = f"{folder}/{name or secrets.token_hex(8)}"
    scaled = upright
    for width_px in reversed(WIDTHS_PX):
        if upright.width > width_px:
            scaled = upright.resize((width_px, max(1, round(upright.height * width_px / upright.width))))
        if width_px == WIDTHS_PX[-1]:
            stored = StoredPicture(key=key, width=scaled.width, height=scaled.height)
        blobs.put(f"{key}-{width_px}.webp", encode_picture(scaled), "image/webp")
    return stored


def remove_picture(blobs: Blobs, key: str) -> None:
    """Remove the files of a picture that nobody shows."""
    for width_px in WIDTHS_PX:
        blobs.delete(f"{key}-{width_px}.webp")


def read_picture(picture: bytes, *, largest_px: int) -> Image.Image:
    """Return the pixels of a file, upright, opaque and in sRGB. Raises UnreadablePicture.

    largest_px: the largest edge that is wanted of it; a huge JPEG is decoded at a smaller scale.
    """
    if len(picture) > MOST_PICTURE_BYTES:
        raise UnreadablePicture
    try:
        return _read(picture, largest_px)
    except UnreadablePicture:
        raise
    except Exception as fault:
        # Decoders stumble over a stranger's bytes in more ways than any of them names.
        log.info("a picture was refused: %s: %s", type(fault).__name__, fault)
        raise UnreadablePicture from fault


def encode_picture(image: Image.Image) -> bytes:
    """Return the pixels as WebP and nothing beside them."""
    pixels = Image.new(_OPAQUE, image.size)
    pixels.paste(image)
    file = BytesIO()
    pixels.save(file, "WEBP", quality=_QUALITY, method=4)
    return file.getvalue()


def _read(picture: bytes, largest_px: int) -> Image.Image:
    with Image.open(BytesIO(picture), formats=_FORMATS) as source:
        width, height = source.size
        if width * height > _MOST_PIXELS or min(width, height) < _FEWEST_PX:
            raise UnreadablePicture
        # A JPEG is decoded at the smallest scale that is large enough; a no-op for the rest.
        source.draft(_OPAQUE, (2 * largest_px, 2 * largest_px))
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
