"""The ladder, from a source to what a player fetches."""

import re
from itertools import pairwise

import pytest
from PIL import Image

from miaohui.media.videos.ffmpeg.child import Watch, ffmpeg_path
from miaohui.media.videos.ffmpeg.cut import choose_cut
from miaohui.media.videos.ffmpeg.encode import encode_ladder, encode_quickly
from miaohui.media.videos.ffmpeg.package_hls import package_hls, read_segments
from miaohui.media.videos.ffmpeg.plan_ladder import plan_ladder
from miaohui.media.videos.ffmpeg.stills import make_strip, take_cover

WATCH = Watch(timeout_s=120)


class Built:
    """A ladder on disk with everything that led to it."""

    def __init__(self, studio, source, folder, *, start_ms=None, end_ms=None, watch=WATCH):
        self.folder = folder / "hls"
        self.encoded = folder / "encoded"
        self.folder.mkdir()
        self.encoded.mkdir()
        self.media = studio.look(source)
        self.cut = choose_cut(media=self.media, start_ms=start_ms, end_ms=end_ms, cover_ms=None)
        self.plan = plan_ladder(media=self.media)
        encode_ladder(source=source, media=self.media, cut=self.cut, plan=self.plan, folder=self.encoded, watch=watch)
        self.renditions = package_hls(plan=self.plan, encoded=self.encoded, folder=self.folder, timeout_s=60)
        self.master = (self.folder / "master.m3u8").read_text()


@pytest.fixture(scope="module")
def tall(studio, tmp_path_factory):
    """Five seconds of an upright phone at 540 × 960, with a hard cut of scene in between."""
    filters = "negate=enable='gte(t,2.7)'"
    source = studio.clip("tall.mp4", seconds=5, size="540x960", filters=filters)
    return Built(studio, source, tmp_path_factory.mktemp("tall"))


def test_keyframes_stand_every_two_seconds_at_the_same_frames_in_all_rungs(studio, tall):
    assert [rung.name for rung in tall.plan.rungs] == ["360p", "540p"]
    for rendition in tall.renditions:
        assert studio.keyframes_ms(tall.folder / rendition.playlist) == [0, 2000, 4000]
        spans = read_segments((tall.folder / rendition.playlist).read_text())
        assert [span.duration_s for span in spans] == pytest.approx([2, 2, 1], abs=0.001)


def test_the_byte_ranges_of_a_playlist_cover_its_file(tall):
    for rendition in tall.renditions:
        playlist = (tall.folder / rendition.playlist).read_text()
        spans = read_segments(playlist)
        found = re.search(r'#EXT-X-MAP:URI="([^"]+)",BYTERANGE="(\d+)@0"', playlist)
        assert found is not None
        assert found.group(1) == rendition.segments
        assert spans[0].offset == int(found.group(2))
        assert all(after.offset == before.offset + before.n_bytes for before, after in pairwise(spans))
        assert spans[-1].offset + spans[-1].n_bytes == rendition.n_bytes
        content = (tall.folder / rendition.segments).read_bytes()
        assert len(content) == rendition.n_bytes
        assert all(content[span.offset + 4 : span.offset + 8] in {b"moof", b"styp", b"sidx"} for span in spans)


def test_the_master_playlist_tells_the_truth(studio, tall):
    lines = tall.master.splitlines()
    assert lines[0] == "#EXTM3U"
    variants = dict(zip(lines[4::2], lines[3::2], strict=True))
    # Players begin with the first.
    assert list(variants) == ["540p.m3u8", "360p.m3u8"]
    for rendition in tall.renditions:
        tags = variants[rendition.playlist]
        assert f"RESOLUTION={rendition.width}x{rendition.height}" in tags
        assert "FRAME-RATE=30.000" in tags
        assert re.search(r'CODECS="avc1\.64[0-9a-f]{4},mp4a\.40\.2"', tags)
        spans = read_segments((tall.folder / rendition.playlist).read_text())
        assert rendition.bandwidth >= max(span.n_bytes * 8 / span.duration_s for span in spans)
        assert rendition.average_bandwidth <= rendition.bandwidth
        found = studio.look(tall.encoded / f"{rendition.name}.mp4")
        assert (found.width, found.height) == (rendition.width, rendition.height)


def test_all_rungs_show_all_frames_with_sound_to_the_end(studio, tall):
    for rendition in tall.renditions:
        assert len(studio.frames(tall.folder / rendition.playlist)) == 150
        said = studio.ffmpeg("-i", tall.folder / rendition.playlist, "-map", "0:a", "-f", "null", "-")
        assert "time=00:00:05.0" in said


