"""What a player gets when it asks for a clip, whole, in part, again, or for what is not its business."""

import os
import socket
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import httpx
import pytest
from litestar import Litestar, get
from moto.server import ThreadedMotoServer

from miaohui.kit.blobs import Blobs, FolderBlobs
from miaohui.kit.http import exception_handlers
from miaohui.kit.media_server import BlobAnswer, media_route

CLIP = bytes(range(256)) * 10
"""2,560 bytes, each of which tells its place."""


def app_with(blobs: Blobs) -> Litestar:
    @get("/my-export", sync_to_thread=False)
    def my_export() -> BlobAnswer:
        return BlobAnswer(
            blobs, "private/export.zip", cache_control="private, no-store", download_name="miaohui-export.zip"
        )

    return Litestar([media_route(blobs), my_export], exception_handlers=exception_handlers(), logging_config=None)


@pytest.fixture
def blobs(tmp_path: Path) -> FolderBlobs:
    blobs = FolderBlobs(tmp_path / "blobs")
    blobs.put("videos/7/clip.mp4", CLIP)
    blobs.put("videos/7/index.m3u8", b"#EXTM3U")
    blobs.put("videos/7/empty.bin", b"")
    blobs.put("private/export.zip", b"PK all about Mei")
    return blobs


@pytest.fixture
def browser(serve: Callable[[Litestar], str], blobs: FolderBlobs) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"http://{serve(app_with(blobs))}", headers={"Accept-Encoding": "identity"}) as client:
        yield client


def test_a_clip_comes_whole_with_all_that_a_cache_wants_to_know(browser: httpx.Client) -> None:
    answer = browser.get("/media/videos/7/clip.mp4")

    assert (answer.status_code, answer.content) == (200, CLIP)
    assert answer.headers["content-type"] == "video/mp4"
    assert answer.headers["content-length"] == "2560"
    assert answer.headers["accept-ranges"] == "bytes"
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "set-cookie" not in answer.headers
    assert browser.get("/media/videos/7/index.m3u8").headers["content-type"] == "application/vnd.apple.mpegurl"


def test_head_tells_the_same_without_the_bytes_and_knows_no_ranges(browser: httpx.Client) -> None:
    whole = browser.get("/media/videos/7/clip.mp4")
    head = browser.head("/media/videos/7/clip.mp4", headers={"Range": "bytes=0-9"})

    assert (head.status_code, head.content) == (200, b"")
    for name in ("content-type", "content-length", "etag", "last-modified", "accept-ranges", "cache-control"):
        assert head.headers[name] == whole.headers[name]


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=0-", 0, 2560),
        ("bytes=100-299", 100, 300),
        ("bytes=2559-", 2559, 2560),
        ("bytes=2500-99999", 2500, 2560),
        ("bytes=-1", 2559, 2560),
        ("bytes=-500", 2060, 2560),
        ("bytes=-99999", 0, 2560),
    ],
)
def test_a_part_is_sent_when_a_part_is_asked_for(browser: httpx.Client, asked: str, start: int, end: int) -> None:
    answer = browser.get("/media/videos/7/clip.mp4", headers={"Range": asked})

    assert (answer.status_code, answer.content) == (206, CLIP[start:end])
    assert answer.headers["content-range"] == f"bytes {start}-{end - 1}/2560"
    assert answer.headers["content-length"] == str(end - start)


@pytest.mark.parametrize("asked", ["bytes=2560-", "bytes=99999-100000", "bytes=-0"])
def test_a_part_behind_the_end_is_refused_and_never_cached(browser: httpx.Client, asked: str) -> None:
    answer = browser.get("/media/videos/7/clip.mp4", headers={"Range": asked})

    assert (answer.status_code, answer.content) == (416, b"")
    assert answer.headers["content-range"] == "bytes */2560"
    assert "cache-control" not in answer.headers


@pytest.mark.parametrize("asked", ["bytes=9-3", "bytes=0-1,5-6", "seconds=1-2", "bytes=", "bytes=a-b", "bytes=--1", ""])
def test_what_is_no_single_range_is_answered_with_the_whole(browser: httpx.Client, asked: str) -> None:
    answer = browser.get("/media/videos/7/clip.mp4", headers={"Range": asked})
    assert (answer.status_code, answer.content) == (200, CLIP)


def test_an_empty_file_has_no_parts(browser: httpx.Client) -> None:
    assert browser.get("/media/videos/7/empty.bin").content == b""
    for asked in ("bytes=0-", "bytes=-1"):
        assert browser.get("/media/videos/7/empty.bin", headers={"Range": asked}).status_code == 416


def test_who_has_the_file_is_not_sent_it_again(browser: httpx.Client) -> None:
    first = browser.get("/media/videos/7/clip.mp4")
    etag, modified = first.headers["etag"], first.headers["last-modified"]
    earlier = format_datetime(datetime.now(UTC) - timedelta(days=1), usegmt=True)

    for known in (
        {"If-None-Match": etag},
        {"If-None-Match": f'"other", W/{etag}'},
        {"If-None-Match": "*"},
        {"If-Modified-Since": modified},
        {"If-None-Match": etag, "If-Modified-Since": earlier},
        {"If-None-Match": etag, "Range": "bytes=0-9"},
    ):
        answer = browser.get("/media/videos/7/clip.mp4", headers=known)
        assert (answer.status_code, answer.content) == (304, b""), known
        assert answer.headers["etag"] == etag
    for stale in (
        {"If-None-Match": '"other"'},
        {"If-None-Match": '"other"', "If-Modified-Since": modified},
        {"If-Modified-Since": earlier},
        {"If-Modified-Since": "yesterday"},
    ):
        assert browser.get("/media/videos/7/clip.mp4", headers=stale).status_code == 200, stale


