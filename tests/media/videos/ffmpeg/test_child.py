"""ffmpeg stays on its leash: time, stop, and the death of whoever holds it."""

import os
import select
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from miaohui.media.videos.ffmpeg.child import (
    FfmpegFailed,
    FfmpegStopped,
    FfmpegTimedOut,
    ProgressReader,
    Watch,
    run_guarded,
    transform,
)

# Reads the clip over and over, so it never ends by itself.
ENDLESS = ["-stream_loop", "-1", "-re"]


def processes_with(mark: str) -> list[int]:
    """The living processes that have `mark` among their arguments."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                arguments = (entry / "cmdline").read_bytes()
                state = (entry / "stat").read_text().rsplit(")", 1)[1].split()[0]
            except (FileNotFoundError, ProcessLookupError):
                continue
            if mark.encode() in arguments and state != "Z":
                found.append(int(entry.name))
    return found


def none_left(mark: str) -> None:
    for pid in processes_with(mark):
        gone(pid, within_s=2)


def gone(pid: int, *, within_s: float = 10) -> None:
    """Return when a process that is not our child has ended."""
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    try:
        ready, _, _ = select.select([descriptor], [], [], within_s)
        assert ready, f"process {pid} still lives"
    finally:
        os.close(descriptor)


def test_progress_rises_to_one(studio, tmp_path):
    heard: list[float] = []
    transform(
        source=studio.clip("long.mp4", seconds=4),
        seek=[],
        outputs=["-c:v", "libx264", str(tmp_path / "out.mp4")],
        duration_ms=4000,
        watch=Watch(timeout_s=60, on_progress=heard.append),
    )
    assert heard
    assert heard == sorted(set(heard))
    assert heard[-1] == pytest.approx(1.0, abs=0.05)


def test_progress_never_falls_nor_leaves_its_range():
    heard: list[float] = []
    reader = ProgressReader(duration_ms=1000, heard=heard.append)
    for line in ("out_time_us=N/A", "out_time_us=-20000", "out_time_us=500000", "out_time_us=400000", "frame=9"):
        reader.read(line)
    reader.read("out_time_us=9000000")
    assert heard == [0.5, 1.0]


def test_time_is_up_and_the_whole_group_is_gone(studio, tmp_path):
    mark = str(tmp_path / "never.mp4")
    with pytest.raises(FfmpegTimedOut):
        transform(source=studio.clip(), seek=ENDLESS, outputs=[mark], duration_ms=1, watch=Watch(timeout_s=0.7))
    none_left(mark)


def test_a_stop_is_heard(studio, tmp_path):
    mark = str(tmp_path / "stopped.mp4")
    wanted = threading.Event()
    watch = Watch(timeout_s=60, on_progress=lambda _: wanted.set(), stopped=wanted.is_set)
    with pytest.raises(FfmpegStopped):
        transform(source=studio.clip(), seek=ENDLESS, outputs=[mark], duration_ms=10_000, watch=watch)
    none_left(mark)


def test_what_a_listener_raises_ends_ffmpeg_too(studio, tmp_path):
    mark = str(tmp_path / "raised.mp4")

    def refuse(_: float) -> None:
        raise LookupError("enough")

    with pytest.raises(LookupError, match="enough"):
        transform(
            source=studio.clip(),
            seek=ENDLESS,
            outputs=[mark],
            duration_ms=10_000,
            watch=Watch(timeout_s=60, on_progress=refuse),
        )
    none_left(mark)


def test_a_failure_says_what_ffmpeg_said(studio, tmp_path):
    with pytest.raises(FfmpegFailed, match="Encoder not found") as caught:
        run_guarded(
            source=studio.clip(),
            before_input=[],
            after_input=["-c:v", "no_such_encoder", str(tmp_path / "out.mp4")],
            on_line=lambda _: None,
            timeout_s=20,
        )
    assert "no_such_encoder" in caught.value.messages


HOLDER = """
import sys
from pathlib import Path
from miaohui.media.videos.ffmpeg.child import Watch, transform
transform(source=Path(sys.argv[1]), seek=["-stream_loop", "-1", "-re"], outputs=[sys.argv[2]], duration_ms=100_000,
          watch=Watch(timeout_s=60, on_progress=lambda fraction: print(fraction, flush=True)))
"""


def test_ffmpeg_dies_with_a_worker_that_is_killed(studio, tmp_path):
    mark = str(tmp_path / "orphan.mp4")
    holder = subprocess.Popen([sys.executable, "-c", HOLDER, studio.clip(), mark], stdout=subprocess.PIPE)
    assert holder.stdout is not None
    holder.stdout.readline()  # the first progress: ffmpeg is at work
    children = [pid for pid in processes_with(mark) if pid != holder.pid]
    assert children
    holder.send_signal(signal.SIGKILL)
    holder.communicate()
    for pid in children:
        gone(pid)


def test_ffmpeg_sees_none_of_our_environment(studio, tmp_path, monkeypatch):
    monkeypatch.setenv("FFREPORT", f"file={tmp_path / 'report.log'}:level=32")
    transform(
        source=studio.clip(),
        seek=[],
        outputs=["-c", "copy", str(tmp_path / "out.mp4")],
        duration_ms=1000,
        watch=Watch(timeout_s=20),
    )
    assert not (tmp_path / "report.log").exists()