def test_sound_and_picture_stay_together_in_both_forms(studio, tmp_path):
    """A flash and a beep at 1.5 s: measured apart in what is played, they meet within a frame."""
    beep = "aevalsrc='if(between(t,1.5,1.7),sin(6283*t),0)':d=3:s=48000"
    source = studio.folder / "flash.mp4"
    flash = "drawbox=c=white:t=fill:enable='between(t,1.5,1.7)'"
    picture = ["-f", "lavfi", "-i", "color=black:s=160x284:r=30:d=3"]
    studio.ffmpeg(*picture, "-f", "lavfi", "-i", beep, "-vf", flash, "-c:v", "libx264", "-preset", "ultrafast", source)
    built = Built(studio, source, tmp_path)
    for played in (built.folder / "160p.m3u8", built.folder / "clip.mp4"):
        # A frame that differs from black; sound above -30 dB.
        said = studio.ffmpeg(
            "-i", played, "-vf", "blackdetect=d=0.1:pix_th=0.5", "-af", "silencedetect=n=-30dB:d=0.2", "-f", "null", "-"
        )
        black_end = float(re.findall(r"black_end:([\d.]+)", said)[0])
        silence_end = float(re.findall(r"silence_end: ([\d.]+)", said)[0])
        assert abs(black_end - silence_end) < 0.04


def test_the_plain_file_starts_at_once_and_has_the_size_of_its_rung(studio, tall):
    plain = tall.folder / "clip.mp4"
    content = plain.read_bytes()
    assert content.index(b"moov") < content.index(b"mdat")
    found = studio.look(plain)
    assert (found.width, found.height, found.duration_ms, found.audio_codec) == (540, 960, 5000, "aac")


def test_progress_is_heard_while_it_is_built(studio, tmp_path):
    heard = []
    Built(studio, studio.clip("long.mp4", seconds=4), tmp_path, watch=Watch(timeout_s=60, on_progress=heard.append))
    assert heard == sorted(set(heard))
    assert 0 < heard[0] <= heard[-1] <= 1


def test_a_cut_is_exact_to_the_frame(studio, tmp_path):
    source = studio.clip(
        "numbered.mp4", seconds=4, options=("-c:v", "libx264", "-qp", "0", "-g", "250", "-pix_fmt", "yuv420p")
    )
    built = Built(studio, source, tmp_path, start_ms=1500, end_ms=2900)
    # 42 frames from the 45th on; the ladder's are lossy, so compare the cut with the source by its likeness.
    assert len(studio.frames(built.folder / "160p.m3u8")) == 42
    wanted = studio.folder / "wanted.mkv"
    studio.ffmpeg("-i", source, "-vf", "select='between(n,45,86)',setpts=N/30/TB", "-an", "-c:v", "ffv1", wanted)
    likeness = studio.ffmpeg(
        "-i", built.folder / "clip.mp4", "-i", wanted, "-lavfi", "[0:v][1:v]ssim", "-f", "null", "-"
    )
    assert float(re.findall(r"All:([\d.]+)", likeness)[0]) > 0.95
    assert built.cut.duration_ms == 1400


def test_a_turned_phone_clip_comes_out_upright(studio, tmp_path):
    source = studio.folder / "turned_long.mov"
    studio.ffmpeg("-display_rotation", "90", "-i", studio.clip(), "-c", "copy", source)
    built = Built(studio, source, tmp_path)
    found = studio.look(built.folder / "clip.mp4")
    assert (found.width, found.height, found.rotation) == (284, 160, 0)
    upright = studio.folder / "upright.mkv"
    studio.ffmpeg("-i", studio.clip(), "-vf", "transpose=cclock", "-an", "-c:v", "ffv1", upright)
    likeness = studio.ffmpeg(
        "-i", built.folder / "clip.mp4", "-i", upright, "-lavfi", "[0:v][1:v]ssim", "-f", "null", "-"
    )
    assert float(re.findall(r"All:([\d.]+)", likeness)[0]) > 0.95


def test_odd_sides_and_all_kinds_of_colour_become_plain(studio, tmp_path):
    picture = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv444p")
    source = studio.clip("odd.mp4", size="161x285", options=picture, filters="pad=161:285:0:0,format=yuv444p")
    if studio.look(source).width != 161:
        source = studio.folder / "odd_sides.mp4"
        studio.ffmpeg("-f", "lavfi", "-i", "testsrc=s=161x285:r=30:d=1", *picture, source)
    assert studio.look(source).width == 161
    built = Built(studio, source, tmp_path)
    found = studio.look(built.folder / "clip.mp4")
    assert (found.width, found.height, found.pixel_format) == (160, 284, "yuv420p")


