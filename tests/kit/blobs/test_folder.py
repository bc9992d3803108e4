"""What only the folder can show: nothing half-written is ever seen, whatever happens to the writer."""

import os
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from miaohui.kit.blobs import FolderBlobs, InvalidBlobKey

_FAR_FUTURE = datetime.now(UTC) + timedelta(days=1)

# Feeds the storage from a pipe that the test never closes, so that it stands in the middle of put().
_WRITER = """
import sys
from pathlib import Path
from miaohui.kit.blobs import FolderBlobs
FolderBlobs(Path(sys.argv[1])).put("videos/7/clip.mp4", Path(sys.argv[2]))
"""


def test_a_writer_that_is_killed_half_way_leaves_the_old_file_and_a_leftover(tmp_path: Path) -> None:
    blobs = FolderBlobs(tmp_path / "blobs")
    blobs.put("videos/7/clip.mp4", b"the old clip")
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = subprocess.Popen([sys.executable, "-c", _WRITER, str(blobs.root), str(pipe)])
    with pipe.open("wb", buffering=0) as feed:
        # More than a pipe and the copy's own buffer hold, so on return part of it is in the temporary file.
        feed.write(b"half of the new clip" * 150_000)
        writer.send_signal(signal.SIGKILL)
        writer.wait()

    with blobs.open("videos/7/clip.mp4") as file:
        assert file.read() == b"the old clip"
    assert blobs.keys() == ["videos/7/clip.mp4"]
    assert blobs.remove_leftovers(before=datetime.now(UTC) - timedelta(hours=1)) == 0
    assert blobs.remove_leftovers(before=_FAR_FUTURE) == 1
    assert blobs.keys() == ["videos/7/clip.mp4"]


def test_a_put_that_fails_leaves_nothing(tmp_path: Path) -> None:
    blobs = FolderBlobs(tmp_path / "blobs")
    blobs.put("a", b"in the way")

    with pytest.raises(NotADirectoryError):
        blobs.put("a/b.txt", b"x")
    with pytest.raises(FileNotFoundError):
        blobs.put("c.txt", tmp_path / "there is no such file")

    assert blobs.keys() == ["a"]
    assert blobs.remove_leftovers(before=_FAR_FUTURE) == 0


def test_a_key_cannot_leave_through_a_link_name_or_the_incoming_folder(tmp_path: Path) -> None:
    blobs = FolderBlobs(tmp_path / "blobs")
    assert blobs.path_of("videos/7/clip.mp4").is_relative_to(blobs.root)
    with pytest.raises(InvalidBlobKey):
        blobs.path_of(".incoming/tmpabc")


def test_deleting_tidies_folders_while_others_write_into_them(tmp_path: Path) -> None:
    blobs = FolderBlobs(tmp_path / "blobs")
    start = threading.Barrier(2)

    def come_and_go(name: str) -> None:
        start.wait()
        for _ in range(100):
            blobs.put(f"deep/down/here/{name}", b"x")
            blobs.delete(f"deep/down/here/{name}")

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(come_and_go, ["a.txt", "b.txt"]))

    assert sorted(path.name for path in blobs.root.iterdir()) == [".incoming"]
