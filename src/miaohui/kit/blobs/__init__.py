"""Files of any size under a key: a folder on one machine, an S3-compatible service on many."""

from pathlib import Path
from urllib.parse import urlsplit

from miaohui.kit.blobs.contract import BlobNotFound, Blobs, BlobStat, InvalidBlobKey, content_type_of
from miaohui.kit.blobs.folder import FolderBlobs
from miaohui.settings import Settings

__all__ = ["BlobNotFound", "BlobStat", "Blobs", "FolderBlobs", "InvalidBlobKey", "content_type_of", "open_blobs"]


def open_blobs(settings: Settings) -> Blobs:
    """Return the storage that the settings name: `s3://bucket/prefix`, or the folder `data_dir/blobs`."""
    if not settings.blobs_url:
        return FolderBlobs(Path(settings.data_dir) / "blobs")
    # Only here, because boto3 is an extra that a machine of one's own does without.
    from miaohui.kit.blobs.s3 import S3Blobs

    place = urlsplit(settings.blobs_url)
    return S3Blobs(
        bucket=place.netloc,
        prefix=place.path.strip("/"),
        endpoint=settings.s3_endpoint,
        region=settings.s3_region,
        access_key=settings.s3_access_key,
        secret_key=settings.s3_secret_key,
    )
