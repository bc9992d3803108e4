"""Files in an S3-compatible service."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, BinaryIO

import boto3
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import ClientError

from miaohui.kit.blobs.contract import (
    SIGNED_URL_S,
    BlobNotFound,
    Blobs,
    BlobStat,
    agreed_content_type,
    check_key,
    content_type_of,
)

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

_CACHE_CONTROL = "public, max-age=31536000, immutable"
# A seekable copy up to this size stays in memory, a larger one goes to a temporary file.
_SPOOL_BYTES = 8 << 20
_TRANSFER = TransferConfig(multipart_threshold=64 << 20, multipart_chunksize=16 << 20, max_concurrency=4)


class S3Blobs(Blobs):
    """Keeps each file as the object `prefix/key` of a bucket.

    Empty `endpoint`, `region` and keys leave the choice to boto3's own configuration. Browsers fetch
    objects by signed address, so the bucket's CORS rules must allow GET and HEAD from our origin.
    """

    def __init__(
        self,
        *,
        bucket: str,
        prefix: str = "",
        endpoint: str = "",
        region: str = "",
        access_key: str = "",
        secret_key: str = "",
    ) -> None:
        self.bucket = bucket
        self._prefix = f"{prefix}/" if prefix else ""
        self._client: S3Client = boto3.client(
            "s3",
            endpoint_url=endpoint or None,
            region_name=region or None,
            aws_access_key_id=access_key or None,
            aws_secret_access_key=secret_key or None,
            # Path style, because most self-hosted services have no wildcard certificate for buckets.
            config=Config(
                signature_version="s3v4",
                s3={"addressing_style": "path" if endpoint else "auto"},
                retries={"max_attempts": 4, "mode": "standard"},
            ),
        )

    def _name(self, key: str) -> str:
        return self._prefix + check_key(key)

    def put(self, key: str, source: Path | bytes, content_type: str | None = None) -> BlobStat:
        name = self._name(key)
        kind = agreed_content_type(key, content_type)
        if isinstance(source, bytes):
            self._client.put_object(
                Bucket=self.bucket, Key=name, Body=source, ContentType=kind, CacheControl=_CACHE_CONTROL
            )
        else:
            extra = {"ContentType": kind, "CacheControl": _CACHE_CONTROL}
            self._client.upload_file(str(source), self.bucket, name, ExtraArgs=extra, Config=_TRANSFER)
        stored = self.stat(key)
        if stored is None:
            raise BlobNotFound(key)
        return stored

    def open(self, key: str) -> BinaryIO:
        with _missing_as_not_found(key):
            body = self._client.get_object(Bucket=self.bucket, Key=self._name(key))["Body"]
        copy = tempfile.SpooledTemporaryFile(max_size=_SPOOL_BYTES)  # noqa: SIM115 - the caller closes it
        shutil.copyfileobj(body, copy, 1 << 20)
        copy.seek(0)
        return copy  # type: ignore[return-value]  # the stubs miss that it is one since Python 3.11

    @contextmanager
    def path_for_reading(self, key: str) -> Iterator[Path]:
        descriptor, name = tempfile.mkstemp(suffix=PurePosixPath(key).suffix)
        try:
            with os.fdopen(descriptor, "wb") as copy, _missing_as_not_found(key):
                self._client.download_fileobj(self.bucket, self._name(key), copy, Config=_TRANSFER)
            yield Path(name)
        finally:
            Path(name).unlink(missing_ok=True)

    def stat(self, key: str) -> BlobStat | None:
        try:
            head = self._client.head_object(Bucket=self.bucket, Key=self._name(key))
        except ClientError as error:
            if _is_missing(error):
                return None
            raise
        return BlobStat(
            key=key,
            size_bytes=head["ContentLength"],
            content_type=content_type_of(key),
            etag=head["ETag"],
            modified_at=head["LastModified"],
        )

    def keys(self, prefix: str = "") -> list[str]:
        below = f"{self._name(prefix)}/" if prefix else self._prefix
        pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=below)
        return sorted(item["Key"].removeprefix(self._prefix) for page in pages for item in page.get("Contents", ()))

    def delete(self, key: str) -> None:
        self._client.delete_object(Bucket=self.bucket, Key=self._name(key))

    def delete_prefix(self, prefix: str) -> int:
        keys = self.keys(check_key(prefix))
        # One by one: bulk deletion wants a checksum header that several compatible services refuse.
        for key in keys:
            self.delete(key)
        return len(keys)

    def url(self, key: str) -> str | None:
        return self._client.generate_presigned_url(
            "get_object", Params={"Bucket": self.bucket, "Key": self._name(key)}, ExpiresIn=SIGNED_URL_S
        )

    def remove_leftovers(self, *, before: datetime) -> int:
        pages = self._client.get_paginator("list_multipart_uploads").paginate(Bucket=self.bucket, Prefix=self._prefix)
        leftovers = [upload for page in pages for upload in page.get("Uploads", ()) if upload["Initiated"] < before]
        for upload in leftovers:
            self._client.abort_multipart_upload(Bucket=self.bucket, Key=upload["Key"], UploadId=upload["UploadId"])
        return len(leftovers)


def _is_missing(error: ClientError) -> bool:
    return error.response["Error"]["Code"] in {"404", "NoSuchKey", "NotFound"}


@contextmanager
def _missing_as_not_found(key: str) -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        if _is_missing(error):
            raise BlobNotFound(key) from None
        raise