def test_a_part_of_another_version_is_never_mixed_in(browser: httpx.Client, blobs: FolderBlobs) -> None:
    first = browser.get("/media/videos/7/clip.mp4")
    etag, modified = first.headers["etag"], first.headers["last-modified"]

    def status(condition: str) -> int:
        headers = {"Range": "bytes=5-9", "If-Range": condition}
        return browser.get("/media/videos/7/clip.mp4", headers=headers).status_code

    assert [status(etag), status(modified)] == [206, 206]
    assert [status('"other"'), status(f"W/{etag}"), status("yesterday")] == [200, 200, 200]
    blobs.put("videos/7/clip.mp4", CLIP[::-1])
    assert status(etag) == 200


@pytest.mark.parametrize(
    "path",
    [
        "/media/videos/7/other.mp4",
        "/media/videos/7",
        "/media/videos",
        "/media/",
        "/media/private/export.zip",
        "/media//private/export.zip",
        "/media/%2e%2e/blobs/private/export.zip",
        "/media/videos/../private/export.zip",
        "/media/videos/7/clip.mp4/more",
        "/media/.incoming/x",
        "/media/%00",
        "/media/videos/7/clip.mp4%0A",
    ],
)
def test_nothing_else_is_to_be_had(browser: httpx.Client, path: str) -> None:
    host, port = str(browser.base_url).removeprefix("http://").rstrip("/").split(":")
    # By hand, because a client would tidy the path up.
    with socket.create_connection((host, int(port))) as connection:
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    assert answer.startswith(b"HTTP/1.1 404 "), answer
    assert b"PK" not in answer


def test_other_methods_are_refused(browser: httpx.Client) -> None:
    answer = browser.put("/media/videos/7/clip.mp4", content=b"mine")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD")
    assert browser.get("/media/videos/7/clip.mp4").content == CLIP


def test_a_route_may_send_what_is_private_as_a_download(browser: httpx.Client) -> None:
    answer = browser.get("/my-export")

    assert answer.content == b"PK all about Mei"
    assert answer.headers["content-disposition"] == 'attachment; filename="miaohui-export.zip"'
    assert answer.headers["cache-control"] == "private, no-store"
    assert answer.headers["content-type"] == "application/zip"


def test_a_large_file_comes_whole_also_when_it_is_not_in_memory(browser: httpx.Client, blobs: FolderBlobs) -> None:
    large = os.urandom(3_000_001)
    blobs.put("videos/8/clip.mp4", large)
    with blobs.open("videos/8/clip.mp4") as file:
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)

    assert browser.get("/media/videos/8/clip.mp4").content == large
    part = browser.get("/media/videos/8/clip.mp4", headers={"Range": "bytes=700000-2900000"})
    assert part.content == large[700_000:2_900_001]


def test_who_hangs_up_is_not_read_for(serve: Callable[[Litestar], str], blobs: FolderBlobs, tmp_path: Path) -> None:
    ended = threading.Event()
    route = media_route(blobs)
    app = Litestar([route], logging_config=None)

    async def watched(scope, receive, send):  # type: ignore[no-untyped-def]
        try:
            await app(scope, receive, send)
        finally:
            if scope["type"] == "http":
                ended.set()

    # Sparse, so that it costs no disk: reading it to its end would take far longer than this test may.
    with blobs.path_of("videos/7/long.mp4").open("wb") as file:
        file.truncate(1 << 40)
    host, port = serve(watched).split(":")  # type: ignore[arg-type]
    with socket.create_connection((host, int(port))) as connection:
        connection.sendall(f"GET /media/videos/7/long.mp4 HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
        assert connection.recv(65536).startswith(b"HTTP/1.1 200 OK")
    assert ended.wait(20)


def test_files_in_a_bucket_are_fetched_there_and_playlists_here(serve: Callable[[Litestar], str]) -> None:
    boto3 = pytest.importorskip("boto3")
    from miaohui.kit.blobs.s3 import S3Blobs

    s3 = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    s3.start()
    endpoint = "http://{}:{}".format(*s3.get_host_and_port())
    names = {"endpoint_url": endpoint, "region_name": "us-east-1"}
    keys = {"aws_access_key_id": "key", "aws_secret_access_key": "secret"}
    boto3.client("s3", **names, **keys).create_bucket(Bucket="clips")
    stored = S3Blobs(bucket="clips", endpoint=endpoint, region="us-east-1", access_key="key", secret_key="secret")
    stored.put("videos/7/clip.mp4", CLIP)
    stored.put("videos/7/index.m3u8", b"#EXTM3U")

    with httpx.Client(base_url=f"http://{serve(app_with(stored))}") as browser:
        sent_on = browser.get("/media/videos/7/clip.mp4")
        part = browser.get("/media/videos/7/clip.mp4", headers={"Range": "bytes=5-9"}, follow_redirects=True)
        head = browser.head("/media/videos/7/clip.mp4")
        playlist = browser.get("/media/videos/7/index.m3u8")
        missing = browser.get("/media/videos/8/index.m3u8")
        private = browser.get("/media/private/export.zip")
    s3.stop()

    assert sent_on.status_code == 307
    assert sent_on.headers["location"].startswith(f"{endpoint}/clips/videos/7/clip.mp4?")
    assert sent_on.headers["cache-control"] == "private, max-age=1800"
    assert (part.status_code, part.content) == (206, CLIP[5:10])
    assert (head.status_code, head.headers["content-length"]) == (200, "2560")
    assert (playlist.content, playlist.headers["content-type"]) == (b"#EXTM3U", "application/vnd.apple.mpegurl")
    assert missing.status_code == private.status_code == 404
