"""ffmpeg as a child process: on a leash, within limits, with nothing of ours in reach.

- The hostile file is opened by us and handed over as a file descriptor, and `fd` is the only
  protocol that the input may use. A playlist, a concat script or a data reference inside the file
  therefore has no way to name another file or an address.
- The demuxers and decoders that may run at all are named below; playlists, scripts and image
  sequences are not among them.
- The child runs in a process group of its own, which is killed as a whole when the time is up, when
  the caller stops it, or when this process dies, however it dies.
"""

import fcntl
import os
import selectors
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import imageio_ffmpeg
import msgspec

PROTOCOLS = "fd"
"""The descriptor that we hand over, and nothing that has a name."""

DEMUXERS = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts,flv,ogg,wav,mp3,aac,amr,flac"
"""Containers that phones, browsers, cameras and editors write; the last six hold voices."""

DECODERS = (
    "h264,hevc,libdav1d,av1,vp8,vp9,mpeg4,mpeg2video,h263,mjpeg,prores,"
    "aac,mp3,mp3float,opus,vorbis,ac3,eac3,flac,alac,amrnb,amrwb,"
    "pcm_s16le,pcm_s16be,pcm_s24le,pcm_s24be,pcm_s32le,pcm_f32le,pcm_u8,pcm_mulaw,pcm_alaw"
)

MAX_PIXELS = 8192 * 4320
"""Pictures above 8K are refused by the decoder before it allocates them."""

_MAX_ALLOCATION = 1 << 30
"""Largest single block of memory in bytes: an 8K frame in 16-bit 4:4:4 takes 212 MB."""

_MAX_MEMORY_KIB = 8 << 20
"""Address space of the child, 8 GiB: a 4K ladder with two threads was seen at 2.1 GiB."""

_STDERR_KEPT = 64 * 1024
_POLL_S = 0.5

# The guard holds the read end of a pipe (its stdin) whose only write end is ours. When we die, even
# by kill -9, `read` ends and the child is killed; otherwise it would go on encoding for nobody.
_GUARD = """
exec 3<&0
ulimit -v "$1" 2>/dev/null || :
shift
nice -n 10 "$@" 3<&- </dev/null &
child=$!
{ read -r _; kill -9 "$child"; } <&3 >/dev/null 2>&1 &
leash=$!
wait "$child"
code=$?
kill "$leash" 2>/dev/null
exit "$code"
"""


class FfmpegFailed(Exception):
    """ffmpeg ended with an error. `messages` holds the last lines that it wrote."""

    def __init__(self, exit_code: int, messages: str) -> None:
        last = messages.strip().splitlines()[-1:] or ["no message"]
        super().__init__(f"ffmpeg ended with code {exit_code}: {last[0][:300]}")
        self.exit_code = exit_code
        self.messages = messages


class FfmpegTimedOut(Exception):
    """ffmpeg did not end within its time and was killed. A retry may help on a less busy machine."""

    def __init__(self, timeout_s: float) -> None:
        super().__init__(f"ffmpeg did not end within {timeout_s:.0f} s")
        self.timeout_s = timeout_s


class FfmpegStopped(Exception):
    """The caller asked to stop, and ffmpeg was killed."""


class Watch(msgspec.Struct, frozen=True, kw_only=True):
    """How a long run is followed and ended from outside."""

    timeout_s: float
    threads: int = 2
    """Threads for decoding, filtering and each encoder."""
    on_progress: Callable[[float], None] | None = None
    """Hears a fraction from 0 to 1 that never falls, about twice a second."""
    stopped: Callable[[], bool] | None = None
    """Asked twice a second; True ends the run with FfmpegStopped."""


def ffmpeg_path() -> str:
    """The ffmpeg binary of the imageio-ffmpeg wheel, or the one that IMAGEIO_FFMPEG_EXE names."""
    path: str = imageio_ffmpeg.get_ffmpeg_exe()
    return path


def transform(*, source: Path, seek: Sequence[str], outputs: Sequence[str], duration_ms: int, watch: Watch) -> None:
    """Run ffmpeg from one hostile `source` to the files that `outputs` names, following its progress.

    seek: input options that belong before the source, such as `-ss`.
    duration_ms: what will be written, so that progress is a fraction of it.
    Raises FfmpegFailed, FfmpegTimedOut, FfmpegStopped.
    """
    follow = ProgressReader(duration_ms=duration_ms, heard=watch.on_progress)
    threads = str(watch.threads)
    run_guarded(
        source=source,
        before_input=["-loglevel", "error", "-threads", threads, *seek],
        after_input=["-filter_complex_threads", threads, "-progress", "pipe:1", *outputs],
        on_line=follow.read,
        timeout_s=watch.timeout_s,
        stopped=watch.stopped,
    )


