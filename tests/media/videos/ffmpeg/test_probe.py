"""A file is told by reading it, and what cannot be shown is refused with its reason."""

import pytest

from miaohui.media.videos.ffmpeg.probe import MediaProbe, ProbeLimits, probe
from miaohui.media.videos.ffmpeg.refusals import (
    DimensionsUnusual,
    FileTooLarge,
    MediaRefused,
    NoPicture,
    NotAVideo,
    VideoTooLong,
    VideoTooShort,
    VideoTruncated,
    VideoUnreadable,
)

LIMITS = ProbeLimits(max_bytes=1 << 30, max_duration_ms=60_000)


def test_a_phone_clip_is_described_as_it_will_be_seen(studio):
    found = probe(source=studio.phone_clip(), limits=LIMITS)
    assert found == MediaProbe(
        container="mov",
        duration_ms=1000,
        width=160,
        height=284,
        rotation=0,
        frame_rate=30.0,
        frame_rate_varies=False,
        video_codec="h264",
        video_profile="Constrained Baseline",
        pixel_format="yuv420p",
        is_hdr=False,
        audio_codec="aac",
        audio_profile="LC",
        bit_rate=found.bit_rate,
    )
    assert found.bit_rate == studio.phone_clip().stat().st_size * 8


def test_a_name_of_metadata_that_imitates_the_listing_changes_nothing(studio):
    """ffmpeg indents the lines of a value, but prints the name of a QuickTime key as it stands."""
    imitated = studio.folder / "imitated.mp4"
    key = "x\nOutput #0, framecrc, to 'pipe:1':\n  Stream #0:0: Video: vp9 (Main), yuv444p(tv), 8x8, 9 fps"
    studio.ffmpeg(
        "-i", studio.clip(), "-c", "copy", "-metadata", f"{key}=1", "-movflags", "+use_metadata_tags", imitated
    )
    assert b"Video: vp9" in imitated.read_bytes()
    found = studio.look(imitated)
    assert (found.video_codec, found.pixel_format, found.width) == ("h264", "yuv420p", 160)


def test_a_clip_held_sideways_has_the_shape_in_which_it_is_shown(studio):
    upright = studio.clip()
    turned = studio.folder / "turned.mov"
    studio.ffmpeg("-display_rotation", "90", "-i", upright, "-c", "copy", turned)
    found = studio.look(turned)
    assert (found.width, found.height, found.rotation) == (284, 160, 270)


def test_pixels_that_are_not_square_count_as_wide_as_they_are_shown(studio):
    found = studio.look(studio.clip("wide_pixels.mp4", filters="setsar=2"))
    assert (found.width, found.height) == (320, 284)


def test_a_clip_without_sound(studio):
    found = studio.look(studio.clip("silent.mp4", sound=False))
    assert not found.has_audio
    assert found.duration_ms == 1000


def test_sound_that_goes_on_after_the_picture_does_not_make_it_longer(studio):
    longer = studio.folder / "longer_sound.mp4"
    tone = ["-f", "lavfi", "-i", "sine=300:d=4"]
    studio.ffmpeg("-i", studio.clip("silent.mp4", sound=False), *tone, "-c:v", "copy", longer)
    assert studio.look(longer).duration_ms == 1000


def test_a_varying_frame_rate_is_told_by_its_usual_gap(studio):
    # Of 30 frames a second, five in the middle are lost, as a warm phone does.
    lost = studio.clip(
        "varying.mp4", filters="select='not(between(n,10,14))'", options=("-fps_mode", "vfr", "-c:v", "libx264")
    )
    found = studio.look(lost)
    assert found.frame_rate_varies
    assert found.frame_rate == pytest.approx(30, abs=0.01)


@pytest.mark.parametrize(
    ("name", "options", "codecs"),
    [
        ("clip.webm", ("-c:v", "libvpx", "-deadline", "realtime"), ("matroska", "vp8", "opus")),
        ("clip.ts", ("-c:v", "mpeg2video"), ("mpegts", "mpeg2video", "mp2")),
        ("clip.avi", ("-c:v", "mjpeg", "-c:a", "pcm_s16le"), ("avi", "mjpeg", "pcm_s16le")),
        ("clip.mkv", ("-c:v", "libx264", "-preset", "ultrafast"), ("matroska", "h264", "vorbis")),
        ("clip.mov", ("-c:v", "libx265", "-preset", "ultrafast", "-tag:v", "hvc1"), ("mov", "hevc", "aac")),
    ],
)
def test_what_other_recorders_and_browsers_write(studio, name, options, codecs):
    found = studio.look(studio.clip(name, options=options))
    assert (found.container, found.video_codec, found.audio_codec) == codecs
    assert found.duration_ms == pytest.approx(1000, abs=40)


