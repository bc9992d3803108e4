"""What every storage promises; each story runs on the folder and on S3."""

import re
import threading
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from miaohui.kit.blobs import BlobNotFound, Blobs, InvalidBlobKey


def test_bytes_come_back_as_they_were_put(blobs: Blobs) -> None:
    stored = blobs.put("videos/7/poster.jpg", b"\xff\xd8 a picture", "image/jpeg")

    with blobs.open("videos/7/poster.jpg") as file:
        assert file.read() == b"\xff\xd8 a picture"
        file.seek(2)
        assert file.read(2) == b" a"
    assert stored == blobs.stat("videos/7/poster.jpg")
    assert (stored.key, stored.size_bytes, stored.content_type) == ("videos/7/poster.jpg", 12, "image/jpeg")
    assert re.fullmatch('"[^"]+"', stored.etag)
    assert abs(stored.modified_at - datetime.now(UTC)) < timedelta(minutes=1)


def test_a_file_is_copied_and_the_writers_own_stays(blobs: Blobs, tmp_path: Path) -> None:
    clip = tmp_path / "clip.mp4"
    clip.write_bytes(b"frame" * 100_000)

    stored = blobs.put("videos/7/clip.mp4", clip)

    assert stored.size_bytes == 500_000
    assert stored.content_type == "video/mp4"
    assert clip.exists()
    with blobs.path_for_reading("videos/7/clip.mp4") as path:
        assert path.suffix == ".mp4"
        assert path.read_bytes() == clip.read_bytes()


def test_what_is_not_there_is_said_so(blobs: Blobs) -> None:
    assert blobs.stat("videos/8/clip.mp4") is None
    with pytest.raises(BlobNotFound):
        blobs.open("videos/8/clip.mp4")
    with pytest.raises(BlobNotFound), blobs.path_for_reading("videos/8/clip.mp4"):
        pytest.fail("there is nothing to read")
    blobs.delete("videos/8/clip.mp4")


def test_an_error_of_the_reader_passes_through(blobs: Blobs) -> None:
    blobs.put("a.txt", b"text")
    with pytest.raises(ZeroDivisionError), blobs.path_for_reading("a.txt"):
        _ = 1 // 0


def test_a_new_version_takes_the_place_of_the_old_as_a_whole(blobs: Blobs) -> None:
    first = blobs.put("a.txt", b"first")
    second = blobs.put("a.txt", b"second, longer")

    assert first.etag != second.etag
    with blobs.open("a.txt") as file:
        assert file.read() == b"second, longer"


def test_a_deleted_file_is_gone_and_its_neighbours_are_not(blobs: Blobs) -> None:
    blobs.put("videos/7/a.txt", b"a")
    blobs.put("videos/7/b.txt", b"b")

    blobs.delete("videos/7/a.txt")

    assert blobs.keys() == ["videos/7/b.txt"]


def test_deleting_a_folder_spares_the_one_whose_name_goes_on(blobs: Blobs) -> None:
    for key in ("videos/7/a.txt", "videos/7/360p/init.mp4", "videos/70/a.txt", "other.txt"):
        blobs.put(key, b"x")

    assert blobs.delete_prefix("videos/7") == 2

    assert blobs.keys() == ["other.txt", "videos/70/a.txt"]
    assert blobs.keys("videos/70") == ["videos/70/a.txt"]
    assert blobs.keys("videos/7") == []
    assert blobs.delete_prefix("videos/7") == 0


@pytest.mark.parametrize(
    "key",
    [
        *("", "/a.txt", "a//b.txt", "../a.txt", "a/../b.txt", "a/./b.txt", ".hidden", "a/.hidden.txt", "a\\b.txt"),
        *("a b.txt", "图.jpg", "a\0.txt", "a.txt\n", "a/", "~/.ssh/id", "C:/x.txt"),
        *("x" * 201, "/".join(["x" * 100] * 6)),
    ],
)
def test_what_could_climb_or_confuse_is_no_key(blobs: Blobs, key: str) -> None:
    with pytest.raises(InvalidBlobKey):
        blobs.put(key, b"x")
    with pytest.raises(InvalidBlobKey):
        blobs.open(key)
    with pytest.raises(InvalidBlobKey):
        blobs.stat(key)
    with pytest.raises(InvalidBlobKey):
        blobs.delete(key)
    with pytest.raises(InvalidBlobKey):
        blobs.delete_prefix(key)
    with pytest.raises(InvalidBlobKey):
        blobs.url(key)
    assert blobs.keys() == []


def test_the_suffix_decides_the_content_type_and_nobody_may_say_otherwise(blobs: Blobs) -> None:
    with pytest.raises(ValueError, match=r"image/jpeg.*text/html"):
        blobs.put("avatar.jpg", b"<script>", "text/html")
    with pytest.raises(ValueError, match=r"\.html"):
        blobs.put("page.html", b"<script>")
    assert blobs.keys() == []
    for key, kind in {
        "v/index.m3u8": "application/vnd.apple.mpegurl",
        "v/1.m4s": "video/iso.segment",
        "v/all.mp4": "video/mp4",
        "v/plain": "application/octet-stream",
    }.items():
        assert blobs.put(key, b"x").content_type == kind


def test_a_browser_can_fetch_from_the_address_if_there_is_one(blobs: Blobs) -> None:
    blobs.put("videos/7/poster.jpg", b"a picture")

    address = blobs.url("videos/7/poster.jpg")

    if address is not None:
        with urllib.request.urlopen(address) as answer:
            assert answer.read() == b"a picture"
            assert answer.headers["Content-Type"] == "image/jpeg"
            assert "immutable" in answer.headers["Cache-Control"]
        with pytest.raises(urllib.error.HTTPError):
            urllib.request.urlopen(address.replace("poster", "secret"))


def test_many_writers_of_one_key_leave_one_whole_file(blobs: Blobs) -> None:
    start = threading.Barrier(6)

    def write(letter: bytes) -> None:
        start.wait()
        blobs.put("deep/down/a.txt", letter * 50_000)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(write, [b"a", b"b", b"c", b"d", b"e", b"f"]))

    with blobs.open("deep/down/a.txt") as file:
        content = file.read()
    assert len(content) == 50_000
    assert len(set(content)) == 1
    assert blobs.remove_leftovers(before=datetime.now(UTC) + timedelta(days=1)) == 0
