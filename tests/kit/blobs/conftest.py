"""Both forms of the storage, each fresh for every test; the S3 one talks to a server on this machine."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import boto3
import pytest
from moto.server import ThreadedMotoServer

from miaohui.kit.blobs import Blobs, FolderBlobs
from miaohui.kit.blobs.s3 import S3Blobs

_bucket_numbers = count()


@pytest.fixture(scope="session")
def s3_endpoint() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def s3_blobs(s3_endpoint: str) -> S3Blobs:
    bucket = f"fair-{next(_bucket_numbers)}"
    keys = {"access_key": "key", "secret_key": "secret"}
    boto3.client(
        "s3",
        endpoint_url=s3_endpoint,
        region_name="us-east-1",
        aws_access_key_id="key",
        aws_secret_access_key="secret",
    ).create_bucket(Bucket=bucket)
    return S3Blobs(bucket=bucket, prefix="town", endpoint=s3_endpoint, region="us-east-1", **keys)


@pytest.fixture
def folder_blobs(tmp_path: Path) -> FolderBlobs:
    return FolderBlobs(tmp_path / "blobs")


@pytest.fixture(params=["folder", "s3"])
def blobs(request: pytest.FixtureRequest) -> Blobs:
    storage: Blobs = request.getfixturevalue(f"{request.param}_blobs")
    return storage