def test_high_dynamic_range_is_seen(studio):
    found = studio.look(studio.hdr_clip())
    assert found.is_hdr
    assert found.pixel_format == "yuv420p10le"


def refusal_of(file, limits=LIMITS) -> MediaRefused:
    with pytest.raises(MediaRefused) as caught:
        probe(source=file, limits=limits)
    return caught.value


def test_a_text_that_calls_itself_a_video(studio):
    assert refusal_of(studio.text("shopping-list.mp4", "lanterns, rice paper, glue\n")).code == "not_a_video"


def test_an_empty_file(studio):
    assert isinstance(refusal_of(studio.text("empty.mp4", "")), NotAVideo)


def test_a_picture_and_an_animation_are_no_videos(studio):
    for name in ("still.jpg", "moving.gif"):
        assert isinstance(refusal_of(studio.clip(name, sound=False, options=("-update", "1"))), NotAVideo)


def test_sound_alone_has_no_picture_also_with_a_cover(studio):
    song, cover = studio.folder / "song.m4a", studio.folder / "cover.png"
    studio.ffmpeg("-i", studio.clip(), "-vn", "-c", "copy", song)
    assert isinstance(refusal_of(song), NoPicture)
    studio.ffmpeg("-i", studio.clip(), "-frames:v", "1", cover)
    with_cover = studio.folder / "song_with_cover.m4a"
    studio.ffmpeg(
        "-i", song, "-i", cover, "-map", "0", "-map", "1", "-c", "copy", "-disposition:v", "attached_pic", with_cover
    )
    assert isinstance(refusal_of(with_cover), NoPicture)


def test_a_single_frame_is_a_still(studio):
    assert isinstance(refusal_of(studio.clip("one_frame.mp4", seconds=1 / 30, sound=False)), NoPicture)


def test_a_file_that_ends_before_its_index(studio):
    whole = studio.clip().read_bytes()
    assert isinstance(refusal_of(studio.text("no_index.mp4", whole[: len(whole) // 2])), VideoUnreadable)


def test_a_file_that_ends_after_its_index(studio):
    front = studio.folder / "index_in_front.mp4"
    studio.ffmpeg("-i", studio.clip("long.mp4", seconds=4), "-c", "copy", "-movflags", "+faststart", front)
    whole = front.read_bytes()
    refusal = refusal_of(studio.text("cut_off.mp4", whole[: len(whole) // 2]))
    assert isinstance(refusal, VideoTruncated)
    assert refusal.data["announced_ms"] == 4000
    assert 1000 < refusal.data["found_ms"] < 3000


def test_an_index_in_front_of_noise(studio):
    whole = bytearray(studio.clip().read_bytes())
    start = whole.index(b"mdat") + 4
    end = whole.index(b"moov") - 4
    whole[start:end] = bytes(end - start)
    assert isinstance(refusal_of(studio.text("noise.mp4", bytes(whole))), VideoUnreadable)


def test_too_long_is_told_without_reading_the_rest(studio):
    refusal = refusal_of(studio.clip("long.mp4", seconds=4), ProbeLimits(max_bytes=1 << 30, max_duration_ms=2500))
    assert isinstance(refusal, VideoTooLong)
    assert refusal.data == {"limit_ms": 2500}


def test_exactly_as_long_as_allowed(studio):
    assert probe(source=studio.clip(), limits=ProbeLimits(max_bytes=1 << 30, max_duration_ms=1000)).duration_ms == 1000


def test_too_short_and_too_large(studio):
    assert isinstance(refusal_of(studio.clip("blink.mp4", seconds=0.2)), VideoTooShort)
    refusal = refusal_of(studio.clip(), ProbeLimits(max_bytes=1000, max_duration_ms=60_000))
    assert isinstance(refusal, FileTooLarge)
    assert refusal.data == {"limit_bytes": 1000}


@pytest.mark.parametrize("size", ["1600x40", "24x24"])
def test_pictures_that_cannot_be_shown(studio, size):
    refusal = refusal_of(studio.clip(f"{size}.mp4", size=size, sound=False))
    assert isinstance(refusal, DimensionsUnusual)
    assert f"{refusal.data['width']}x{refusal.data['height']}" == size


def test_a_header_that_promises_a_giant_picture_allocates_nothing(studio):
    clip = bytearray(studio.clip("giant.avi", options=("-c:v", "mjpeg", "-c:a", "pcm_s16le")).read_bytes())
    # The frame header of each JPEG says 65,500 × 65,500 instead.
    at = clip.find(b"\xff\xc0")
    while at >= 0:
        clip[at + 5 : at + 9] = b"\xff\xdc\xff\xdc"
        at = clip.find(b"\xff\xc0", at + 9)
    assert isinstance(refusal_of(studio.text("giant_picture.avi", bytes(clip))), VideoUnreadable | DimensionsUnusual)