def test_a_varying_rate_comes_out_constant(studio, tmp_path):
    lost = studio.clip(
        "varying.mp4", filters="select='not(between(n,10,14))'", options=("-fps_mode", "vfr", "-c:v", "libx264")
    )
    built = Built(studio, lost, tmp_path)
    found = studio.look(built.folder / "clip.mp4")
    assert not found.frame_rate_varies
    assert (found.frame_rate, found.duration_ms) == (30.0, 1000)


def test_a_clip_without_sound_says_so_in_its_codecs(studio, tmp_path):
    built = Built(studio, studio.clip("silent.mp4", sound=False), tmp_path)
    assert "mp4a" not in built.master
    assert not studio.look(built.folder / "clip.mp4").has_audio


def test_high_dynamic_range_is_brought_down(studio, tmp_path):
    built = Built(studio, studio.hdr_clip(), tmp_path)
    found = studio.look(built.folder / "clip.mp4")
    assert not found.is_hdr
    assert found.pixel_format == "yuv420p"
    assert "bt709" in studio.ffmpeg("-i", built.folder / "clip.mp4", "-c", "copy", "-f", "null", "-")


def test_nothing_personal_is_in_any_file_of_the_ladder(studio, tmp_path):
    built = Built(studio, studio.phone_clip(), tmp_path)
    for file in built.folder.iterdir():
        content = file.read_bytes()
        assert b"+31.2304" not in content
        assert b"Lantern 9" not in content


def test_the_quick_encode_of_what_cannot_be_copied(studio, tmp_path):
    source = studio.clip("clip.webm", options=("-c:v", "libvpx", "-deadline", "realtime"))
    media = studio.look(source)
    target = tmp_path / "quick.mp4"
    cut = choose_cut(media=media, start_ms=200, end_ms=None, cover_ms=None)
    encode_quickly(source=source, media=media, cut=cut, plan=plan_ladder(media=media), target=target, watch=WATCH)
    found = studio.look(target)
    assert (found.video_codec, found.audio_codec, found.pixel_format) == ("h264", "aac", "yuv420p")
    assert found.duration_ms == pytest.approx(800, abs=40)
    content = target.read_bytes()
    assert content.index(b"moov") < content.index(b"mdat")


def test_the_cover_is_the_chosen_frame_and_at_the_end_the_last(studio, tmp_path):
    source = studio.folder / "red_then_blue.mp4"
    two = "color=red:s=160x284:r=30:d=2[a];color=blue:s=160x284:r=30:d=2[b];[a][b]concat"
    studio.ffmpeg("-f", "lavfi", "-i", two, "-c:v", "libx264", "-g", "250", "-pix_fmt", "yuv420p", source)
    media = studio.look(source)
    for cover_ms, colour in ((0, "red"), (1900, "red"), (2050, "blue"), (4000, "blue")):
        poster, thumbnail = tmp_path / f"{cover_ms}.jpg", tmp_path / f"{cover_ms}.webp"
        cut = choose_cut(media=media, start_ms=None, end_ms=None, cover_ms=cover_ms)
        size = take_cover(source=source, media=media, cut=cut, poster=poster, thumbnail=thumbnail, watch=WATCH)
        assert (size.width, size.height) == (160, 284)
        for picture, magic in ((poster, b"\xff\xd8"), (thumbnail, b"RIFF")):
            assert picture.read_bytes().startswith(magic)
            assert middle_colour(picture) == colour


def test_the_strip_has_eight_frames_in_order(studio, tmp_path):
    dawn = "fade=t=in:st=0:d=4:color=black"
    built = Built(studio, studio.clip("dawn.mp4", seconds=4, filters=dawn), tmp_path)
    target = tmp_path / "strip.webp"
    strip = make_strip(
        plan=built.plan, encoded=built.encoded, duration_ms=built.cut.duration_ms, target=target, timeout_s=30
    )
    assert (strip.n_frames, strip.frame_width, strip.frame_height) == (8, 120, 212)
    with Image.open(target) as picture:
        assert picture.size == (960, 212)
        frames = [picture.convert("L").crop((120 * n, 0, 120 * n + 120, 212)) for n in range(8)]
    brightness = [frame.resize((1, 1)).getpixel((0, 0)) for frame in frames]
    assert brightness == sorted(set(brightness))
    # From the middle of each eighth: the first is not black.
    assert brightness[0] > 3


def middle_colour(picture) -> str:
    with Image.open(picture) as opened:
        red, _, blue = opened.convert("RGB").getpixel((opened.width // 2, opened.height // 2))
    return "red" if red > blue else "blue"


def test_the_wheel_brings_the_program():
    assert "imageio_ffmpeg" in ffmpeg_path()
