"""A stream copy: nothing of where, when and with what it was filmed goes along."""

import pytest

from miaohui.media.videos.ffmpeg.child import Watch
from miaohui.media.videos.ffmpeg.cut import choose_cut
from miaohui.media.videos.ffmpeg.publish_copy import can_copy, publish_copy

WATCH = Watch(timeout_s=30)


def whole(media):
    return choose_cut(media=media, start_ms=None, end_ms=None, cover_ms=None)


def copied(studio, source, tmp_path):
    target = tmp_path / "copy.mp4"
    publish_copy(source=source, media=studio.look(source), target=target, watch=WATCH)
    return target


def test_place_date_and_device_stay_behind_and_the_picture_is_untouched(studio, tmp_path):
    source = studio.phone_clip()
    secrets = (b"+31.2304", b"Lantern 9", b"Mei's phone", b"2026-04-18", b"\xa9xyz")
    assert all(secret in source.read_bytes() for secret in secrets[:3])
    target = copied(studio, source, tmp_path)
    assert not any(secret in target.read_bytes() for secret in secrets)
    said = studio.ffmpeg("-i", target, "-map", "0", "-c", "copy", "-f", "null", "-")
    assert "creation_time" not in said
    assert "title  " not in said
    assert studio.frames(target) == studio.frames(source)


def test_a_position_inside_the_picture_stream_stays_behind_too(studio, tmp_path):
    """Dashboard cameras write where they are into SEI messages (H.264, annex D.1.7)."""
    source = studio.folder / "dashcam.mp4"
    message = "086f3693-b7b3-4f2c-9653-21492feee5b8+31.2304N121.4737E"
    studio.ffmpeg("-i", studio.clip(), "-c", "copy", "-bsf:v", f"h264_metadata=sei_user_data={message}", source)
    assert b"31.2304N" in source.read_bytes()
    target = copied(studio, source, tmp_path)
    assert b"31.2304N" not in target.read_bytes()
    assert studio.frames(target) == studio.frames(source)


def test_data_streams_subtitles_and_chapters_stay_behind(studio, tmp_path):
    source = studio.folder / "chapters.mkv"
    words = studio.text("words.srt", "1\n00:00:00,000 --> 00:00:00,900\nat home, 7 Lantern Lane\n")
    chapters = studio.text("chapters.txt", ";FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=900\ntitle=Home\n")
    studio.ffmpeg(
        "-i", studio.clip(), "-i", words, "-i", chapters, "-map_chapters", "2", "-c:s", "srt", "-c:v", "copy", source
    )
    assert b"Lantern Lane" in source.read_bytes()
    target = copied(studio, source, tmp_path)
    said = studio.ffmpeg("-i", target, "-map", "0", "-c", "copy", "-f", "null", "-")
    assert said.count("Stream #0:") == 2 + 2 + 2  # in, mapped, out
    assert "Chapter" not in said
    assert b"Lantern Lane" not in target.read_bytes()


def test_the_copy_plays_from_its_first_bytes_and_keeps_its_turn(studio, tmp_path):
    source = studio.folder / "turned_phone.mp4"
    studio.ffmpeg("-display_rotation", "90", "-i", studio.clip(), "-c", "copy", source)
    target = copied(studio, source, tmp_path)
    content = target.read_bytes()
    assert content.index(b"moov") < content.index(b"mdat")
    found = studio.look(target)
    assert (found.width, found.height) == (284, 160)


def test_what_browsers_play_is_copied(studio):
    for media in (studio.look(studio.clip()), studio.look(studio.clip("silent.mp4", sound=False))):
        assert can_copy(media=media, cut=whole(media))


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("clip.webm", ("-c:v", "libvpx", "-deadline", "realtime")),
        ("clip.mov", ("-c:v", "libx265", "-preset", "ultrafast", "-tag:v", "hvc1")),
        ("chroma.mp4", ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv444p")),
        ("ten_bits.mp4", ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p10le")),
        ("mp3.mp4", ("-c:v", "libx264", "-preset", "ultrafast", "-c:a", "libmp3lame")),
    ],
)
def test_what_some_browser_does_not_play_is_not(studio, name, options):
    media = studio.look(studio.clip(name, options=options))
    assert not can_copy(media=media, cut=whole(media))


def test_a_cut_is_never_copied_because_the_rest_would_go_along(studio):
    media = studio.look(studio.clip("long.mp4", seconds=4))
    assert can_copy(media=media, cut=whole(media))
    for start_ms, end_ms in ((1, None), (None, 3900)):
        cut = choose_cut(media=media, start_ms=start_ms, end_ms=end_ms, cover_ms=None)
        assert not can_copy(media=media, cut=cut)
