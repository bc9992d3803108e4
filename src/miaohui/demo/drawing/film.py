"""From an idea to an MP4: frames through a pipe into x264, repeated to length, joined with music."""

import os
import subprocess
import tempfile
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import msgspec
import numpy as np
from imageio_ffmpeg import get_ffmpeg_exe

from miaohui.demo.drawing.motion import Moment
from miaohui.demo.drawing.paint import HEIGHT, WIDTH
from miaohui.demo.drawing.worlds.world import SetScene
from miaohui.demo.ideas import Idea
from miaohui.demo.music.composing import Style, compose_music
from miaohui.demo.music.instruments import RATE

FRAMES_PER_SECOND = 24
_BEHIND = 10  # nice value of the encoder: the town is drawn while somebody is already watching


class Rhythm(msgspec.Struct, frozen=True):
    """How long one cycle of picture and music is: frames at 24 a second, and beats."""

    frames: int
    beats: int

    @property
    def seconds(self) -> float:
        return self.frames / FRAMES_PER_SECOND


class Film(msgspec.Struct, frozen=True):
    path: Path
    duration_ms: int
    cover_ms: int  # a moment at which the title stands still
    width: int
    height: int


class FilmingFailed(Exception):
    """ffmpeg gave up; its last words are the message."""


def seed_of(key: str) -> int:
    """A number that belongs to a key for ever (Python's own hash changes with every start)."""
    return zlib.crc32(key.encode())


def film_clip(
    idea: Idea,
    *,
    set_scene: SetScene,
    style: Style,
    rhythm: Rhythm,
    path: Path,
    timeout_s: float = 120.0,
) -> Film:
    """Draw, play and encode one clip to `path` (MP4, H.264 540 × 960, AAC 48 kHz).

    Only two cycles are drawn, one for each language of the title; a longer clip repeats them
    by stream copy. Same idea, same picture and same sound. The folder of `path` is the caller's,
    who removes what a killed try leaves there.
    Raises FilmingFailed when ffmpeg fails or needs longer than `timeout_s`.
    """
    seed = seed_of(idea.key)
    drawn_verses = min(idea.verses, 2)
    music = compose_music(style, cycle_s=rhythm.seconds, beats=rhythm.beats, verses=idea.verses, seed=seed)
    duration_s = idea.verses * rhythm.seconds
    silent = path.with_name(f"{path.stem}-silent.mp4")
    draw = set_scene(idea, seed=seed)
    with _ffmpeg(_picture_arguments(silent), timeout_s=timeout_s) as feed:
        for moment in moments(rhythm, verses=drawn_verses):
            feed(draw(moment).tobytes("raw", "RGBX"))
    with _ffmpeg(_join_arguments(silent, path, duration_s), timeout_s=timeout_s) as feed:
        feed(music.astype(np.float32).tobytes())
    silent.unlink()
    return Film(path, round(duration_s * 1000), round(rhythm.seconds * 620), WIDTH, HEIGHT)


def moments(rhythm: Rhythm, *, verses: int) -> Iterator[Moment]:
    """All frames' moments, verse by verse."""
    for verse in range(verses):
        for frame in range(rhythm.frames):
            yield Moment(
                phase=frame / rhythm.frames,
                verse=verse,
                second=frame / FRAMES_PER_SECOND,
                span=rhythm.seconds,
                beats=rhythm.beats,
            )


def _picture_arguments(path: Path) -> list[str]:
    return [
        "-f",
        "rawvideo",
        "-pix_fmt",
        "rgb0",
        "-s",
        f"{WIDTH}x{HEIGHT}",
        "-r",
        str(FRAMES_PER_SECOND),
        "-i",
        "-",
        # Browsers guess the matrix of untagged video by its size; a tag leaves nothing to guess.
        "-vf",
        "scale=out_color_matrix=bt709:out_range=tv",
        "-colorspace",
        "bt709",
        "-color_primaries",
        "bt709",
        "-color_trc",
        "bt709",
        "-c:v",
        "libx264",
        "-preset",
        "veryfast",
        "-crf",
        "23",
        "-pix_fmt",
        "yuv420p",
        # Without B-frames the cycles join by stream copy without reordering at the seams.
        "-bf",
        "0",
        "-g",
        str(2 * FRAMES_PER_SECOND),
        "-threads",
        "1",
        str(path),
    ]


def _join_arguments(silent: Path, path: Path, duration_s: float) -> list[str]:
    return [
        "-stream_loop",
        "-1",
        "-i",
        str(silent),
        "-f",
        "f32le",
        "-ar",
        str(RATE),
        "-ac",
        "2",
        "-i",
        "-",
        "-map",
        "0:v",
        "-map",
        "1:a",
        "-c:v",
        "copy",
        "-c:a",
        "aac",
        "-b:a",
        "128k",
        "-t",
        f"{duration_s:.3f}",
        "-movflags",
        "+faststart",
        str(path),
    ]


@contextmanager
def _ffmpeg(arguments: list[str], *, timeout_s: float) -> Iterator[Callable[[bytes], None]]:
    """Run ffmpeg and yield what feeds its standard input; wait for its end on leaving."""
    command = [get_ffmpeg_exe(), "-y", "-v", "error", *arguments]
    with tempfile.TemporaryFile() as complaints:
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stderr=complaints)  # noqa: S603  our own arguments
        os.setpriority(os.PRIO_PROCESS, process.pid, _BEHIND)
        watchdog = threading.Timer(timeout_s, process.kill)
        watchdog.start()
        try:
            yield partial(_feed, process)
            process.communicate()
        except BrokenPipeError:
            process.wait()
        finally:
            watchdog.cancel()
            if process.poll() is None:
                process.kill()
                process.wait()
        if process.returncode != 0:
            complaints.seek(0)
            words = complaints.read().decode(errors="replace").strip()
            raise FilmingFailed(words or f"ffmpeg ended with {process.returncode}")


def _feed(process: "subprocess.Popen[bytes]", data: bytes) -> None:
    if process.stdin is not None:
        process.stdin.write(data)
