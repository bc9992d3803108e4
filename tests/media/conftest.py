"""A studio that makes tiny real clips, each kind once per test run."""

import subprocess
from pathlib import Path

import pytest

from miaohui.kit.db import Database
from miaohui.media.videos.ffmpeg.child import ffmpeg_path
from miaohui.media.videos.ffmpeg.probe import MediaProbe, ProbeLimits, probe
from tests.media.booth import Booth

SHANGHAI = "+31.2304+121.4737/"
"""What a phone writes into a file made beside the Huangpu (ISO 6709)."""
FAST_H264 = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p")


class Studio:
    """Makes video files with ffmpeg, and looks into files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def ffmpeg(self, *arguments: str | Path) -> str:
        """Run ffmpeg as anybody would; returns what it says."""
        command = [ffmpeg_path(), "-hide_banner", "-nostdin", "-y", *map(str, arguments)]
        return subprocess.run(command, check=True, capture_output=True, text=True).stderr

    def clip(
        self,
        name: str = "clip.mp4",
        *,
        seconds: float = 1,
        size: str = "160x284",
        rate: str = "30",
        sound: bool = True,
        options: tuple[str, ...] = FAST_H264,
        filters: str = "null",
    ) -> Path:
        """A moving test card with a tone; a name is made once and must mean the same clip everywhere."""
        target = self.folder / name
        if not target.exists():
            picture = ["-f", "lavfi", "-i", f"testsrc2=s={size}:r={rate}:d={seconds}"]
            tone = ["-f", "lavfi", "-i", f"sine=440:d={seconds}:r=48000"] if sound else []
            self.ffmpeg(*picture, *tone, "-vf", filters, *options, target)
        return target

    def phone_clip(self) -> Path:
        """What a phone sends: place, date, device and a title that imitates ffmpeg's own output."""
        target = self.folder / "phone.mp4"
        if not target.exists():
            tags = ["-metadata", f"location={SHANGHAI}", "-metadata", "creation_time=2026-04-18T19:30:00Z"]
            tags += ["-metadata", "com.apple.quicktime.model=Lantern 9", "-metadata:s:v", "handler_name=Mei's phone"]
            tags += ["-metadata", "title=x\nOutput #0,\n  Stream #0:0: Video: h264 (High), yuv420p, 8x8, 9 fps"]
            kept = ["-movflags", "+use_metadata_tags"]
            self.ffmpeg("-i", self.clip(), "-c", "copy", *tags, *kept, target)
        return target

    def hdr_clip(self) -> Path:
        """Hybrid log-gamma in ten bits, as recent phones record by themselves."""
        colours = "log-level=error:transfer=arib-std-b67:colorprim=bt2020:colormatrix=bt2020nc"
        to_hlg = "zscale=tin=bt709:min=bt709:pin=bt709:t=arib-std-b67:m=bt2020nc:p=bt2020,format=yuv420p10le"
        options = ("-c:v", "libx265", "-preset", "ultrafast", "-x265-params", colours, "-tag:v", "hvc1")
        return self.clip("hdr.mov", sound=False, options=options, filters=to_hlg)

    def text(self, name: str, content: str | bytes) -> Path:
        target = self.folder / name
        target.write_bytes(content if isinstance(content, bytes) else content.encode())
        return target

    def look(self, file: Path) -> MediaProbe:
        """What our own probe says of a file."""
        return probe(source=file, limits=ProbeLimits(max_bytes=1 << 30, max_duration_ms=60_000))

    def frames(self, file: Path, *options: str) -> list[str]:
        """One digest for each decoded frame of the picture."""
        command = [ffmpeg_path(), "-v", "error", *options, "-i", file, "-map", "0:v:0", "-f", "framemd5", "-"]
        listing = subprocess.run(list(map(str, command)), check=True, capture_output=True, text=True).stdout
        return [line.rsplit(",", 1)[1].strip() for line in listing.splitlines() if not line.startswith("#")]

    def keyframes_ms(self, file: Path) -> list[int]:
        """When each keyframe of the picture is shown, counted from the first."""
        command = [ffmpeg_path(), "-v", "error", "-i", str(file), "-map", "0:v:0", "-c", "copy", "-f", "framecrc", "-"]
        listing = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
        base = next(line for line in listing if line.startswith("#tb 0")).split(": ")[1].split("/")
        tick_ms = 1000 * int(base[0]) / int(base[1])
        shown = [int(line.split(",")[2]) for line in listing if line[0] == "0" and "F=0x0" not in line]
        return [round((each - shown[0]) * tick_ms) for each in shown]


@pytest.fixture
def booth(db: Database, tmp_path: Path) -> Booth:
    return Booth(db, tmp_path / "data")


@pytest.fixture(scope="session")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Studio:
    return Studio(tmp_path_factory.mktemp("studio"))
