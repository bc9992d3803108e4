"""Transcoding in times real time: 10 s of a moving, detailed phone clip, each step as the worker does it.

Above 1 a clip is ready before it could have been watched once.
"""

import resource
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from miaohui.media.videos.ffmpeg.child import Watch, ffmpeg_path
from miaohui.media.videos.ffmpeg.cut import choose_cut
from miaohui.media.videos.ffmpeg.encode import encode_ladder, encode_quickly
from miaohui.media.videos.ffmpeg.package_hls import package_hls
from miaohui.media.videos.ffmpeg.plan_ladder import plan_ladder
from miaohui.media.videos.ffmpeg.probe import ProbeLimits, probe
from miaohui.media.videos.ffmpeg.publish_copy import publish_copy
from miaohui.media.videos.ffmpeg.stills import make_strip, take_cover
from tests.bench.table import print_table

SECONDS = 10
RUNS = 3
WATCH = Watch(timeout_s=600, threads=2)
LIMITS = ProbeLimits(max_bytes=1 << 30, max_duration_ms=60_000)


def run() -> list[dict[str, Any]]:
    """Measure every step and each rung alone; the median of three runs."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source = _phone_clip(folder / "phone.mp4")
        media = probe(source=source, limits=LIMITS)
        cut = choose_cut(media=media, start_ms=None, end_ms=None, cover_ms=5000)
        plan = plan_ladder(media=media)
        into = {part: folder / part for part in ("ladder", "alone", "hls")}
        for each in into.values():
            each.mkdir()
        common = {"source": source, "media": media, "watch": WATCH}
        cover = {"poster": folder / "poster.jpg", "thumbnail": folder / "thumbnail.webp"}
        hls = {"plan": plan, "encoded": into["ladder"], "timeout_s": 60.0}
        steps: dict[str, Callable[[], object]] = {
            "probe": lambda: probe(source=source, limits=LIMITS),
            "cover": lambda: take_cover(**common, cut=cut, **cover),
            "stream copy": lambda: publish_copy(**common, target=folder / "copy.mp4"),
            "first encode, 540p": lambda: encode_quickly(**common, cut=cut, plan=plan, target=folder / "quick.mp4"),
            "ladder, one decode": lambda: encode_ladder(**common, cut=cut, plan=plan, folder=into["ladder"]),
        }
        for rung in plan.rungs:
            alone = msgspec.structs.replace(plan, rungs=(rung,))
            steps[f"{rung.name} alone"] = lambda alone=alone: encode_ladder(  # type: ignore[misc]  # bound per rung
                **common, cut=cut, plan=alone, folder=into["alone"]
            )
        steps["package"] = lambda: package_hls(**hls, folder=into["hls"])
        steps["strip"] = lambda: make_strip(**hls, duration_ms=cut.duration_ms, target=folder / "strip.webp")
        rows = [_measure(step, call) for step, call in steps.items()]
    print(f"{SECONDS} s of 1080 × 1920 at 30 fps, ffmpeg with {WATCH.threads} threads")
    print_table(rows, ["step", "seconds", "times_real_time", "cpu_s_per_clip_s"])
    return rows


def _measure(step: str, call: Callable[[], object]) -> dict[str, Any]:
    """The CPU time is what does not depend on who else is busy on the machine."""
    runs = sorted(_timed(call) for _ in range(RUNS))
    wall_s, cpu_s = runs[RUNS // 2]
    return {
        "step": step,
        "seconds": round(wall_s, 2),
        "times_real_time": round(SECONDS / wall_s, 1),
        "cpu_s_per_clip_s": round(cpu_s / SECONDS, 3),
    }


def _timed(call: Callable[[], object]) -> tuple[float, float]:
    begun, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    call()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return time.perf_counter() - begun, cpu_s


def _phone_clip(target: Path) -> Path:
    """A zoom into the Mandelbrot set: edges everywhere, and every pixel moves."""
    picture = ["-f", "lavfi", "-i", "mandelbrot=s=1080x1920:r=30:start_scale=2:end_scale=0.01"]
    sound = ["-f", "lavfi", "-i", "sine=f=300,tremolo=f=4"]
    codecs = ["-c:v", "libx264", "-preset", "superfast", "-b:v", "12M", "-pix_fmt", "yuv420p", "-c:a", "aac"]
    command = [ffmpeg_path(), "-v", "error", "-y", *picture, *sound, "-t", str(SECONDS), *codecs, str(target)]
    subprocess.run(command, check=True)
    return target