def run_guarded(
    *,
    source: Path,
    before_input: Sequence[str],
    after_input: Sequence[str],
    on_line: Callable[[str], None],
    timeout_s: float,
    stopped: Callable[[], bool] | None = None,
) -> str:
    """Run ffmpeg over a file nobody trusts and return what it wrote to stderr (its last 64 KiB).

    on_line: hears each line of stdout; what it raises kills ffmpeg and passes through.
    Raises FfmpegFailed, FfmpegTimedOut, FfmpegStopped.
    """
    with source.open("rb") as opened:
        # The guard's shell uses the numbers below 10 for itself.
        handed_over = fcntl.fcntl(opened, fcntl.F_DUPFD_CLOEXEC, 10)
    try:
        guards = ["-protocol_whitelist", PROTOCOLS, "-format_whitelist", DEMUXERS]
        guards += ["-codec_whitelist", DECODERS, "-max_pixels", str(MAX_PIXELS), "-max_streams", "64"]
        arguments = [*before_input, *guards, "-fd", str(handed_over), "-i", "fd:", *after_input]
        return _run(arguments, (handed_over,), on_line, timeout_s, stopped)
    finally:
        os.close(handed_over)


def run_over_own_files(*, arguments: Sequence[str], timeout_s: float) -> None:
    """Run ffmpeg over files that we wrote ourselves, named in `arguments`.

    Raises FfmpegFailed, FfmpegTimedOut.
    """
    _run(["-loglevel", "error", *arguments], (), lambda _: None, timeout_s, None)


class ProgressReader:
    """Turns the lines of `-progress` into a fraction that only grows."""

    def __init__(self, *, duration_ms: int, heard: Callable[[float], None] | None) -> None:
        self._duration_us = max(duration_ms, 1) * 1000
        self._heard = heard
        self._last = 0.0

    def read(self, line: str) -> None:
        name, _, value = line.partition("=")
        # Before the first frame the time is "N/A".
        if name != "out_time_us" or not value.lstrip("-").isdigit() or self._heard is None:
            return
        fraction = min(max(int(value) / self._duration_us, 0.0), 1.0)
        if fraction > self._last:
            self._last = fraction
            self._heard(fraction)


def _run(
    arguments: Sequence[str],
    descriptors: tuple[int, ...],
    on_line: Callable[[str], None],
    timeout_s: float,
    stopped: Callable[[], bool] | None,
) -> str:
    limits = ["-max_alloc", str(_MAX_ALLOCATION)]
    command = [ffmpeg_path(), "-hide_banner", "-nostdin", "-nostats", "-y", *limits, *arguments]
    leash_end, leash = os.pipe()
    try:
        try:
            child = subprocess.Popen(  # noqa: S603  no shell reads the arguments, and no path comes from a person
                ["/bin/sh", "-c", _GUARD, "guard", str(_MAX_MEMORY_KIB), *command],
                stdin=leash_end,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                pass_fds=descriptors,
                start_new_session=True,
                env={"PATH": os.defpath, "LC_ALL": "C"},  # none of our settings, which hold secrets
            )
        finally:
            os.close(leash_end)
        with child:
            try:
                stderr = _listen(child, on_line, timeout_s, stopped)
                exit_code = child.wait()
            finally:
                if child.poll() is None:
                    _kill_group(child)
    finally:
        os.close(leash)
    messages = stderr.decode("utf-8", "replace")
    if exit_code != 0:
        raise FfmpegFailed(exit_code, messages)
    return messages


def _kill_group(child: "subprocess.Popen[bytes]") -> None:
    os.killpg(child.pid, signal.SIGKILL)
    for pipe in filter(None, (child.stdout, child.stderr)):
        # The end of a pipe means that each process that held it is dead and writes no file any more.
        pipe.read()


def _listen(
    child: "subprocess.Popen[bytes]",
    on_line: Callable[[str], None],
    timeout_s: float,
    stopped: Callable[[], bool] | None,
) -> bytes:
    """Read both pipes until the child closes them; returns the end of stderr."""
    deadline = time.monotonic() + timeout_s
    stderr = bytearray()
    pending = bytearray()
    with selectors.DefaultSelector() as selector:
        for pipe in filter(None, (child.stdout, child.stderr)):
            selector.register(pipe, selectors.EVENT_READ)
        while selector.get_map():
            if time.monotonic() >= deadline:
                raise FfmpegTimedOut(timeout_s)
            if stopped is not None and stopped():
                raise FfmpegStopped
            for key, _ in selector.select(min(_POLL_S, max(deadline - time.monotonic(), 0))):
                chunk = os.read(key.fd, 65536)
                if not chunk:
                    selector.unregister(key.fileobj)
                elif key.fileobj is child.stderr:
                    stderr += chunk
                    # The beginning names the container, the end says what went wrong.
                    if len(stderr) > 2 * _STDERR_KEPT:
                        del stderr[_STDERR_KEPT // 2 : -_STDERR_KEPT // 2]
                else:
                    pending = _deliver(pending + chunk, on_line)
    return bytes(stderr)


def _deliver(received: bytearray, on_line: Callable[[str], None]) -> bytearray:
    *lines, rest = received.split(b"\n")
    for line in lines:
        on_line(line.decode("utf-8", "replace").strip())
    return rest
