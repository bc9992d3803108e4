"""Pictures that speak for one side: stored out of reach of everybody else."""

from miaohui.kit.blobs import BlobNotFound, Blobs
from miaohui.kit.errors import NotFound
from miaohui.kit.pictures import WIDTHS_PX, remove_picture, store_picture

_SHOWN_PX = WIDTHS_PX[-1]


def store_evidence(blobs: Blobs, *, aftersale_id: int, picture: bytes) -> str:
    """Store a picture without its metadata and return its key for `submit_evidence`.

    Blocks for some 0.3 s. Raises UnreadablePicture.
    """
    return store_picture(blobs, folder=f"private/evidence/{aftersale_id}", picture=picture).key


def remove_evidence(blobs: Blobs, key: str) -> None:
    """Remove a picture that no case has taken."""
    remove_picture(blobs, key)


def read_evidence(blobs: Blobs, key: str) -> bytes:
    """Return a picture as WebP. Raises NotFound if it is gone."""
    try:
        with blobs.open(f"{key}-{_SHOWN_PX}.webp") as file:
            return file.read()
    except BlobNotFound:
        raise NotFound from None
